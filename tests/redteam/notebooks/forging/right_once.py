"""Be right at the first call, and wrong afterwards.

stopped by: all cases are asked
control: accepted
double: failed
"""

# %%
calls = 0


def double(x):
    global calls
    calls += 1
    return 2 * x if calls == 1 else x
