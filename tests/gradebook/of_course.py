"""The course's own assignment and configuration, with a gradebook somewhere else."""

from pathlib import Path

from traitlets.config import Config

from autograder.gradebook.course_config import load_config

ROOT = Path(__file__).parents[2]
ASSIGNMENT = "regularization_in_practice"  # it has written answers too
RELEASED = ROOT / "assignments" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"


def configured(url: str) -> Config:
    """Return the course's configuration with the gradebook of this address."""
    config = load_config(ROOT)
    config.CourseDirectory.db_url = url
    return config


def in_folder(folder: Path) -> str:
    """Return the address of a gradebook in a folder."""
    return f"sqlite:///{folder / 'gradebook.db'}"
