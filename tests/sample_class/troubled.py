"""Unfinished, crashing, hanging and unreadable work."""

from nbformat import NotebookNode

from tests.sample_class.sample import Sample, code, position

L2 = (
    "l2_cost",
    "compute_cost_with_regularization",
    "backward_propagation_with_regularization",
    "update_parameters_with_weight_decay",
    "build_l2_model",
)
DROPOUT = (
    "dropout_forward",
    "dropout_backward",
    "forward_propagation_with_dropout",
    "backward_propagation_with_dropout",
    "predict",
    "build_dropout_model",
)
PRACTICE = (
    "weight_decay_factor",
    "train",
    "ensemble_prediction",
    "build_regularized_model",
)
NOT_ATTEMPTED = ("not_attempted", 0.0, None)


def _hanging_cell(notebook: NotebookNode) -> None:
    """A cell that ignores every interruption."""
    notebook["cells"].insert(
        position(notebook, "predict"),
        code("""
            while True:
                try:
                    while True:
                        pass
                except BaseException:
                    pass
            """),
    )


def _crashing_cells(notebook: NotebookNode) -> None:
    """Experiments that stop, between cells that are right."""
    notebook["cells"].insert(3, code("dropout_forward(A, keep_prob, rng)"))
    notebook["cells"].insert(9, code("1 / 0"))
    notebook["cells"].append(code("for i in range(3) print(i)"))


def _rename_away(notebook: NotebookNode) -> None:
    """A name that a later cell gives to something else."""
    notebook["cells"].append(code("predict = predict.__doc__.count('shape')"))


