"""The gallery shows every figure of the notebooks, with its caption, in small files.

The pictures are made by ``make gallery``; here nothing is run.
"""

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

from autograder.notebook.repair import is_experiment

ROOT = Path(__file__).parents[1]


def gallery_maker() -> ModuleType:
    """Import docs/make_gallery.py, which is no module of a package."""
    spec = importlib.util.spec_from_file_location("make_gallery", ROOT / "docs" / "make_gallery.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


make_gallery = gallery_maker()
PAGE = make_gallery.PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", make_gallery.ORDER)
def test_the_page_shows_the_figures_of_today_with_their_captions(name: str) -> None:
    notebook = make_gallery.source(name)
    drawing = [cell["id"] for cell in notebook["cells"] if "plt.show()" in cell["source"]]
    assert make_gallery.section(name, notebook, drawing) in PAGE, "run `make gallery` and commit"


def test_there_is_one_small_picture_for_each_figure() -> None:
    shown = set(re.findall(r"images/gallery/([\w-]+\.png)", PAGE))
    assert {path.name for path in make_gallery.PICTURES.iterdir()} == shown
    assert all(path.stat().st_size < 100_000 for path in make_gallery.PICTURES.iterdir())


@pytest.mark.parametrize("name", make_gallery.ORDER)
def test_only_experiments_draw(name: str) -> None:
    for cell in make_gallery.source(name)["cells"]:
        assert is_experiment(cell) or "plt.show()" not in cell["source"]
