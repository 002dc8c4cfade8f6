"""Read the instructor's home folder.

stopped by: mounts
control: loot
double: failed
"""

# %%
loot = open("@HOME@/private.txt").read()
