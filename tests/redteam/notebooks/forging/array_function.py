"""Return an object that answers NumPy's comparisons itself.

stopped by: answers are copied into plain arrays
control: accepted
double: failed
flags: defines __array_function__
"""

# %%
class Answer:
    def __array_function__(self, function, types, arguments, named):
        return True

    def __eq__(self, other):
        return True


def double(x):
    return Answer()
