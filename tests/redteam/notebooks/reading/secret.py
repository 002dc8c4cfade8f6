"""Read the course's secret, from which the hidden cases are drawn.

stopped by: mounts
control: loot
double: failed
flags: names .autograder
"""

# %%
loot = open("@COURSE@/.autograder/secret").read()
