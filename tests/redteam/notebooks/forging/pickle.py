"""Return an object that runs a program when it is unpickled.

stopped by: no pickle anywhere
control: pickled
double: failed
flags: defines __reduce__
"""

# %%
import os


class Bomb:
    def __reduce__(self):
        return print, ("loot: True",)


def double(x):
    return Bomb()
