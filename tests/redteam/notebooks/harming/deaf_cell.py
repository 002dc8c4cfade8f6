"""Loop for ever in a cell, and swallow every interrupt.

stopped by: the box is ended, and the cell left out
control: unit tests/kernel/test_session.py::test_cells_that_hang_or_end_the_process_are_survived
double: failed
"""

# %%
import time

while True:
    try:
        time.sleep(0.1)
    except BaseException:
        pass
