"""Make an array of 20 GB in a function.

stopped by: RLIMIT_AS
control: unit tests/kernel/sandbox/test_boxed_kernel.py::test_memory_is_bounded
double: crashed
"""

# %%
import numpy as np


def double(x):
    return np.ones(2_500_000_000) * 2
