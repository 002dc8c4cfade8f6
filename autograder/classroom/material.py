"""What a submission shares with others: bytes that are sent once, and kept ready where they came.

What students got of an assignment (`Released`) and the hidden key travel as parts of their own.
A worker opens each once and keeps the last few.
"""

import functools
import hashlib
import pickle
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from nbformat import NotebookNode

from autograder.authoring.keys import POOL_SIZE
from autograder.core.key import AnswerKey
from autograder.core.words import SOURCE, Words
from autograder.course.layout import PUBLIC_KEY, Course
from autograder.kernel.clock import stage
from autograder.kernel.scratch import half_written
from autograder.notebook.repair import exercise_of
from autograder.storage.answer_key_file import BUILD_AGAIN, decode
from autograder.storage.catalogue_file import catalogue_name, words_from

ASSIGNMENTS_KEPT = 4


@dataclass(frozen=True)
class Part:
    """Bytes by their SHA-256. source: the bytes, or the file that holds them.

    pickled: a hidden key that is decoded already, as the run's own process hands it over.
    """

    digest: str
    source: bytes | Path = field(compare=False, repr=False)
    pickled: bool = field(default=False, compare=False)

    @classmethod
    def of(cls, content: bytes) -> "Part":
        """Return the part that these bytes are."""
        return cls(hashlib.sha256(content).hexdigest(), content)

    @property
    def content(self) -> bytes:
        """The bytes. Raises OSError where their file cannot be read."""
        return self.source if isinstance(self.source, bytes) else self.source.read_bytes()


@dataclass(frozen=True)
class Released:
    """What students got of an assignment, as bytes, without the public key.

    notebooks: by language. files: what lay beside them, by name.
    """

    notebooks: Mapping[str, bytes]
    files: Mapping[str, bytes]

    @classmethod
    def read(cls, course: Course, assignment: str) -> "Released":
        """Read a released assignment. Raises OSError."""
        files = course.released_notebooks(assignment)
        folder = course.assignments / assignment
        return cls(
            {language: path.read_bytes() for language, path in files.items()},
            {
                path.name: path.read_bytes()
                for path in sorted(folder.iterdir())
                if path.is_file() and path.suffix != ".ipynb" and path.name != PUBLIC_KEY
            },
        )

    def part(self) -> Part:
        """Return it as bytes to send."""
        return Part.of(pickle.dumps(self))


class Material:
    """A released assignment, opened: its notebooks are the truth about ids, points and locks.

    Nobody may change what it gives: others get the same.
    """

    def __init__(self, released: Released) -> None:
        self.files = released.files
        self._released = released
        self._notebooks: dict[str, NotebookNode] = {}
        self._words: dict[str, Words] = {}

    def notebook(self, language: str = SOURCE) -> NotebookNode:
        """Return the notebook that students got in a language. Raises KeyError where none was."""
        if language not in self._notebooks:
            self._notebooks[language] = parsed(self._released.notebooks[language])
        return self._notebooks[language]

    def words(self, language: str) -> Words:
        """Return a language's words, with the authors' own sentences where they are translated."""
        if language not in self._words:
            catalogue = self.files.get(catalogue_name(language), b"")
            self._words[language] = words_from(language, catalogue)
        return self._words[language]

    @functools.cached_property
    def points(self) -> dict[str, float]:
        """The points of each automatically graded exercise."""
        return {
            name: float(cell["metadata"]["nbgrader"]["points"])
            for cell in self.notebook()["cells"]
            if (name := exercise_of(cell)) is not None
        }


def parsed(content: bytes) -> NotebookNode:
    """Return a notebook of the course."""
    import nbformat

    return nbformat.reads(content.decode("utf-8"), as_version=4)


@functools.lru_cache(maxsize=ASSIGNMENTS_KEPT)
def material_in(part: Part) -> Material:
    """Open a part that `Released.part` made; the last few stay open."""
    return Material(pickle.loads(part.content))


@functools.lru_cache(maxsize=POOL_SIZE)
def key_in(part: Part) -> AnswerKey:
    """Open a hidden key; as many stay open as a class meets in one assignment.

    Each takes some 10 MB. Raises AnswerKeyFileError for the bytes of a file that are none, and
    pickle.UnpicklingError or OSError where a pickled one cannot be read.
    """
    with stage("decode key"):
        if not part.pickled:
            return decode(part.content, "The hidden key", repair=BUILD_AGAIN)
        key: AnswerKey = pickle.loads(part.content)
        return key


def replace_bytes(path: Path, content: bytes) -> None:
    """Write a file so that another process never sees half of it. Raises OSError, and leaves none.

    It is not kept from a power cut, as `write_by_rename` does.
    """
    scratch = half_written(path)
    try:
        scratch.write_bytes(content)
        scratch.replace(path)
    except BaseException:
        scratch.unlink(missing_ok=True)
        raise
