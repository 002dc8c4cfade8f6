"""Connect to an abstract socket, which has no place in the file system.

stopped by: network namespace, seccomp
control: loot
double: failed
flags: imports socket
"""

# %%
import socket

connection = socket.socket(socket.AF_UNIX)
connection.connect("\0@ABSTRACT@")
loot = connection
