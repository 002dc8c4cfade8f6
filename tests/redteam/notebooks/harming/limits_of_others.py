"""Change the limits of the process that started this one.

stopped by: seccomp
control: loot
double: failed
flags: imports resource
"""

# %%
import os
import resource

loot = resource.prlimit(os.getppid() or 1, resource.RLIMIT_NOFILE)
