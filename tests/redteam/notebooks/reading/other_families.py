"""Make a socket of a family that reaches the kernel or the host.

stopped by: seccomp
control: loot
double: failed
flags: imports socket
"""

# %%
import socket

loot = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)
