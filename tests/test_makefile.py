"""The Makefile lists its recipes, and says what a machine lacks in one sentence."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def make(*arguments: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["make", "--no-print-directory", *arguments],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder with what `make venv` reads, and no .venv."""
    for name in ["Makefile", "pyproject.toml", "constraints.txt"]:
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def program(path: Path, script: str) -> Path:
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def test_make_alone_lists_every_recipe_with_a_comment():
    recipes = re.findall(r"^\.PHONY: (\S+)", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    lines = make().stdout.splitlines()
    assert [line.split()[1] for line in lines] == recipes
    assert all(len(line.split()) > 3 for line in lines)


def test_a_machine_without_a_supported_python_learns_what_to_install(checkout: Path):
    answer = make("venv", "PYTHONS=no-such-python", folder=checkout)
    assert answer.returncode != 0
    assert "needs Python 3.11, 3.12 or 3.13" in answer.stderr
    assert "sudo apt-get install python3.11 python3.11-venv" in answer.stderr


def test_a_python_that_is_too_old_or_too_new_is_refused(checkout: Path):
    other = program(checkout / "python3", "exit 1")
    answer = make("venv", f"PYTHON={other}", folder=checkout)
    assert answer.returncode != 0
    assert "needs Python 3.11, 3.12 or 3.13" in answer.stderr


def test_a_debian_python_without_venv_names_the_package(checkout: Path):
    lame = program(
        checkout / "python3",
        f'case "$2" in *ensurepip*) exit 1;; *) exec {sys.executable} "$@";; esac',
    )
    answer = make("venv", f"PYTHON={lame}", folder=checkout)
    assert answer.returncode != 0
    assert "sudo apt-get install python3-venv" in answer.stderr
    assert not (checkout / ".venv").exists()
