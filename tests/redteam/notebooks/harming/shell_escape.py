"""Run a command by IPython's exclamation mark.

stopped by: seccomp
control: loot
double: failed
flags: starts a program
"""

# %%
!echo yes > made-by-a-program
import os
loot = os.path.exists("made-by-a-program")
