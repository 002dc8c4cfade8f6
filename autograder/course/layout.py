"""Where the parts of a course stand.

nbgrader_config.py
solutions/<assignment>/exercises.py, <assignment>.ipynb
assignments/<assignment>/     what students get
datasets/
.autograder/                  never in git: the secret and the hidden answer keys
"""

from dataclasses import dataclass
from pathlib import Path

from autograder.core.errors import ExplainedError
from autograder.core.words import SOURCE
from autograder.course import fingerprint

CONFIGURATION = "nbgrader_config.py"
EXERCISES = "exercises.py"
RIGHT_STYLES = "right_styles.py"
PUBLIC_KEY = "answer_key.h5"
LANGUAGES = (SOURCE, "zh")


class CourseError(ExplainedError):
    """Something about the course on disk is not as it must be; the message says how to mend it."""


@dataclass(frozen=True)
class Course:
    """A course's folder; everything in it is found from `root`."""

    root: Path

    @property
    def solutions(self) -> Path:
        """The authors' folder: source notebooks, exercises, reference models."""
        return self.root / "solutions"

    @property
    def assignments(self) -> Path:
        """What students get; made from `solutions`."""
        return self.root / "assignments"

    @property
    def datasets(self) -> Path:
        """The course's data sets."""
        return self.root / "datasets"

    @property
    def state(self) -> Path:
        """What belongs to this copy of the course alone."""
        return self.root / ".autograder"

    @property
    def secret_file(self) -> Path:
        """The file with the course's secret (see `autograder.course.secret`)."""
        return self.state / "secret"

    def exercises_file(self, assignment: str) -> Path:
        """Return where an assignment's exercises are written."""
        return self.solutions / assignment / EXERCISES

    def right_styles_file(self, assignment: str) -> Path:
        """Return where other right solutions may be written."""
        return self.solutions / assignment / RIGHT_STYLES

    def keys_folder(self, assignment: str) -> Path:
        """Return the folder of an assignment's pool of hidden answer keys."""
        return self.state / "keys" / assignment

    def key_file(self, assignment: str, index: int) -> Path:
        """Return where one hidden answer key of the pool lies."""
        return self.keys_folder(assignment) / f"{index:02d}.h5"

    def decoded_key_file(self, assignment: str, index: int) -> Path:
        """Return where the same key lies ready (see `autograder.storage.decoded_key_file`)."""
        return self.key_file(assignment, index).with_suffix(".decoded")

    def assignment_names(self) -> list[str]:
        """Return the names of all assignments, in alphabetical order."""
        return sorted(path.parent.name for path in self.solutions.glob(f"*/{EXERCISES}"))

    def require(self, assignment: str) -> None:
        """Raise CourseError unless the course has that assignment."""
        known = self.assignment_names()
        if assignment not in known:
            raise CourseError(
                f"{self.root} has no assignment {assignment!r}; it has "
                f"{', '.join(known) or 'none'}. An assignment is a folder in {self.solutions} "
                f"that holds {EXERCISES}."
            )

    def released_notebook(self, assignment: str, language: str = SOURCE) -> Path:
        """Return where the notebook lies that students got in a language."""
        middle = "" if language == SOURCE else f".{language}"
        return self.assignments / assignment / f"{assignment}{middle}.ipynb"

    def released_notebooks(self, assignment: str) -> dict[str, Path]:
        """Return the notebooks that students got, by language, the English one first."""
        files = {language: self.released_notebook(assignment, language) for language in LANGUAGES}
        return {name: file for name, file in files.items() if name == SOURCE or file.is_file()}

    def translation_file(self, assignment: str, language: str) -> Path:
        """Return where the translators of an assignment work (gettext's format).

        It holds solutions, and lies outside the folder that nbgrader makes the students' one from.
        """
        return self.solutions / f"{assignment}.{language}.po"

    def require_released(self, assignment: str) -> None:
        """Raise CourseError unless students can have got the assignment."""
        if not self.released_notebook(assignment).is_file():
            raise CourseError(
                f"{assignment} is not released: there is no {self.released_notebook(assignment)}. "
                f"Make it with: autograder release {assignment}"
            )

    def fingerprint(self, assignment: str) -> str:
        """Return the fingerprint of today's hidden answer keys. Raises CourseError."""
        self.require(assignment)
        return fingerprint.of_hidden_keys(self.solutions, assignment)

    def public_fingerprint(self, assignment: str) -> str:
        """Return the fingerprint of today's public answer key. Raises CourseError."""
        self.require(assignment)
        return fingerprint.of_exercises(self.solutions, assignment)


def find_course(start: str | Path = ".") -> Course:
    """Return the course that the folder `start` belongs to: it, or the nearest one above.

    Raises CourseError where there is none.
    """
    folder = Path(start).resolve()
    for candidate in (folder, *folder.parents):
        if (candidate / CONFIGURATION).is_file() and (candidate / "solutions").is_dir():
            return Course(candidate)
    raise CourseError(
        f"{folder} is not in a course: neither it nor a folder above holds {CONFIGURATION} and "
        "solutions. Change into the course's folder and try again."
    )
