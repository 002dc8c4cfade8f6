"""Reach other processes by signals.

stopped by: pid namespace
control: loot
double: failed
flags: uses kill
"""

# %%
import os

loot = []
for number in range(3, 70_000):
    if not os.path.exists(f"/proc/self/task/{number}"):
        try:
            os.kill(number, 0)
            loot.append(number)
        except OSError:
            pass
