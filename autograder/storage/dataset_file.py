"""The course's data sets: HDF5 files with named arrays and a checksum, read by name.

The scripts in the course's datasets/ write them with `write_dataset`.
"""

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

import h5py
import numpy as np

from autograder.core.errors import ExplainedError

LARGEST_BYTES = 256 * 2**20


class DatasetError(ExplainedError):
    """A data set is missing, damaged or not one of ours; the message says what to do."""


def load_dataset(name: str, folder: str | Path = ".") -> dict[str, np.ndarray]:
    """Return the arrays of a data set by their names, e.g. X_train (2, m) and Y_train (1, m).

    `name` has no folder and no ending: load_dataset("two_arcs") reads two_arcs.h5. The file is
    looked for in `folder` (beside the notebook), then in a folder called datasets there and in
    each folder above.

    Raises:
        DatasetError: the file is missing, cannot be read, or does not match its own checksum.
    """
    path = _find(name, Path(folder))
    try:
        arrays, promised = _read(path)
    except (OSError, KeyError, ValueError, TypeError, RuntimeError) as error:
        raise DatasetError(
            f"{path} is not a data set that can be read ({error}). {_FETCH_AGAIN}"
        ) from error
    if checksum(arrays) != promised:
        raise DatasetError(
            f"{path} is damaged: its arrays do not match its checksum. {_FETCH_AGAIN}"
        )
    return arrays


def checksum(arrays: Mapping[str, np.ndarray]) -> str:
    """Return the SHA-256 of the arrays, in hexadecimal.

    What is hashed: for each name in alphabetical order a line such as "X_train f8 2x120" in UTF-8,
    then the values, little-endian, row by row.
    """
    digest = hashlib.sha256()
    for name in sorted(arrays):
        values = np.asarray(arrays[name])
        values = np.ascontiguousarray(values, dtype=values.dtype.newbyteorder("<"))
        shape = "x".join(str(length) for length in values.shape)
        digest.update(f"{name} {values.dtype.kind}{values.dtype.itemsize} {shape}\n".encode())
        digest.update(values.tobytes())
    return digest.hexdigest()


def write_dataset(
    path: Path,
    arrays: Mapping[str, np.ndarray],
    *,
    about: Mapping[str, str],
    about_arrays: Mapping[str, Mapping[str, str]],
) -> None:
    """Write the arrays with their checksum; the same arrays and texts give the same bytes.

    `about` becomes the file's attributes, and `about_arrays` those of each array, by its name.
    """
    with h5py.File(path, "w") as file:
        file.attrs.update({**about, "sha256": checksum(arrays)})
        for name, array in arrays.items():
            # Little-endian by name, without compression and without time stamps: the same bytes on
            # every machine. (With track_order, HDF5 would write the time into the root group.)
            dataset = file.create_dataset(
                name, data=array.astype(array.dtype.newbyteorder("<")), track_times=False
            )
            dataset.attrs.update(about_arrays[name])


_FETCH_AGAIN = "Fetch the assignment again to replace it."


def _find(name: str, folder: Path) -> Path:
    if not isinstance(name, str) or not name.isidentifier():
        raise DatasetError(
            "A data set is asked for by its name alone, "
            f'such as load("two_arcs"). Received: {name!r}'
        )
    for candidate in _candidates(f"{name}.h5", folder.resolve()):
        if candidate.is_file():
            return candidate
    raise DatasetError(
        f"There is no {name}.h5 in {folder.resolve()}, nor in a datasets folder there or above. "
        "Start Jupyter where the notebook is, or fetch the assignment again."
    )


def _candidates(filename: str, folder: Path) -> Iterator[Path]:
    yield folder / filename
    for ancestor in (folder, *folder.parents):
        yield ancestor / "datasets" / filename


def _read(path: Path) -> tuple[dict[str, np.ndarray], str]:
    with h5py.File(path, "r") as file:
        return {name: _array(file, name) for name in file}, str(file.attrs["sha256"])


def _array(file: h5py.File, name: str) -> np.ndarray:
    # A link that leads to another file is not followed: the checksum speaks for this file only.
    if not isinstance(file.get(name, getlink=True), h5py.HardLink) or not isinstance(
        file[name], h5py.Dataset
    ):
        raise ValueError(f"{name} is not an array")
    dataset = file[name]
    if dataset.dtype.kind not in "biuf" or dataset.size * dataset.dtype.itemsize > LARGEST_BYTES:
        raise ValueError(f"{name} is not a numeric array of at most {LARGEST_BYTES // 2**20} MB")
    return np.asarray(dataset[()])
