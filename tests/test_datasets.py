"""The committed data sets are what their scripts make, and a damaged file is refused."""

import shutil
import subprocess
import sys
from pathlib import Path

import h5py
import numpy as np
import pytest

from autograder.storage.dataset_file import DatasetError, checksum, load_dataset

DATASETS = Path(__file__).parent.parent / "datasets"


SPLITS = ["train", "val", "test"]
# The examples of each split, by data set.
SIZES = {
    "breast_cancer": {"train": 40, "val": 129, "test": 400},
    "digits": {"train": 200, "val": 597, "test": 1000},
    "two_arcs": {"train": 120, "test": 400},
}
N_FEATURES = {"breast_cancer": 30, "digits": 64, "two_arcs": 2}
N_CLASSES = {"breast_cancer": 2, "digits": 10, "two_arcs": 2}
FROM_ELSEWHERE = ["breast_cancer", "digits"]  # scikit-learn brings the data with it
WITHOUT_SCIKIT_LEARN = (
    "scikit-learn, which makes this data set, is not installed (`make venv-data` adds it); "
    "its checksum was compared with the documented one all the same"
)

each_data_set = pytest.mark.parametrize("name", sorted(SIZES))


def parts(arrays: dict[str, np.ndarray], letter: str) -> list[np.ndarray]:
    """The arrays of a letter, X or Y, one for each split."""
    return [arrays[f"{letter}_{split}"] for split in SPLITS if f"{letter}_{split}" in arrays]


def section(name: str) -> str:
    """What the README says under the heading of a data set's file."""
    readme = (DATASETS / "README.md").read_text(encoding="utf-8")
    return readme.split(f"\n## {name}.h5\n")[1].split("\n## ")[0]


def test_every_file_has_a_script_and_a_test():
    files = {path.stem for path in DATASETS.glob("*.h5")}
    scripts = {path.stem.removeprefix("make_") for path in DATASETS.glob("make_*.py")}
    assert sorted(SIZES) == sorted(files) == sorted(scripts)


@each_data_set
def test_the_script_makes_the_committed_file_byte_for_byte(name, tmp_path):
    if name in FROM_ELSEWHERE:
        pytest.importorskip("sklearn", reason=WITHOUT_SCIKIT_LEARN)
    subprocess.run([sys.executable, DATASETS / f"make_{name}.py", tmp_path], check=True)
    assert (DATASETS / f"{name}.h5").read_bytes() == (tmp_path / f"{name}.h5").read_bytes()


@each_data_set
def test_the_readme_names_the_file_with_its_checksum_and_each_array_with_its_shape(name):
    arrays = load_dataset(name, DATASETS)
    assert f"| `{name}.h5` | `make_{name}.py` |" in (DATASETS / "README.md").read_text("utf-8")
    assert f"`{checksum(arrays)}`" in section(name)
    for array_name, array in arrays.items():
        assert f"| `{array_name}` | {array.shape} | {array.dtype} |" in section(name)


@each_data_set
def test_every_file_says_where_it_comes_from_and_every_array_its_axes_and_units(name):
    wanted = {"title", "description", "provenance", "licence", "sha256"}
    if name in FROM_ELSEWHERE:
        wanted |= {"citation"}
    with h5py.File(DATASETS / f"{name}.h5") as file:
        assert wanted == set(file.attrs)
        assert all({"units", "axes"} <= set(array.attrs) for array in file.values())
        assert all(text for array in file.values() for text in array.attrs.values())


@pytest.mark.parametrize("name", FROM_ELSEWHERE)
def test_the_readme_repeats_the_citation_that_uci_asks_for(name):
    with h5py.File(DATASETS / f"{name}.h5") as file:
        assert file.attrs["citation"] in " ".join(section(name).split())


@each_data_set
def test_examples_are_columns(name):
    arrays = load_dataset(name, DATASETS)
    for split, m in SIZES[name].items():
        assert arrays[f"X_{split}"].shape == (N_FEATURES[name], m)
        assert arrays[f"Y_{split}"].shape == (1, m)


@each_data_set
def test_numbers_are_floats_without_gaps_and_labels_are_int64(name):
    arrays = load_dataset(name, DATASETS)
    assert {X.dtype.name for X in parts(arrays, "X")} <= {"float32", "float64"}
    assert {Y.dtype.name for Y in parts(arrays, "Y")} == {"int64"}
    assert all(np.isfinite(array).all() for array in arrays.values())


@each_data_set
def test_every_class_is_in_every_split(name):
    for Y in parts(load_dataset(name, DATASETS), "Y"):
        assert list(range(N_CLASSES[name])) == np.unique(Y).tolist()


@pytest.mark.parametrize("name", FROM_ELSEWHERE)
def test_every_class_has_its_share_of_every_split(name):
    labels = parts(load_dataset(name, DATASETS), "Y")
    share = np.bincount(np.concatenate(labels, axis=1).ravel()) / sum(Y.size for Y in labels)
    for Y in labels:
        assert np.abs(np.bincount(Y.ravel()) - share * Y.size).max() < 2


@each_data_set
def test_no_example_is_there_twice(name):
    examples = np.concatenate(parts(load_dataset(name, DATASETS), "X"), axis=1)
    assert np.unique(examples, axis=1).shape == examples.shape


def test_pixels_are_sixteenths_from_0_to_1():
    pixels = np.concatenate(parts(load_dataset("digits", DATASETS), "X"), axis=1)
    assert np.array_equal(np.unique(pixels * 16), np.arange(17))


def test_training_features_have_mean_0_and_deviation_1():
    X = load_dataset("breast_cancer", DATASETS)["X_train"].astype(np.float64)
    assert np.abs(X.mean(axis=1)).max() < 1e-6
    assert np.abs(X.std(axis=1) - 1).max() < 1e-6


def test_the_stored_scale_gives_back_what_was_measured():
    arrays = load_dataset("breast_cancer", DATASETS)
    standardised = np.concatenate(parts(arrays, "X"), axis=1)
    radius, area = (standardised * arrays["deviation"] + arrays["mean"])[[0, 3]]
    # The least and the greatest that the source's description names.
    assert [radius.min(), radius.max()] == pytest.approx([6.981, 28.11], rel=1e-5)
    assert [area.min(), area.max()] == pytest.approx([143.5, 2501.0], rel=1e-5)


def test_every_feature_of_breast_cancer_has_a_name():
    with h5py.File(DATASETS / "breast_cancer.h5") as file:
        for array in ["X_train", "X_val", "X_test", "mean", "deviation"]:
            assert len(set(file[array].attrs["features"].split(", "))) == 30


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


@each_data_set
def test_a_changed_value_is_noticed(name, tmp_path):
    path = shutil.copy(DATASETS / f"{name}.h5", tmp_path)
    with h5py.File(path, "r+") as file:
        file["X_train"][0, 0] += 1e-4
    with pytest.raises(DatasetError, match="do not match its checksum"):
        load_dataset(name, tmp_path)


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


@each_data_set
@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_a_damaged_file_gets_one_clear_sentence(damage, name, tmp_path):
    damage(Path(shutil.copy(DATASETS / f"{name}.h5", tmp_path)))
    with pytest.raises(DatasetError, match="not a data set that can be read"):
        load_dataset(name, tmp_path)
