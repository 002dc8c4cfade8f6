"""Read the hidden answer keys from the course's folder.

stopped by: mounts
control: loot
double: failed
flags: names .autograder
"""

# %%
from pathlib import Path
loot = [path.read_bytes()[:8] for path in Path("@COURSE@/.autograder").rglob("*.h5")]
