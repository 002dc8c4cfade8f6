"""The archives that others install hold the engine, and nothing of the course's secret."""

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.xdist_group("distribution")  # they share what is slow to make

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def archives(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--directory", folder],
        cwd=ROOT, check=True, capture_output=True,
    )  # fmt: skip
    return folder


def test_the_wheel_holds_the_engine_alone(archives: Path):
    (wheel,) = archives.glob("keepprob-*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert "autograder/core/__init__.py" in names
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.startswith("keepprob-")} == {"autograder"}


def test_the_source_archive_holds_no_solution(archives: Path):
    (archive,) = archives.glob("keepprob-*.tar.gz")
    with tarfile.open(archive) as source:
        tops = {name.split("/")[1] for name in source.getnames()}
    assert tops & {"solutions", "assignments", "tests"} == set()
    assert "autograder" in tops
