"""Read what a student handed in, whatever it is, and say in a sentence what is wrong with it."""

import hashlib
import json
import os
import re
import stat
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

MAX_BYTES = 20_000_000
MAX_CELLS = 2_000
MAX_CODE = 500_000  # letters: parsing, which no box bounds, takes 500 bytes for each
STUDENTS_FOLDERS = 2  # <student>/<assignment>/
MAX_DEPTH = 60
MAX_VALUES = 300_000  # of its JSON: each takes some hundred bytes where it is read


class IntakeError(Exception):
    """The file cannot be graded as it is. The message is for the student and the instructor.

    reason: a word for it, and values, what is filled in, for those who say it in another language.
    """

    def __init__(self, message: str, reason: str = "", **values: object) -> None:
        super().__init__(message)
        self.reason = reason
        self.values = values


def read_bytes(path: Path, limit: int = MAX_BYTES) -> bytes:
    """Return the file's content. Raises IntakeError for anything but a regular, small enough file.

    Neither the file nor the two folders above it, a student's, may be symbolic links: each is
    opened from the one above, and only the open file is measured.
    """
    try:
        descriptor = _open_without_links(path)
    except FileNotFoundError as error:
        raise IntakeError(f"{path.name} is missing{_in_its_place(path)}") from error
    except OSError as error:
        raise IntakeError(
            f"{path.name} cannot be opened ({error.strerror}); expected a notebook file. "
            "Hand in the notebook itself, not a link to it."
        ) from error
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        raise IntakeError(f"{path.name} is not a regular file; expected a notebook file.")
    with os.fdopen(descriptor, "rb") as file:
        content = file.read(limit + 1)
    if len(content) > limit:
        size = max(status.st_size, len(content)) / 1e6
        raise IntakeError(
            f"{path.name} has {size:.0f} MB; at most {limit / 1e6:.0f} MB can be graded. Clear "
            "all outputs (Kernel > Restart and clear all outputs), save, and hand it in again."
        )
    return content


