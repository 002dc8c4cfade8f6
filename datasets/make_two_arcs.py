"""Make two_arcs.h5: two noisy arcs with a few labels turned over, small enough to overfit.

    python datasets/make_two_arcs.py [FOLDER]

writes two_arcs.h5 into FOLDER (this folder by default). Every run writes the same bytes.
"""

import sys
from pathlib import Path

import numpy as np

from autograder.storage.dataset_file import write_dataset

SEED = 7  # of the seeds 1 to 8, one where overfitting is plain to see
TRAIN_EXAMPLES = 120
TEST_EXAMPLES = 400
NOISE = 0.3  # standard deviation of each coordinate; the arcs have radius 1
SHARE_OF_TURNED_LABELS = 0.04

ATTRIBUTES = {
    "title": "Two interleaved arcs with noise",
    "description": "Two half circles of radius 1 that reach into each other, one per class, with "
    "normal noise on both coordinates and 4 % of the labels turned over. Examples are columns.",
    "provenance": "Synthetic; made by datasets/make_two_arcs.py of the KeepProb course.",
    "licence": "CC BY 4.0",
}
FEATURES = {"units": "1 (dimensionless)", "axes": "feature, example"}
LABELS = {"units": "class, 0 or 1", "axes": "label, example"}


def draw(rng: np.random.Generator, m: int) -> tuple[np.ndarray, np.ndarray]:
    """Return X (2, m), float64, and Y (1, m), int64 of 0 and 1, half of the points on each arc."""
    arc = np.arange(m) % 2
    # +1: the upper arc, shifted to the left; -1: the lower arc, shifted to the right
    side = 1 - 2 * arc
    angle = np.pi * rng.random(m)
    points = np.vstack([side * (np.cos(angle) - 0.5), side * (np.sin(angle) - 0.25)])
    noisy = points + NOISE * rng.normal(size=(2, m))
    turned = rng.random(m) < SHARE_OF_TURNED_LABELS
    # Sine and cosine may differ in the last bit between processors; four decimals do not.
    return np.round(noisy, 4), (arc ^ turned).reshape(1, m).astype(np.int64)


def make_arrays() -> dict[str, np.ndarray]:
    """Return X_train (2, 120), Y_train (1, 120), X_test (2, 400) and Y_test (1, 400)."""
    rng = np.random.default_rng(SEED)
    X_train, Y_train = draw(rng, TRAIN_EXAMPLES)
    X_test, Y_test = draw(rng, TEST_EXAMPLES)
    return {"X_train": X_train, "Y_train": Y_train, "X_test": X_test, "Y_test": Y_test}


def write(folder: Path) -> Path:
    """Write two_arcs.h5 into `folder` and return its path."""
    path = folder / "two_arcs.h5"
    arrays = make_arrays()
    about_arrays = {name: FEATURES if name.startswith("X") else LABELS for name in arrays}
    write_dataset(path, arrays, about=ATTRIBUTES, about_arrays=about_arrays)
    return path


if __name__ == "__main__":
    print(write(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent))
