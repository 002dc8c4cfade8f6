"""Open the memory of any other process for writing.

stopped by: another user, Landlock
control: loot
double: failed
flags: names /proc
"""

# %%
import os

loot = False
for number in os.listdir("/proc"):
    if number.isdigit() and number != str(os.getpid()):
        try:
            with open(f"/proc/{number}/mem", "r+b"):
                loot = True
        except OSError:
            continue
