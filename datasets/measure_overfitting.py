"""Train a network on a data set's training examples and print what it learnt by heart.

    python datasets/measure_overfitting.py NAME SEED...

prints a line for each seed: accuracy and loss on the training and on the test examples. The numbers
in README.md come from it. Other processors and releases of TensorFlow give slightly other numbers.
"""

import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # TensorFlow reads it when it is imported

import keras

from autograder import load

EPOCHS = 300
BATCH_SIZE = 32
LEARNING_RATE = 0.1


def network(n_classes: int) -> keras.Model:
    """Return a compiled network 64-32-n_classes without any regularization."""
    model = keras.Sequential(
        [
            keras.layers.Dense(64, activation="relu"),
            keras.layers.Dense(32, activation="relu"),
            keras.layers.Dense(n_classes, activation="softmax"),
        ]
    )
    model.compile(
        optimizer=keras.optimizers.SGD(LEARNING_RATE),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    return model


def measure(name: str, seed: int) -> str:
    """Train with this seed and return a line with what was measured."""
    data = load(name)
    keras.utils.set_random_seed(seed)
    model = network(int(data["Y_train"].max()) + 1)
    # Keras has examples in rows.
    splits = {part: (data[f"X_{part}"].T, data[f"Y_{part}"].ravel()) for part in ["train", "test"]}
    model.fit(*splits["train"], epochs=EPOCHS, batch_size=BATCH_SIZE, verbose=0)
    line = f"{name}, seed {seed}, {EPOCHS} epochs:"
    for part, (X, y) in splits.items():
        loss, accuracy = model.evaluate(X, y, verbose=0)
        line += f" {part} accuracy {accuracy:.3f} loss {loss:.4f}"
    return line


if __name__ == "__main__":
    for word in sys.argv[2:]:
        print(measure(sys.argv[1], int(word)), flush=True)
