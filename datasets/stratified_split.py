"""Split examples into train, validation and test, with each class in its share; needs scikit-learn.

scikit-learn draws from NumPy's `RandomState`, whose numbers NumPy promises not to change.
"""

import numpy as np
from sklearn.model_selection import train_test_split


def split(
    X: np.ndarray, Y: np.ndarray, *, train: int, validation: int, seed: int
) -> dict[str, np.ndarray]:
    """Return X_train, Y_train, X_val, Y_val, X_test and Y_test; what is left over is for the test.

    X is (n_x, m) and Y is (1, m), and so are the parts: examples are columns.
    """
    labels = Y.ravel()
    rest = np.arange(labels.size)
    columns = {}
    for name, size in {"train": train, "val": validation}.items():
        columns[name], rest = train_test_split(
            rest, train_size=size, stratify=labels[rest], random_state=seed
        )
    columns["test"] = rest
    return {
        f"{letter}_{name}": array[:, chosen]
        for name, chosen in columns.items()
        for letter, array in {"X": X, "Y": Y}.items()
    }
