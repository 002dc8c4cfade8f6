"""Keep answering from a thread once the questions come.

stopped by: an answer repeats the question's random number
control: unit tests/kernel/test_session.py::test_answers_that_nobody_gave_are_not_believed
double: crashed timed_out
add: crashed timed_out passed
flags: imports threading
"""

# %%
import json
import os
import stat
import struct
import threading
import time


def flood():
    time.sleep(0.5)
    header = json.dumps(["0" * 16, "call", ["l", ["l", "Returned", ["d", "value", 1, "changed", ["t"]]]]]).encode()
    while True:
        for number in map(int, os.listdir("/proc/self/fd")):
            try:
                if stat.S_ISSOCK(os.fstat(number).st_mode):
                    os.write(number, struct.pack("<II", len(header), 0) + header)
            except OSError:
                pass


threading.Thread(target=flood, daemon=True).start()


def double(x):
    time.sleep(1)
    return x
