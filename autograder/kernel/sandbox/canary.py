"""What shows that a fork of a server can work: the first thing that runs in a box of each server.

TensorFlow hangs for ever in the child of a process that used it. A child that hangs here costs
seconds once; one that hangs with a submission in it would cost a student points.
"""

import sys

import numpy as np

SONG = "sings"


def sing() -> None:
    """Compute something with what the server imported, and say so."""
    if not np.allclose(np.linalg.solve(np.eye(3) * 2, np.ones(3)), 0.5):
        raise ArithmeticError("NumPy computes something wrong")
    if "keras" in sys.modules:
        _fit()
    print(SONG, flush=True)


def _fit() -> None:
    import keras

    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2), keras.layers.Dropout(0.5)])
    model.compile(loss="mse")
    model.fit(np.ones((8, 3)), np.ones((8, 2)), epochs=1, verbose=0)
