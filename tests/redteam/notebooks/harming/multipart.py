"""Send one message of endlessly many parts.

stopped by: libzmq keeps it in the box, where memory is bounded; once more follows, the grader watches how much it grows
control: unit tests/kernel/sandbox/test_boxed_kernel.py::test_memory_is_bounded
double: failed crashed
add: passed crashed
flags: imports zmq
"""

# %%
import zmq

socket = get_ipython().kernel.iopub_thread.socket
part = b"x" * 1_000_000
for _ in range(3000):
    socket.send(part, zmq.SNDMORE)
