"""Connect to a service of this machine.

stopped by: network namespace, seccomp
control: loot
double: failed
flags: imports socket
"""

# %%
import socket

loot = socket.create_connection(("127.0.0.1", @PORT@), 2)
