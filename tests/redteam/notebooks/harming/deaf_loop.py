"""Loop for ever in a function, deaf to every signal.

stopped by: the box is ended from outside
control: stuck
double: timed_out
flags: imports signal
"""

# %%
import signal


def double(x):
    for number in range(1, signal.NSIG):
        try:
            signal.signal(number, signal.SIG_IGN)
        except OSError:
            pass
    while True:
        pass
