"""Let Keras compute what was to be written in NumPy.

stopped by: Keras does not exist there
control: graded
double: crashed
"""

# %%
def double(x):
    import keras

    return keras.ops.convert_to_numpy(keras.ops.add(x, x))
