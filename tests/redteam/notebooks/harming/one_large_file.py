"""Write one file without end, with a hole in it.

stopped by: RLIMIT_FSIZE
control: loot
double: failed
"""

# %%
import os

with open("hole", "wb") as file:
    file.truncate(2**30)
loot = os.path.getsize("hole")
