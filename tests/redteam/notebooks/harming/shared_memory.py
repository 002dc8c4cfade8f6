"""Fill the shared memory.

stopped by: sized tmpfs
control: loot
double: failed
flags: names /dev/
"""

# %%
import os
from pathlib import Path

paths = [Path(f"/dev/shm/large-{os.getpid()}-{number}") for number in range(5)]
try:
    for path in paths:
        path.write_bytes(bytes(20 * 2**20))
    loot = True
finally:
    for path in paths:
        path.unlink(missing_ok=True)
