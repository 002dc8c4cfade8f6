"""What the commands below `autograder lti` work with."""

import argparse
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from autograder.core.errors import ExplainedError
from autograder.course.layout import Course
from autograder.database import Database
from autograder.service.settings import FILE, Settings, load_settings
from autograder.service.storage import opened

EXIT_OK, EXIT_ATTENTION = 0, 1


class LtiCommandError(ExplainedError):
    """A command cannot be carried out as it was given; the message says what to do."""


@dataclass(frozen=True)
class Tool:
    """What a command works with."""

    options: argparse.Namespace
    course: Course
    console: Console

    @property
    def file(self) -> Path:
        """Where the settings are, or belong."""
        return Path(self.options.config or self.course.root / FILE)

    def settings(self) -> Settings:
        """Read the settings. Raises SettingsError."""
        return load_settings(self.course, self.file)

    def database(self) -> Database:
        """Open the database. Raises StorageError."""
        return opened(self.settings())

    def say(self, text: str) -> None:
        """Print a line as it is."""
        self.console.print(text, markup=False, highlight=False, soft_wrap=True)
