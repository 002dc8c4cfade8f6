"""The course's nbgrader configuration, read as nbgrader reads it."""

import contextlib
import os
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

from nbgrader.apps import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.exc import SAWarning
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

CONFIG_FILE = "nbgrader_config.py"


def load_config(root: Path) -> Config:
    """Return the settings in the course's nbgrader_config.py, with `root` as course directory."""
    config = PyFileConfigLoader(CONFIG_FILE, path=str(root)).load_config()
    config.CourseDirectory.root = str(root)
    return config


def course_directory(config: Config) -> CourseDirectory:
    """Return nbgrader's course directory under this configuration."""
    return CourseDirectory(config=config)


def nbgrader_api(config: Config) -> NbGraderAPI:
    """Return nbgrader's API under this configuration, with the programs that it starts on PATH."""
    put_environment_first()
    return NbGraderAPI(coursedir=course_directory(config), config=config)


def put_environment_first() -> None:
    """Put this Python's programs first on PATH: nbgrader starts `alembic` by name."""
    here = str(Path(sys.executable).parent)
    path = os.environ.get("PATH", "")
    if path.split(os.pathsep)[0] != here:
        os.environ["PATH"] = here + os.pathsep + path


@contextlib.contextmanager
def without_autoflush_warnings() -> Iterator[None]:
    """Leave out what SQLAlchemy 2 remarks on how nbgrader adds a submission; it is added rightly.

    nbgrader makes the rows of a submission before it puts them into the session.
    """
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Object of type", SAWarning)
        yield


@contextlib.contextmanager
def inside(folder: Path) -> Iterator[None]:
    """Run in a working directory, and go back."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)
