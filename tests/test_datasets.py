"""The committed data sets are what their scripts make, and a damaged file is refused."""

import runpy
import shutil
from pathlib import Path

import h5py
import numpy as np
import pytest

from autograder.storage.dataset_file import DatasetError, checksum, load_dataset

DATASETS = Path(__file__).parent.parent / "datasets"


def test_the_script_makes_the_committed_file_byte_for_byte(tmp_path):
    made = runpy.run_path(str(DATASETS / "make_two_arcs.py"))["write"](tmp_path)
    assert (DATASETS / "two_arcs.h5").read_bytes() == made.read_bytes()


def test_examples_are_columns_and_labels_are_0_or_1():
    arrays = load_dataset("two_arcs", DATASETS)
    shapes = {"X_train": (2, 120), "Y_train": (1, 120), "X_test": (2, 400), "Y_test": (1, 400)}
    assert shapes == {name: array.shape for name, array in arrays.items()}
    assert np.unique(np.concatenate([arrays["Y_train"], arrays["Y_test"]], axis=1)).tolist() == [
        0,
        1,
    ]


def test_every_file_says_where_it_comes_from_and_every_array_its_axes_and_units():
    for path in DATASETS.glob("*.h5"):
        with h5py.File(path) as file:
            wanted = {"title", "description", "provenance", "licence", "sha256"}
            assert wanted == set(file.attrs)
            assert all({"units", "axes"} == set(array.attrs) for array in file.values())


def test_the_readme_names_every_file_with_its_checksum():
    readme = (DATASETS / "README.md").read_text(encoding="utf-8")
    for path in DATASETS.glob("*.h5"):
        assert path.name in readme
        assert checksum(load_dataset(path.stem, DATASETS)) in readme


def test_a_data_set_is_found_beside_the_notebook_before_the_datasets_folder(tmp_path):
    (tmp_path / "datasets").mkdir()
    (tmp_path / "datasets" / "two_arcs.h5").write_bytes(b"not read")
    shutil.copy(DATASETS / "two_arcs.h5", tmp_path)
    assert load_dataset("two_arcs", tmp_path)["X_train"].shape == (2, 120)


def test_a_data_set_is_found_in_a_datasets_folder_further_up():
    assert load_dataset("two_arcs", DATASETS.parent / "solutions" / "dropout")["X_train"].shape == (
        2,
        120,
    )


def test_a_missing_file_is_named_with_the_place_where_it_was_looked_for(tmp_path):
    with pytest.raises(DatasetError, match=r"There is no three_arcs\.h5 in .*fetch the assignment"):
        load_dataset("three_arcs", tmp_path)


@pytest.mark.parametrize("name", ["../two_arcs", "two_arcs.h5", "", None])
def test_a_name_is_a_name_and_not_a_path(name):
    with pytest.raises(DatasetError, match="by its name alone"):
        load_dataset(name, DATASETS)


def test_a_changed_value_is_noticed(tmp_path):
    path = shutil.copy(DATASETS / "two_arcs.h5", tmp_path)
    with h5py.File(path, "r+") as file:
        file["X_train"][0, 0] += 1e-4
    with pytest.raises(DatasetError, match="do not match its checksum"):
        load_dataset("two_arcs", tmp_path)


def truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:1000])


def of_another_kind(path: Path) -> None:
    path.write_text("X,Y\n1,0\n")


def without_a_checksum(path: Path) -> None:
    with h5py.File(path, "r+") as file:
        del file.attrs["sha256"]


def with_text_for_numbers(path: Path) -> None:
    with h5py.File(path, "r+") as file:
        file["note"] = "words"


def with_a_link_to_another_file(path: Path) -> None:
    with h5py.File(path, "r+") as file:
        file["elsewhere"] = h5py.ExternalLink("other.h5", "/X")


def with_a_group(path: Path) -> None:
    with h5py.File(path, "r+") as file:
        file.create_group("more")


def empty_in_one_array(path: Path) -> None:
    with h5py.File(path, "r+") as file:
        file["nothing"] = h5py.Empty("f8")


DAMAGES = [
    truncated,
    of_another_kind,
    without_a_checksum,
    with_text_for_numbers,
    with_a_link_to_another_file,
    with_a_group,
    empty_in_one_array,
]


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_a_damaged_file_gets_one_clear_sentence(damage, tmp_path):
    damage(Path(shutil.copy(DATASETS / "two_arcs.h5", tmp_path)))
    with pytest.raises(DatasetError, match="not a data set that can be read"):
        load_dataset("two_arcs", tmp_path)
