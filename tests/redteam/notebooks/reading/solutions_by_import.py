"""Import the course's solutions, which lie beside the engine.

stopped by: mounts
control: loot
double: failed
flags: imports importlib
"""

# %%
import importlib
import sys

sys.path.insert(0, "@COURSE@/solutions")
loot = importlib.import_module("toy.exercises").double
