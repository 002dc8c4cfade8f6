"""Start a program that outlives the notebook.

stopped by: seccomp
control: loot
double: failed
flags: imports subprocess
"""

# %%
import subprocess

loot = subprocess.Popen(["sleep", "60"], start_new_session=True)
