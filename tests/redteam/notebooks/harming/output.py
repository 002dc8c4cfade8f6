"""Print without end.

stopped by: outputs are cut
control: unit tests/kernel/test_session.py::test_an_ordinary_notebook_is_run_and_asked
double: failed
"""

# %%
for _ in range(40):
    print("x" * 1_000_000)
