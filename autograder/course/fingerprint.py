"""Fingerprints: short hashes that change when an answer key would have to be made again."""

import hashlib
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import autograder.core
from autograder.core.key import VERSION

LENGTH = 16
COMPUTED_WITH = ("numpy", "keras", "tensorflow")


def of_exercises(solutions: Path, assignment: str) -> str:
    """Return the fingerprint of an assignment's exercises.

    It covers the assignment's Python files, those beside its folder (the reference models), the
    version of the answer key's format, and the minor versions of what computes. Right styles are
    left out: no key depends on them.
    """
    lines = [f"answer key {VERSION}", *(f"{name} {_minor(name)}" for name in COMPUTED_WITH)]
    files = [*solutions.glob("*.py"), *(solutions / assignment).rglob("*.py")]
    return _digest(lines, solutions, (file for file in files if file.name != "right_styles.py"))


def of_hidden_keys(solutions: Path, assignment: str) -> str:
    """Return the fingerprint of an assignment's hidden keys: of its exercises and of the core.

    Hidden keys are rebuilt after every change of the engine's core. Public ones are committed, and
    their bytes need to change only where their content does.
    """
    core = Path(autograder.core.__path__[0])
    return _digest([of_exercises(solutions, assignment)], core, core.glob("*.py"))


def _digest(lines: list[str], folder: Path, files: Iterable[Path]) -> str:
    digest = hashlib.sha256("\n".join(lines).encode())
    for file in sorted(files):
        content = file.read_bytes().replace(b"\r\n", b"\n")
        name = file.relative_to(folder).as_posix()
        digest.update(f"\n{name} {len(content)}\n".encode() + content)
    return digest.hexdigest()[:LENGTH]


def _minor(package: str) -> str:
    try:
        return ".".join(version(package).split(".")[:2])
    except PackageNotFoundError:
        return "absent"
