"""The course's secret: 32 random bytes that hidden cases are drawn with.

It is made on first use, for its owner's eyes only, and never leaves the course's folder. A course
that is graded in two places needs the same secret in both.
"""

import os
import re
import secrets
import stat
import tempfile
from pathlib import Path

from autograder.course.layout import Course, CourseError

_SECRET = re.compile(r"[0-9a-f]{64}\n?")


def course_secret(course: Course) -> bytes:
    """Return the course's secret; make it where there is none.

    Raises CourseError where the file is damaged or others than its owner may read it.
    """
    path = course.secret_file
    try:
        if not path.exists():
            _make(path)
        return _read(path)
    except OSError as error:
        raise CourseError(
            f"The course's secret {path} cannot be read or made: {error.strerror}. "
            "Grade as the user who owns it, or make its folder writable."
        ) from error


def _make(path: Path) -> None:
    """Make the file in one step: of two processes, one wins and both read what it wrote."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, scratch = tempfile.mkstemp(prefix=".secret.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32) + "\n")
            file.flush()
            os.fsync(file.fileno())
        # Unlike a rename, a link never replaces a secret that is there already.
        Path(path).hardlink_to(scratch)
    except FileExistsError:
        pass
    finally:
        Path(scratch).unlink(missing_ok=True)


def _read(path: Path) -> bytes:
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise CourseError(
            f"Others may read the course's secret, and so learn the hidden cases. "
            f"Make it yours alone: chmod 600 '{path}'. If somebody may have read it, delete the "
            "file instead; a new secret draws new hidden cases."
        )
    text = path.read_text(encoding="ascii", errors="replace")
    if not _SECRET.fullmatch(text):
        raise CourseError(
            f"The course's secret {path} is damaged: expected 64 hexadecimal digits. Put back a "
            "copy of it; or delete it, and students will meet other hidden cases."
        )
    return bytes.fromhex(text.strip())
