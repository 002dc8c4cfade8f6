"""Sleep for an hour in a function.

stopped by: deadline of a call
control: stuck
double: timed_out
"""

# %%
import time


def double(x):
    while True:
        try:
            time.sleep(3600)
        except BaseException:
            pass
