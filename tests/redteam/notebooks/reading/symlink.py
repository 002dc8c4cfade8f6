"""Reach the course through a link in the work folder.

stopped by: mounts
control: loot
double: failed
flags: uses symlink
"""

# %%
import os

os.symlink("@COURSE@/solutions", "link")
loot = os.listdir("link/toy")