def _open_without_links(path: Path) -> int:
    """Open a file for reading, and its two folders on the way to it. Raises OSError."""
    *above, name = path.absolute().parts
    folders = above[-STUDENTS_FOLDERS:] if len(above) > STUDENTS_FOLDERS else []
    outer = Path(*above[: len(above) - len(folders)])
    at = os.open(outer, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for folder in folders:
            flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
            inner = os.open(folder, flags, dir_fd=at)
            os.close(at)
            at = inner
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        return os.open(name, flags, dir_fd=at)
    finally:
        os.close(at)


def _in_its_place(path: Path) -> str:
    """Say which notebooks a student's folder holds under another name, and what to do."""
    folder = path.parent
    others = sorted(folder.glob("*.ipynb")) if folder.is_dir() and not folder.is_symlink() else []
    if not others:
        return ". Hand in the notebook under this name."
    names = ", ".join(other.name.encode("utf-8", "replace").decode() for other in others[:3])
    return (
        f"; the folder holds {names}. Give the notebook the name that it was released under "
        "again, and hand it in."
    )


def fingerprint(content: bytes) -> str:
    """Return the SHA-256 of a submission, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def parse_notebook(content: bytes, name: str = "The file") -> NotebookNode:
    """Return the notebook in format 4. Raises IntakeError with a sentence.

    Outputs and attachments are dropped, and every cell gets the fields that the format asks for:
    a notebook that Jupyter would open should not fail here.
    """
    data = _parse_json(content, name)
    if not isinstance(data, dict) or type(data.get("nbformat")) is not int:
        raise IntakeError(
            f"{name} is valid JSON but no Jupyter notebook. Hand in the .ipynb file.", "other_json"
        )
    if data["nbformat"] > 4:
        raise IntakeError(
            f"{name} has notebook format {data['nbformat']}; expected 4 or older. Save it in "
            "format 4 (File > Save as) and hand it in again.",
            "new_format",
            version=data["nbformat"],
        )
    try:
        if data["nbformat"] == 4:
            data = {name: data.get(name) for name in ("cells", "nbformat", "nbformat_minor")}
        notebook = nbformat.from_dict(data)
        if notebook["nbformat"] < 4:
            notebook = nbformat.convert(notebook, 4)
        cells = notebook["cells"]
        if not isinstance(cells, list):
            raise TypeError("cells")
        if len(cells) > MAX_CELLS:
            raise IntakeError(
                f"{name} has {len(cells)} cells; at most {MAX_CELLS} can be graded.",
                "many_cells",
                found=len(cells),
                most=MAX_CELLS,
            )
        notebook["cells"] = [_normal_cell(cell, at) for at, cell in enumerate(cells)]
        _require_little_code(notebook, name)
    except IntakeError:
        raise
    except Exception as error:
        raise IntakeError(
            f"{name} has no readable list of cells ({type(error).__name__}: {error}). Open it in "
            "Jupyter, save it, and hand it in again.",
            "no_cells",
        ) from error
    notebook["nbformat"], notebook["nbformat_minor"] = 4, 5
    notebook["metadata"] = _normal_metadata(notebook.get("metadata"))
    return notebook


def _require_little_code(notebook: NotebookNode, name: str) -> None:
    code = [cell["source"] for cell in notebook["cells"] if cell["cell_type"] == "code"]
    if (size := sum(map(len, code))) > MAX_CODE:
        raise IntakeError(
            f"{name} holds {size:,} letters of code; at most {MAX_CODE:,} can be graded. Load data "
            "from files instead of writing it into cells, and hand it in again.",
            "much_code",
            found=f"{size:,}",
            most=f"{MAX_CODE:,}",
        )


def _parse_json(content: bytes, name: str) -> Any:
    if not content.strip():
        raise IntakeError(
            f"{name} is empty; expected a notebook. Save it and hand it in again.", "empty"
        )
    if (values := _values(content)) > MAX_VALUES:
        raise IntakeError(
            f"{name} holds {values:,} values; at most {MAX_VALUES:,} can be graded. Clear all "
            "outputs (Kernel > Restart and clear all outputs), save, and hand it in again.",
            "many_values",
            found=f"{values:,}",
            most=f"{MAX_VALUES:,}",
        )
    try:
        data = json.loads(content.decode("utf-8-sig"))
        depth = _depth(data)
    except UnicodeDecodeError as error:
        raise IntakeError(
            f"{name} is not a notebook: it is no UTF-8 text. Hand in the .ipynb file itself, "
            "not an archive or a PDF of it.",
            "no_text",
        ) from error
    except (ValueError, RecursionError) as error:
        at = f" at line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise IntakeError(
            f"{name} is not a readable notebook: {_what_breaks(content, at)} In Jupyter, choose "
            "File > Download, and hand in that file.",
            "web_page" if _is_web_page(content) else "broken_json",
        ) from error
    if depth > MAX_DEPTH:
        raise IntakeError(
            f"{name} nests {depth} levels deep; a notebook needs fewer than 20.",
            "deep",
            found=depth,
        )
    return data


def _values(content: bytes) -> int:
    """Count what takes memory, as far as it may be too much: those in texts are none."""
    if (most := _marks(content)) <= MAX_VALUES:
        return most
    return _marks(_without_texts(content))


def _without_texts(content: bytes) -> bytes:
    """Return JSON without its texts, in linear time: the end of one is not looked for twice."""
    without_escapes = re.sub(rb"\\.", b"", content, flags=re.DOTALL)
    return re.sub(rb'"[^"]*"?', b"", without_escapes)


def _marks(content: bytes) -> int:
    """Count the commas between values, or the lists and objects, of which there may be more."""
    return max(content.count(b","), content.count(b"[") + content.count(b"{"))


def _is_web_page(content: bytes) -> bool:
    return content.lstrip()[:1] == b"<"


def _what_breaks(content: bytes, at: str) -> str:
    if _is_web_page(content):
        return "it is a web page."
    return f"its JSON breaks{at}, as when it was not saved or sent to its end."


def _depth(data: Any) -> int:
    """Return the nesting depth, without recursion."""
    depth, level = 0, [data]
    while level:
        depth += 1
        if depth > 4 * MAX_DEPTH:
            return depth
        level = [
            child
            for item in level
            if isinstance(item, dict | list)
            for child in (item.values() if isinstance(item, dict) else item)
        ]
    return depth


def _normal_metadata(metadata: Any) -> NotebookNode:
    """Keep nothing of the submission's own metadata: the kernel is the course's choice."""
    return nbformat.from_dict(
        {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        }
    )


def _normal_cell(cell: Any, position: int) -> NotebookNode:
    if not isinstance(cell, dict):
        raise TypeError(f"cell {position} is a {type(cell).__name__}")
    kind = cell.get("cell_type")
    source = cell.get("source", "")
    source = "".join(map(str, source)) if isinstance(source, list) else str(source)
    source = source.encode("utf-8", "replace").decode()  # half a surrogate pair is no text
    metadata = cell.get("metadata")
    normal = {
        "cell_type": kind if kind in ("code", "markdown", "raw") else "raw",
        "id": f"cell-{position}",
        "metadata": _nbgrader_metadata(metadata if isinstance(metadata, dict) else {}),
        "source": source,
    }
    if kind == "code":
        normal |= {"execution_count": None, "outputs": []}
    return nbformat.from_dict(normal)


def _nbgrader_metadata(metadata: dict[str, Any]) -> dict[str, Any]:
    """Keep the grade id, which links a cell to its exercise; no other metadata decides anything."""
    nbgrader = metadata.get("nbgrader")
    grade_id = nbgrader.get("grade_id") if isinstance(nbgrader, dict) else None
    known = isinstance(grade_id, str) and grade_id.isascii()
    return {"nbgrader": {"grade_id": grade_id}} if known else {}
