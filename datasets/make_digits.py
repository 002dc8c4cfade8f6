"""Make digits.h5 from the handwritten digits that scikit-learn brings with it.

    python datasets/make_digits.py [FOLDER]

writes digits.h5 into FOLDER (this folder by default). Every run writes the same bytes. It needs
scikit-learn: `make data` installs it and runs this script.
"""

import sys
from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits
from stratified_split import split

from autograder.storage.dataset_file import write_dataset

SEED = 7
TRAIN_EXAMPLES = 200  # 20 of each digit, or one more or less: few enough to learn by heart
VALIDATION_EXAMPLES = 597  # the remaining 1000 are for the test
FULL_BLOCK = 16  # the pixels in a block of 4 by 4

ATTRIBUTES = {
    "title": "Optical recognition of handwritten digits, the test set of UCI",
    "description": "1797 images of the digits 0 to 9 by 13 writers, 8 by 8 pixels, row by row. A "
    "pixel is the share of ink in a block of 4 by 4 pixels of the scanned form. Split at random "
    "into train, validation and test with each digit in its share. Examples are columns.",
    "provenance": "E. Alpaydin and C. Kaynak gave the data to the UCI Machine Learning Repository "
    "in 1998; scikit-learn bundles their test set (load_digits); datasets/make_digits.py of the "
    "KeepProb course divided the values by 16, turned rows into columns and split the examples.",
    "licence": "CC BY 4.0",
    "citation": "Alpaydin, E. & Kaynak, C. (1998). Optical Recognition of Handwritten Digits "
    "[Dataset]. UCI Machine Learning Repository. https://doi.org/10.24432/C50P49",
}
FEATURES = {"units": "share of ink, 0 to 1", "axes": "pixel (row by row), example"}
LABELS = {"units": "class, the digit 0 to 9", "axes": "label, example"}


def make_arrays() -> dict[str, np.ndarray]:
    """Return X_… (64, m), float32 in steps of 1/16, and Y_… (1, m), int64, for the three splits."""
    images, digits = load_digits(return_X_y=True)
    # Sixteenths are exact in float32.
    X = (images.T / FULL_BLOCK).astype(np.float32)
    Y = digits.reshape(1, -1).astype(np.int64)
    return split(X, Y, train=TRAIN_EXAMPLES, validation=VALIDATION_EXAMPLES, seed=SEED)


def write(folder: Path) -> Path:
    """Write digits.h5 into `folder` and return its path."""
    path = folder / "digits.h5"
    arrays = make_arrays()
    about_arrays = {name: FEATURES if name.startswith("X") else LABELS for name in arrays}
    write_dataset(path, arrays, about=ATTRIBUTES, about_arrays=about_arrays)
    return path


if __name__ == "__main__":
    print(write(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent))
