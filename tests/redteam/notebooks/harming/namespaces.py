"""Become root in a namespace of one's own.

stopped by: seccomp
control: loot
double: failed
flags: imports subprocess
"""

# %%
import subprocess

loot = subprocess.run(["unshare", "--user", "true"]).returncode == 0
