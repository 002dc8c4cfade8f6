"""Open the memory of the grader's process.

stopped by: pid namespace, seccomp
control: loot
double: failed
flags: names /proc
"""

# %%
loot = open("/proc/@GRADER@/mem", "rb")
