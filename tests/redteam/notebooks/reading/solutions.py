"""Read the exercises with their reference solutions.

stopped by: mounts
control: loot
double: failed
flags: names solutions
"""

# %%
loot = open("@COURSE@/solutions/toy/exercises.py").read()
