"""Scores on their way into the gradebook, which another program may hold for a while."""

import logging
import time
from collections import deque
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import nbformat
from nbformat import NotebookNode
from traitlets.config import Config

from autograder.classroom.submissions import Found
from autograder.gradebook.faults import LockedError, UnwritableError
from autograder.gradebook.writing import CourseGradebook, autograded_notebook

PATIENCE_SECONDS = 60.0  # with a gradebook that is locked while nothing else is left to do
PAUSE_SECONDS = 0.2
NEXT_TRY_SECONDS = 15.0  # while there is: each try takes some seconds itself

Scores = Mapping[str, float | None]
Result = TypeVar("Result")
log = logging.getLogger(__name__)


class GradebookQueue:
    """Puts scores into the gradebook as they come; those that meet a lock wait here.

    Their notebooks do not: they are read back. say: tells whoever waits why nothing happens.
    """

    def __init__(self, config: Config, say: Callable[[str], None] = log.warning) -> None:
        self._config, self._say = config, say
        self._known: dict[str, dict[str, Scores]] = {}
        self._waiting: deque[tuple[Found, Scores, bool]] = deque()
        self._next_try = 0.0

    @cached_property
    def _gradebook(self) -> CourseGradebook:
        return self._patiently(lambda: CourseGradebook(self._config))

    def prepare(self, assignment: str) -> None:
        """Make sure that the gradebook knows the assignment."""
        gradebook = self._gradebook
        self._patiently(lambda: gradebook.ensure_assignment(assignment))

    def holds(self, item: Found, scores: Scores) -> bool:
        """Tell whether the gradebook has these scores; it is asked once for a whole class."""
        if item.assignment not in self._known:
            gradebook = self._gradebook
            read = self._patiently(lambda: gradebook.scores(item.assignment))
            self._known[item.assignment] = dict(read)
        found = self._known[item.assignment].get(item.student, {})
        return all(name in found and found[name] == score for name, score in scores.items())

    def put(self, item: Found, scores: Scores, notebook: NotebookNode | None) -> None:
        """Write these scores, or keep them waiting. notebook: as for `CourseGradebook.save`."""
        if not self._waiting:
            try:
                self._save(item, scores, notebook)
                return
            except LockedError as error:
                self._say(f"{error} Grading goes on; the scores follow when it is free.")
                self._next_try = time.monotonic() + NEXT_TRY_SECONDS
        self._waiting.append((item, scores, notebook is not None))
        if time.monotonic() >= self._next_try:
            try:
                self._write_waiting()
            except LockedError:
                self._next_try = time.monotonic() + NEXT_TRY_SECONDS

    def finish(self) -> None:
        """Write what waits, and let the database go. Raises LockedError where it stays locked."""
        try:
            self._patiently(self._write_waiting)
        except LockedError as error:
            raise LockedError(
                f"{error} The scores of {len(self._waiting)} submissions are not in it yet; they "
                "are kept. Run the same command again when it is free: it puts them there, and "
                "grades nothing again."
            ) from error
        finally:
            if "_gradebook" in self.__dict__:
                self._gradebook.close()

    def _write_waiting(self) -> None:
        while self._waiting:
            item, scores, readable = self._waiting[0]
            try:
                notebook = self._notebook(item) if readable else None
                self._save(item, scores, notebook)
            except (LockedError, UnwritableError):
                raise
            except Exception as error:  # the next run meets it again, where it is reported
                log.warning("%s, %s: %r", item.student, item.assignment, error)
            self._waiting.popleft()

    def _save(self, item: Found, scores: Scores, notebook: NotebookNode | None) -> None:
        names = {"assignment": item.assignment, "student": item.student}
        self._gradebook.save(notebook, scores, timestamp=item.timestamp, **names)
        if item.assignment in self._known:
            self._known[item.assignment][item.student] = scores

    def put_back(self, item: Found, scores: Scores) -> bool:
        """Put scores of an earlier run; tell whether its notebook could be read for it."""
        try:
            self.put(item, scores, self._notebook(item))
        except UnwritableError:
            raise
        except Exception as error:
            log.info("%s, %s is graded again: %r", item.student, item.assignment, error)
            return False
        return True

    def path(self, item: Found) -> Path:
        """Return where nbgrader keeps the graded notebook."""
        return autograded_notebook(self._config, item.assignment, item.student)

    def _notebook(self, item: Found) -> NotebookNode:
        return nbformat.read(self.path(item), as_version=4)

    def _patiently(self, act: Callable[[], Result]) -> Result:
        """Do something with the gradebook; where it is locked, try again for a while."""
        until, told = time.monotonic() + PATIENCE_SECONDS, False
        while True:
            try:
                return act()
            except LockedError as error:
                if time.monotonic() >= until:
                    raise
                if not told:
                    self._say(f"{error} Waiting for it, {PATIENCE_SECONDS:.0f} s at most.")
                told = True
                time.sleep(PAUSE_SECONDS)  # where the database refused without waiting itself
