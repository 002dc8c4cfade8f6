"""End all processes of one's own group, and survive.

stopped by: a session of its own
control: unit tests/kernel/sandbox/test_warm.py::test_a_program_is_alone_in_its_session
double: failed
flags: imports signal
"""

# %%
import os
import signal

signal.signal(signal.SIGTERM, signal.SIG_IGN)
os.kill(0, signal.SIGTERM)
