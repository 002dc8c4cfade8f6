"""Look up the expected value in the variables of the callers.

stopped by: the comparison is elsewhere
control: accepted
double: failed
flags: uses _getframe
"""

# %%
import sys


def double(x):
    frame = sys._getframe()
    while frame is not None:
        if "expected" in frame.f_locals:
            return frame.f_locals["expected"]
        frame = frame.f_back
    return x
