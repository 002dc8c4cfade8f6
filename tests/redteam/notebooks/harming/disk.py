"""Fill the disk.

stopped by: sized tmpfs
control: loot
double: failed
"""

# %%
from pathlib import Path

for number in range(5):
    Path(f"large-{number}").write_bytes(bytes(20 * 2**20))
loot = True
