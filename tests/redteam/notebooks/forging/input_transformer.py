"""Let IPython rewrite the text of the cells that are run later.

stopped by: the comparison is elsewhere
control: accepted
double: timed_out
add: timed_out
flags: uses input_transformers_post
"""

# %%
def rewrite(lines):
    return ["pass\n" for line in lines]


get_ipython().input_transformers_post.append(rewrite)
