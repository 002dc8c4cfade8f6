"""Start processes without end.

stopped by: seccomp
control: loot
double: failed
flags: uses fork
"""

# %%
import os

loot = []
for _ in range(5):
    child = os.fork()
    if child == 0:
        os._exit(0)
    loot.append(os.waitpid(child, 0))
