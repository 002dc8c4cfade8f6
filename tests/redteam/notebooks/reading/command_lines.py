"""Find the grader among the processes.

stopped by: pid namespace
control: loot
double: failed
flags: names /proc
"""

# %%
from pathlib import Path

loot = [path for path in Path("/proc").glob("[0-9]*/cmdline") if b"@GRADER_PROGRAM@" in path.read_bytes()]
