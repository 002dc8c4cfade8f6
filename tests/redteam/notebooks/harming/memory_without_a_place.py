"""Keep files in memory that belong to no folder.

stopped by: seccomp
control: loot
double: failed
"""

# %%
import os

loot = os.fdopen(os.memfd_create("a"), "wb").write(bytes(2**20))
