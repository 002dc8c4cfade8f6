"""Write the hidden arguments into an exception's text, for the feedback to show.

stopped by: of hidden cases, only words that are on a list are shown
control: unit tests/core/test_hidden_cases.py::test_of_public_cases_such_texts_are_shown
double: crashed
flags: double: raises an exception with a text of its own
"""

# %%
def double(x):
    digits = x.tobytes().hex()
    raise ValueError("".join(chr(ord("a") + int(digit, 16)) for digit in digits))
