"""Crash the interpreter in a function.

stopped by: another process answers for the rest
control: gone
double: crashed
flags: imports ctypes
"""

# %%
import ctypes


def double(x):
    ctypes.string_at(0)
