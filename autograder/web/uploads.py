"""What a student hands in through the page: bounded, read as a notebook, kept without outputs."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from werkzeug.datastructures import FileStorage

from autograder.feedback.text import name_of, points
from autograder.notebook.intake import IntakeError, fingerprint, parse_notebook

NONE, SEVERAL, LARGE = "none", "several", "large"


class RefusedFileError(Exception):
    """A file is not taken. key: which of the pages' words say why; values: what is filled in."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


@dataclass(frozen=True)
class Received:
    """A notebook that is taken.

    file_name: for showing alone. content: the notebook in its normal form, without outputs,
    attachments and other metadata than grade ids. sha256: of that: the same cells are the same
    file, whatever came out of them.
    """

    file_name: str
    sha256: str
    content: bytes = field(repr=False)


def receive(files: Sequence[FileStorage], limit: int) -> Received:
    """Read the one file of a form. limit: bytes. Raises RefusedFileError."""
    sent = [file for file in files if file.filename]
    if len(sent) != 1:
        raise RefusedFileError(SEVERAL if sent else NONE)
    content = sent[0].stream.read(limit + 1)
    if len(content) > limit:
        sent[0].stream.seek(0, 2)
        size, most = points(sent[0].stream.tell() / 1e6), points(limit / 1e6)
        raise RefusedFileError(LARGE, size=size, megabytes=most)
    kept = normal_form(content)
    return Received(shown_name(sent[0].filename or ""), fingerprint(kept), kept)


def normal_form(content: bytes) -> bytes:
    """Return a notebook as it is kept: the same for the same cells. Raises RefusedFileError."""
    try:
        notebook = parse_notebook(content)
    except IntakeError as error:
        raise RefusedFileError(error.reason, **error.values) from error
    text = json.dumps(notebook, ensure_ascii=False, sort_keys=True, indent=1)
    return text.encode()


def shown_name(name: str) -> str:
    """Return the last part of a file's name as one may show it: one line, of bounded length."""
    return name_of(name.replace("\\", "/").rpartition("/")[2])
