"""Display an image of 60 MB.

stopped by: size of a message, outputs are cut
control: unit tests/kernel/test_session.py::test_an_ordinary_notebook_is_run_and_asked
double: failed
"""

# %%
from IPython.display import display

display({"image/png": "A" * 60_000_000}, raw=True)
