"""Make breast_cancer.h5 from the Wisconsin diagnostic data that scikit-learn brings with it.

    python datasets/make_breast_cancer.py [FOLDER]

writes breast_cancer.h5 into FOLDER (this folder by default). Every run writes the same bytes. It
needs scikit-learn: `make data` installs it and runs this script.
"""

import statistics
import sys
from pathlib import Path

import numpy as np
from sklearn.datasets import load_breast_cancer
from stratified_split import split

from autograder.storage.dataset_file import write_dataset

SEED = 7
TRAIN_EXAMPLES = 40  # few enough to learn by heart
VALIDATION_EXAMPLES = 129  # the remaining 400 are for the test

ATTRIBUTES = {
    "title": "Breast Cancer Wisconsin (Diagnostic)",
    "description": "30 measurements of the cell nuclei in each of 569 images of a fine needle "
    "aspirate of a breast mass, and the diagnosis. Split at random into train, validation and test "
    "with each class in its share, then standardised: X = (measured - mean) / deviation, both of "
    "the training examples. Examples are columns.",
    "provenance": "W. Wolberg, W. N. Street and O. Mangasarian made the data, and Street gave them "
    "to the UCI Machine Learning Repository in 1995; scikit-learn bundles them "
    "(load_breast_cancer); datasets/make_breast_cancer.py of the KeepProb course turned rows into "
    "columns, split the examples and standardised the features.",
    "licence": "CC BY 4.0",
    "citation": "Wolberg, W., Mangasarian, O., Street, N. & Street, W. (1993). Breast Cancer "
    "Wisconsin (Diagnostic) [Dataset]. UCI Machine Learning Repository. "
    "https://doi.org/10.24432/C5DW2B",
}
FEATURES = {"units": "standard deviations of the training examples", "axes": "feature, example"}
LABELS = {"units": "class, 0 (malignant) or 1 (benign)", "axes": "label, example"}
MOMENTS = {"units": "those of each feature; the source names none", "axes": "feature, 1"}


def column(values: list[float]) -> np.ndarray:
    """Return the values as an array (n, 1), float64."""
    return np.array(values, dtype=np.float64).reshape(-1, 1)


def make_arrays(measured: np.ndarray, labels: np.ndarray) -> dict[str, np.ndarray]:
    """Return X_… (30, m), float32, and Y_… (1, m), int64, for the three splits, and their scale.

    The scale is `mean` and `deviation`, both (30, 1), float64. measured is (m, 30), labels (m,).
    """
    arrays = split(
        measured.T,
        labels.reshape(1, -1).astype(np.int64),
        train=TRAIN_EXAMPLES,
        validation=VALIDATION_EXAMPLES,
        seed=SEED,
    )
    # NumPy's sums may differ in the last bit between processors; these are exact, then rounded.
    rows = arrays["X_train"].tolist()
    mean = column([statistics.fmean(row) for row in rows])
    deviation = column([statistics.pstdev(row) for row in rows])
    for name in ["X_train", "X_val", "X_test"]:
        arrays[name] = ((arrays[name] - mean) / deviation).astype(np.float32)
    return arrays | {"mean": mean, "deviation": deviation}


def write(folder: Path) -> Path:
    """Write breast_cancer.h5 into `folder` and return its path."""
    path = folder / "breast_cancer.h5"
    bunch = load_breast_cancer()
    arrays = make_arrays(bunch.data, bunch.target)
    names = {"features": ", ".join(bunch.feature_names)}
    kinds = {"X": FEATURES | names, "Y": LABELS, "m": MOMENTS | names, "d": MOMENTS | names}
    about_arrays = {name: kinds[name[0]] for name in arrays}
    write_dataset(path, arrays, about=ATTRIBUTES, about_arrays=about_arrays)
    return path


if __name__ == "__main__":
    print(write(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent))
