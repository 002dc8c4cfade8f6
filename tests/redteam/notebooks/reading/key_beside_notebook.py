"""Copy the answers of the public key that lies beside the notebook.

stopped by: the key is not there when grading
control: loot
double: failed
flags: names answer_key
"""

# %%
loot = open("answer_key.h5", "rb").read()
