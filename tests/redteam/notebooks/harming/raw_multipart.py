"""Write a message of endlessly many parts to the kernel's connections.

stopped by: the grader watches how much it grows
control: growth
double: failed
flags: imports socket
"""

# %%
import os
import socket
import stat
import struct

frame = struct.pack(">BQ", 3, 1_000_000) + bytes(1_000_000)
connections = []
for number in map(int, os.listdir("/proc/self/fd")):
    try:
        if stat.S_ISSOCK(os.fstat(number).st_mode):
            made = socket.socket(fileno=os.dup(number))
            if made.getsockname() and not made.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                connections.append(made)
    except OSError:
        pass
for _ in range(20_000):
    for made in connections:
        try:
            made.settimeout(1)
            made.sendall(frame)
        except OSError:
            pass
