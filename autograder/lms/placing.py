"""Put collected work into its place, and keep what stood there."""

import shutil
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from autograder.lms.choosing import Collected

TIMESTAMP = "timestamp.txt"
EARLIER = ".earlier"
STAMP_FORM = "%Y-%m-%d %H:%M:%S"


def lay_out(
    contents: Mapping[str, bytes],
    when: datetime | None,
    student: str,
    submitted: Path,
    assignment: str,
    done: Collected,
) -> bool:
    """Put the work into its place; tell whether it is the one that stands there now."""
    target = submitted / student / assignment
    if target.is_symlink() or target.parent.is_symlink():
        done.faults.append(f"{student}: {target} is a link, so nothing was written there.")
        return False
    if not target.exists():
        _write(target, contents, when)
        done.new.append(student)
        return True
    if _holds(target, contents):
        if when is not None and _stamp(target) is None:
            (target / TIMESTAMP).write_text(_stamp_text(when), encoding="ascii")
        done.same.append(student)
        return True
    aside = _free(submitted / EARLIER / student / assignment)
    before = _stamp(target)
    if when is not None and before is not None and when < before:
        _write(aside, contents, when)
        done.older.append(student)
        return False
    scratch = _prepare(target, contents, when)
    aside.parent.mkdir(parents=True, exist_ok=True)
    target.rename(aside)
    scratch.rename(target)
    done.newer.append(student)
    return True


def _write(target: Path, contents: Mapping[str, bytes], when: datetime | None) -> None:
    """Write a submission's folder in one step."""
    _prepare(target, contents, when).rename(target)


def _prepare(target: Path, contents: Mapping[str, bytes], when: datetime | None) -> Path:
    """Write a submission beside its place; return where."""
    target.parent.mkdir(parents=True, exist_ok=True)
    scratch = target.with_name(f".{target.name}.new")
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir()
    for name, content in contents.items():
        (scratch / name).write_bytes(content)
    if when is not None:
        (scratch / TIMESTAMP).write_text(_stamp_text(when), encoding="ascii")
    return scratch


def _holds(target: Path, contents: Mapping[str, bytes]) -> bool:
    there = {path.name: path for path in target.glob("*.ipynb") if path.is_file()}
    return there.keys() == contents.keys() and all(
        there[name].read_bytes() == content for name, content in contents.items()
    )


def _free(folder: Path) -> Path:
    """Return the first folder of 1, 2, 3, … in it that is not there."""
    number = 1
    while (folder / str(number)).exists():
        number += 1
    return folder / str(number)


def _stamp(target: Path) -> datetime | None:
    """Return when the work that is there was handed in, as nbgrader writes it, or None."""
    try:
        text = (target / TIMESTAMP).read_text(encoding="ascii")[:100].strip()
        moment = datetime.fromisoformat(text.removesuffix("UTC").strip())
    except (OSError, ValueError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _stamp_text(when: datetime) -> str:
    return f"{when.astimezone(UTC):{STAMP_FORM}} UTC\n"
