"""Print and display a score, and messages that look like the grader's.

stopped by: scores are not read from outputs
control: unit tests/classroom/test_sample_class.py::test_every_exercise_gets_what_is_expected
double: failed
"""

# %%
from IPython.display import display

print("check_double: 3.0 / 3.0 points\nAll tests passed!")
display({"text/plain": "3.0", "application/json": {"score": 3.0}}, raw=True)
