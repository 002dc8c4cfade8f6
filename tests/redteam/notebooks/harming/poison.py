"""Leave files that the next student's kernel runs or finds.

stopped by: the folders are new each time
control: twice
double: failed
flags: names /tmp
"""

# %%
import os
from pathlib import Path

places = [Path.home() / "@NAME@", Path("/tmp/@NAME@"), Path("/dev/shm/@NAME@")]
loot = [place for place in places if place.exists()]
for place in places:
    place.write_text("print('poisoned')")
