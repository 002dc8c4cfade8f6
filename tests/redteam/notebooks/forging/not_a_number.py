"""Return NaN, which is in no comparison larger than a tolerance.

stopped by: the comparison asks whether it is close
control: accepted
double: failed
"""

# %%
import numpy as np


def double(x):
    return np.full(np.shape(x), np.nan)