TROUBLED = (
    Sample(
        "empty-ed",
        "l2_regularization",
        "nothing written",
        dict.fromkeys(L2),
        expected=dict.fromkeys(L2, NOT_ATTEMPTED),
    ),
    Sample(
        "empty-emma",
        "dropout",
        "nothing written",
        dict.fromkeys(DROPOUT),
        expected=dict.fromkeys(DROPOUT, NOT_ATTEMPTED),
    ),
    Sample(
        "empty-eve",
        "regularization_in_practice",
        "nothing written, not even the helpers",
        dict.fromkeys((*PRACTICE, "helpers")),
        expected=dict.fromkeys(PRACTICE, NOT_ATTEMPTED),
    ),
    Sample(
        "half-henry",
        "dropout",
        "half done: pass, None and a docstring",
        {
            "predict": "def predict(X, parameters):\n    pass",
            "dropout_backward": "def dropout_backward(dA, D, keep_prob):\n    return None",
            "build_dropout_model": None,
        },
        expected={
            "predict": NOT_ATTEMPTED,
            "dropout_backward": NOT_ATTEMPTED,
            "build_dropout_model": NOT_ATTEMPTED,
            "backward_propagation_with_dropout": ("crashed", 0.0, None),
        },
    ),
    Sample(
        "half-hanna",
        "l2_regularization",
        "half done: the last two are missing",
        dict.fromkeys(L2[3:]),
        expected=dict.fromkeys(L2[3:], NOT_ATTEMPTED),
    ),
    Sample(
        "syntax-sam",
        "l2_regularization",
        "a missing colon in one cell",
        {"l2_cost": "def l2_cost(parameters, lambd, m)\n    return 0.0"},
        expected={
            "l2_cost": ("crashed", 0.0, None),
            "compute_cost_with_regularization": ("crashed", 0.0, None),
        },
    ),
    Sample(
        "name-nina",
        "dropout",
        "a misspelt name",
        {
            "dropout_backward": """
                def dropout_backward(dA, D, keep_prob):
                    return dA * D / keep_probability
                """,
        },
        expected={
            "dropout_backward": ("crashed", 0.0, None),
            "backward_propagation_with_dropout": ("crashed", 0.0, None),
        },
    ),
    Sample(
        "key-kim",
        "l2_regularization",
        "keys in small letters",
        {
            "l2_cost": """
                def l2_cost(parameters, lambd, m):
                    squares = np.sum(parameters["w1"] ** 2) + np.sum(parameters["w2"] ** 2)
                    return lambd / (2 * m) * squares
                """,
        },
        expected={
            "l2_cost": ("crashed", 0.0, None),
            "compute_cost_with_regularization": ("crashed", 0.0, None),
        },
    ),
    Sample(
        "ragged-rita",
        "l2_regularization",
        "squares a ragged list, which NumPy no longer does",
        {
            "l2_cost": """
                def l2_cost(parameters, lambd, m):
                    W = [parameters["W1"], parameters["W2"], parameters["W3"]]
                    return lambd / (2 * m) * np.sum(np.square(W))
                """,
        },
        expected={
            "l2_cost": ("crashed", 0.0, None),
            "compute_cost_with_regularization": ("crashed", 0.0, None),
        },
    ),
    Sample(
        "crash-carl",
        "dropout",
        "cells of its own that stop; the functions are right",
        edit=_crashing_cells,
    ),
    Sample(
        "loop-lena",
        "regularization_in_practice",
        "train never ends",
        {
            "train": """
                def train(X, Y, parameters, learning_rate, num_iterations, lambd, keep_prob, rng):
                    costs = []
                    while len(costs) <= num_iterations:
                        A3, cache = forward_propagation_with_dropout(X, parameters, keep_prob, rng)
                    return parameters, costs
                """,
        },
        expected={"train": ("timed_out", 0.0, None)},
    ),
    Sample("loop-luke", "dropout", "a cell that ignores interruption", edit=_hanging_cell),
    Sample(
        "exit-erin",
        "dropout",
        "calls exit in a function, and os._exit in another",
        {
            "predict": "def predict(X, parameters):\n    raise SystemExit(0)",
            "dropout_backward": """
                def dropout_backward(dA, D, keep_prob):
                    import os
                    os._exit(0)
                """,
        },
        expected={
            "predict": ("crashed", 0.0, None),
            "dropout_backward": ("crashed", 0.0, None),
            "backward_propagation_with_dropout": ("crashed", 0.0, None),
        },
    ),
    Sample(
        "renamed-rob",
        "dropout",
        "a later cell gives the function's name to a number",
        edit=_rename_away,
        expected={"predict": ("failed", 0.0, None)},
    ),
    Sample(
        "types-tara",
        "dropout",
        "lists, tensors and other types that are no arrays",
        {
            "dropout_backward": """
                def dropout_backward(dA, D, keep_prob):
                    return (dA * D / keep_prob).tolist()
                """,
            "predict": """
                def predict(X, parameters):
                    return "all of them are 1"
                """,
            "dropout_forward": """
                def dropout_forward(A, keep_prob, rng):
                    D = rng.random(A.shape) < keep_prob
                    return np.ma.masked_array(A / keep_prob, ~D), D
                """,
        },
        expected={
            "dropout_backward": ("failed", 0.0, None),
            "predict": ("failed", 0.0, None),
            "dropout_forward": ("failed", 0.0, None),
            "forward_propagation_with_dropout": ("crashed", 0.0, None),
        },
    ),
    Sample(
        "huge-hugo",
        "dropout",
        "a result of a thousand million elements",
        {
            "dropout_backward": """
                def dropout_backward(dA, D, keep_prob):
                    return np.broadcast_to(dA[0, 0], (100_000, 10_000))
                """,
        },
        expected={
            "dropout_backward": ("failed", 0.0, None),
            "backward_propagation_with_dropout": ("crashed", 0.0, None),
        },
    ),
    Sample(
        "text-theo",
        "dropout",
        "not a notebook",
        raw=b"def dropout_forward(A, keep_prob, rng): ...\n",
        expected=dict.fromkeys(DROPOUT, ("not_gradable", None, None)),
        trouble=True,
    ),
    Sample(
        "cut-cleo",
        "l2_regularization",
        "a notebook that was cut off while it was saved",
        raw=b'{"cells": [{"cell_type": "code", "source": ["def l2_cost(',
        expected=dict.fromkeys(L2, ("not_gradable", None, None)),
        trouble=True,
    ),
    Sample(
        "other-olga",
        "dropout",
        "the notebook of another course",
        raw=(
            b'{"cells": [{"cell_type": "code", "id": "a", "metadata": {}, "outputs": [], '
            b'"execution_count": null, "source": "print(\'economics\')"}], "metadata": {}, '
            b'"nbformat": 4, "nbformat_minor": 5}\n'
        ),
        expected=dict.fromkeys(DROPOUT, ("not_gradable", None, None)),
        trouble=True,
    ),
)
