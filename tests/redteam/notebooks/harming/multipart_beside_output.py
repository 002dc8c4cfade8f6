"""Write a message without end to one connection, while another never lacks messages.

stopped by: the grader looks at its growth also while messages wait
control: unit tests/kernel/test_conversation.py::test_a_flood_of_messages_does_not_keep_the_grader_from_looking
double: failed crashed
add: passed crashed
flags: imports threading
"""

# %%
import os
import socket
import stat
import struct
import threading
import time

frame = struct.pack(">BQ", 3, 1_000_000) + bytes(1_000_000)
connections = []
for number in map(int, os.listdir("/proc/self/fd")):
    try:
        if stat.S_ISSOCK(os.fstat(number).st_mode):
            made = socket.socket(fileno=os.dup(number))
            name = made.getsockname()
            if name and not made.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                if not str(name).endswith("-2"):  # what it prints
                    connections.append(made)
    except OSError:
        pass


def write_without_end():
    for _ in range(20_000):
        for made in connections:
            try:
                made.setblocking(True)
                made.sendall(frame)
            except OSError:
                pass


threading.Thread(target=write_without_end, daemon=True).start()
publish = get_ipython().kernel.iopub_socket
session = get_ipython().kernel.session
while True:
    session.send(publish, "stream", {"name": "stdout", "text": "x"}, ident=b"x")
    time.sleep(0.001)
