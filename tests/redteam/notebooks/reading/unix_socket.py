"""Connect to a socket in the file system, as that of an SSH agent or of Docker.

stopped by: mounts, seccomp
control: loot
double: failed
flags: imports socket
"""

# %%
import socket

connection = socket.socket(socket.AF_UNIX)
connection.connect("@SOCKET@")
loot = connection
