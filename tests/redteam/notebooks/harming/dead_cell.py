"""End the process in a cell.

stopped by: the cell is left out, and the others run again
control: unit tests/kernel/test_session.py::test_cells_that_hang_or_end_the_process_are_survived
double: failed
flags: uses _exit
"""

# %%
import os

os._exit(0)
