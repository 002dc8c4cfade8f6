"""Make docs/gallery.md and its pictures from the course's notebooks: ``make gallery``.

Each source notebook is run in a scratch folder; every figure is kept with the caption that stands
below its cell.
"""

import base64
import io
import itertools
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode
from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "gallery.md"
PICTURES = ROOT / "docs" / "images" / "gallery"
ORDER = ("l2_regularization", "dropout", "regularization_in_practice")
CAPTION = re.compile(r"^\*Figure: (.*?)\*$", re.MULTILINE | re.DOTALL)
HEAD = """# Gallery

The figures of the course's three notebooks, as they are drawn with the solutions in place. `make
gallery` runs the notebooks and writes this page; the numbers belong to the machine that ran it.
"""


def source(assignment: str) -> NotebookNode:
    """Return an assignment's source notebook."""
    return nbformat.read(ROOT / "solutions" / assignment / f"{assignment}.ipynb", as_version=4)


def captions(notebook: NotebookNode) -> dict[str, str]:
    """Return the caption of each cell that has one below it, by the cell's id."""
    found = {}
    for cell, below in itertools.pairwise(notebook["cells"]):
        if cell["cell_type"] == "code" and (match := CAPTION.match(below["source"])):
            words = " ".join(match[1].split())
            found[cell["id"]] = words[0].upper() + words[1:]
    return found


def run(assignment: str) -> NotebookNode:
    """Return the executed source notebook."""
    notebook = source(assignment)
    with tempfile.TemporaryDirectory(prefix="keepprob-gallery-") as scratch:
        for file in (ROOT / "assignments" / assignment).glob("*.h5"):
            shutil.copy(file, scratch)
        resources = {"metadata": {"path": scratch}}
        NotebookClient(notebook, timeout=600, kernel_name="python3", resources=resources).execute()
    return notebook


def pictures(notebook: NotebookNode) -> Iterator[tuple[str, bytes]]:
    """Yield the id of each cell that shows a figure, and its PNG."""
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            if "image/png" in output.get("data", {}):
                yield cell["id"], base64.b64decode(output["data"]["image/png"])


def picture_name(assignment: str, cell: str) -> str:
    """Return the file name of the figure that a cell draws."""
    return f"{assignment}-{cell.removeprefix('experiment_')}.png"


def small(content: bytes) -> bytes:
    """Return a PNG of the same picture with 128 colours, which is a third of the bytes."""
    picture, packed = Image.open(io.BytesIO(content)).convert("RGB"), io.BytesIO()
    picture.quantize(128, dither=Image.Dither.NONE).save(packed, "PNG", optimize=True)
    return packed.getvalue()


def section(assignment: str, notebook: NotebookNode, cells: list[str]) -> str:
    """Return the page's part on one notebook."""
    title = notebook["cells"][0]["source"].splitlines()[0].removeprefix("# ")
    parts = [f"## {title}\n"]
    for cell in cells:
        caption = captions(notebook)[cell]
        words = re.sub(r"[`*\[\]]", "", caption)
        parts.append(f"![{words}](images/gallery/{picture_name(assignment, cell)})\n\n{caption}\n")
    return "\n".join(parts)


def main() -> None:
    """Write the pictures and the page anew."""
    shutil.rmtree(PICTURES, ignore_errors=True)
    PICTURES.mkdir(parents=True)
    sections = []
    for assignment in ORDER:
        notebook = run(assignment)
        drawn = dict(pictures(notebook))
        for cell, content in drawn.items():
            (PICTURES / picture_name(assignment, cell)).write_bytes(small(content))
        sections.append(section(assignment, notebook, list(drawn)))
        print(f"{assignment}: {len(drawn)} figures")
    PAGE.write_text("\n".join([HEAD, *sections]), encoding="utf-8")


if __name__ == "__main__":
    main()
