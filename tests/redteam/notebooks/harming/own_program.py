"""Change the mode and the times of the Python that grades, through the link to one's own program.

stopped by: seccomp
control: loot
double: failed
flags: names /proc
"""

# %%
import os

program = "/proc/self/exe"
before = os.stat(program)
os.utime(program, ns=(before.st_atime_ns, before.st_mtime_ns + 10**9))
loot = os.stat(program).st_mtime_ns != before.st_mtime_ns
os.utime(program, ns=(before.st_atime_ns, before.st_mtime_ns))
os.chmod(program, before.st_mode)
