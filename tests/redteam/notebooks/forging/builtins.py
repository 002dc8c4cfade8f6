"""Replace Python's own functions.

stopped by: the comparison is elsewhere
control: accepted
double: failed
flags: imports builtins
"""

# %%
import builtins

builtins.all = lambda items: True
builtins.abs = lambda value: 0
builtins.isinstance_ = isinstance
