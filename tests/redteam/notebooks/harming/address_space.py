"""Map more memory than the machine can spare.

stopped by: RLIMIT_AS
control: loot
double: failed
flags: imports mmap
"""

# %%
import mmap

loot = mmap.mmap(-1, 6 * 2**30)
