"""Use system calls that Python has no name for: the kernel's keyring.

stopped by: seccomp
control: loot
double: failed
flags: imports ctypes
"""

# %%
import ctypes
import platform

KEYCTL = {"x86_64": 250, "aarch64": 219}[platform.machine()]
loot = ctypes.CDLL(None).syscall(KEYCTL, 0, -3, 0) >= 0
