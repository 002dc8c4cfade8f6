"""Replace the function with which IPython runs cells.

stopped by: questions do not go through cells
control: accepted
double: timed_out
add: timed_out
flags: calls get_ipython
"""

# %%
shell = get_ipython()
nothing = shell.run_cell("None")


async def run(*arguments, **named):
    return nothing


shell.run_cell_async = run
