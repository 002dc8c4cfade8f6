"""What verdicts depend on besides a submission and its key: the versions of what computes them."""

import functools
import hashlib
import sys
from collections.abc import Iterable, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import autograder
from autograder.core.errors import ExplainedError

ALWAYS = ("autograder", "Python", "numpy")
WITH_KERAS = ("keras", "tensorflow")
DIGITS = 12


class VersionsError(ExplainedError):
    """A worker has other versions than the run; nothing was graded there."""


@functools.cache
def versions_here() -> dict[str, str]:
    """Return the versions that this process computes with, "absent" for none.

    The engine's version carries a fingerprint of its code, for it may have been changed in place.
    Python's third number is left out.
    """
    numbers = {name: _installed(name) for name in ("numpy", *WITH_KERAS)}
    engine = f"{autograder.__version__} ({_fingerprint(Path(autograder.__path__[0]))})"
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    return {"autograder": engine, "Python": python, **numbers}


def require_versions(expected: Mapping[str, str], names: Iterable[str], place: str) -> None:
    """Raise VersionsError unless this process has the same versions of these.

    place: where this process runs, for the message.
    """
    found = versions_here()
    differing = [name for name in names if found[name] != expected[name]]
    if differing:
        pairs = ", ".join(
            f"{name} {found[name]} in place of {expected[name]}" for name in differing
        )
        raise VersionsError(
            f"{place} has {pairs}. Scores could depend on it, so nothing was graded there. Install "
            "the same versions for the workers as here (constraints.txt names them), start the "
            "workers again, and run the command again; what was graded is kept."
        )


def _installed(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "absent"


def _fingerprint(folder: Path) -> str:
    digest = hashlib.sha256()
    for file in sorted(folder.rglob("*.py")):
        content = file.read_bytes().replace(b"\r\n", b"\n")
        name = file.relative_to(folder).as_posix()
        digest.update(f"{name} {len(content)}\n".encode() + content)
    return digest.hexdigest()[:DIGITS]
