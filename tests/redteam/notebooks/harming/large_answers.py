"""Return the largest arrays that are carried, in every call.

stopped by: what all answers of an exercise may take together is bounded
control: unit tests/kernel/test_session.py::test_answers_that_are_too_large_together_cost_their_own_exercise
double: failed crashed
flags: double: what it returned in all calls together is more than can be kept
"""

# %%
import numpy as np


def double(x):
    return np.zeros(4_000_000)
