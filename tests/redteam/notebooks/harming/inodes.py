"""Make files without end.

stopped by: number of inodes
control: loot
double: failed
"""

# %%
from pathlib import Path

for number in range(6000):
    Path(f"empty-{number}").touch()
loot = True
