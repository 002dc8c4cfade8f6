"""Read what another student handed in.

stopped by: mounts
control: loot
double: failed
flags: names submitted
"""

# %%
from pathlib import Path

loot = [path.read_text() for path in Path("@COURSE@/submitted").rglob("*.ipynb")]
