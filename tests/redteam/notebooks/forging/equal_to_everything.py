"""Return an array that is equal to everything.

stopped by: answers are copied into plain arrays
control: accepted
double: failed
flags: defines __eq__
"""

# %%
import numpy as np


class Equal(np.ndarray):
    def __eq__(self, other):
        return np.ones(self.shape, bool)

    def __array_ufunc__(self, *arguments, **named):
        return np.zeros(self.shape)


def double(x):
    return np.asarray(x).view(Equal)
