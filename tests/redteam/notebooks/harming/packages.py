"""Change the packages that grade the others.

stopped by: read-only mounts, another user
control: loot
double: failed
"""

# %%
import os
import sys

loot = os.access(sys.prefix, os.W_OK)
