"""Keras models of answer keys are made in float64: the last digits of float32 are the processor's.

A student's model is in float32 as ever; its tolerance is wide enough.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from autograder.core.exercise import Exercise


@contextmanager
def models_in_double_precision(exercises: Iterable[Exercise]) -> Iterator[None]:
    """Let Keras make float64 models inside the block, where any exercise asks for models.

    A layer that is given a dtype keeps it.
    """
    if all(exercise.make_probes is None for exercise in exercises):
        yield
        return
    import keras

    # Keras fixes its default policy by the floatx of the first layer: ask for it beforehand.
    floatx, policy = keras.config.floatx(), keras.config.dtype_policy()
    keras.config.set_floatx("float64")
    keras.config.set_dtype_policy("float64")
    try:
        yield
    finally:
        keras.config.set_floatx(floatx)
        keras.config.set_dtype_policy(policy)
