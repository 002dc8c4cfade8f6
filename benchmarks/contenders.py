"""Who grades: KeepProb, stock nbgrader and Otter, each as its users start it."""

import functools
import itertools
import json
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from autograder.core.key import AnswerKey
from autograder.course.layout import Course
from benchmarks.classes import CHECK, Student, filled, hand_in, sample_solutions, write_notebook
from benchmarks.course import ROOT, WORK, Kind, hidden_key, program
from benchmarks.equal_checks import grade_cells, otter_tests
from benchmarks.measuring import run

OTTER = "otter-grader[grading]==7.*"
ACCEPTED = (0, 1)  # exit codes of `autograder grade`: with 1 some have no score, which is counted
# The physical limit computes with one thread, as each kernel in KeepProb's boxes does.
ONE_THREAD = dict.fromkeys(
    (
        "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS",
        "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS",
    ),
    "1",
)  # fmt: skip
IMPORT_OF_CHECK = "from autograder import check\n"  # the others have none


@dataclass(frozen=True)
class Graded:
    """What grading so many submissions took.

    seconds: wall-clock time of all commands. finished: when each report was there, by student, in
    seconds since the epoch. scores: by student. peak_bytes: of the command's own process.
    """

    seconds: float
    began: float
    finished: dict[str, float]
    scores: dict[str, float]
    peak_bytes: int = 0


@dataclass(frozen=True)
class Scene:
    """A class at work. folder: where everything that the contenders need and make is written."""

    kind: Kind
    course: Course
    students: Sequence[Student]
    folder: Path

    @functools.cached_property
    def key(self) -> AnswerKey:
        """The hidden key whose cases the others ask for."""
        return hidden_key(self.course, self.kind, self.students[0].name)

    @functools.cached_property
    def solutions(self) -> dict[str, str]:
        """The sample solutions' cells, by grade id."""
        return sample_solutions(self.course, self.kind)

    @property
    def full_points(self) -> float:
        """The points of a right submission."""
        return sum(exercise.points for exercise in self.key.exercises.values())

    def notebooks(
        self, released: NotebookNode, students: Sequence[Student]
    ) -> dict[str, NotebookNode]:
        """Fill a released notebook in for each of the students."""
        return {
            student.name: filled(released, student.functions, self.solutions)
            for student in students
        }

    def emptied(self, name: str) -> Path:
        """Return an empty folder."""
        shutil.rmtree(self.folder / name, ignore_errors=True)
        (self.folder / name).mkdir(parents=True)
        return self.folder / name


class KeepProb:
    """`autograder grade`. kernels: ``warm`` or ``cold``. jobs: worker processes."""

    def __init__(self, scene: Scene, kernels: str, jobs: int) -> None:
        self.name = f"{kernels}-{jobs}"
        self._scene, self._kernels, self._jobs = scene, kernels, jobs

    def prepare(self, part: str, students: Sequence[Student]) -> None:
        """Write the submissions."""
        prepare_submissions(self._scene, f"keepprob-{part}", students)

    def grade(self, part: str, students: Sequence[Student]) -> Graded:
        """Grade what was prepared."""
        scene = self._scene
        output = scene.emptied(f"keepprob-{part}-output")
        measured = run(
            grade_command(
                scene.kind.assignment, scene.folder / f"keepprob-{part}-submitted", output,
                kernels=self._kernels, jobs=self._jobs,
            ),
            scene.course.root,
            accept=ACCEPTED,
        )  # fmt: skip
        return Graded(
            measured.seconds,
            measured.began,
            finished_pages(output, scene.kind.assignment),
            keepprob_scores(output),
            measured.peak_bytes,
        )


def prepare_submissions(scene: Scene, name: str, students: Sequence[Student]) -> None:
    """Write the released notebooks as the students hand them in."""
    assignment = scene.kind.assignment
    released = nbformat.read(scene.course.released_notebook(assignment), as_version=4)
    hand_in(scene.notebooks(released, students), scene.emptied(f"{name}-submitted"), assignment)


def grade_command(
    assignment: str, submitted: Path, output: Path, *, kernels: str, jobs: int
) -> list[str]:
    """Return the command line of `autograder grade`."""
    return [
        program("autograder"), "grade", assignment, "--kernels", kernels, "--jobs", str(jobs),
        "--force", "--submitted", str(submitted), "--output", str(output),
    ]  # fmt: skip


def finished_pages(output: Path, assignment: str) -> dict[str, float]:
    """Return when each student's page was written."""
    return {
        path.parent.name: path.stat().st_mtime
        for path in (output / "pages").glob(f"*/{assignment}.html")
    }


def keepprob_scores(output: Path) -> dict[str, float]:
    """Return the scores by student; what has none is left out."""
    lines = (output / "results.jsonl").read_text(encoding="utf-8").splitlines()
    records = [json.loads(line) for line in lines]
    return {item["student"]: item["score"] for item in records if item["score"] is not None}


class Limit:
    """The physical limit (see `benchmarks.limit`), on what KeepProb was prepared with."""

    name = "limit"

    def __init__(self, scene: Scene) -> None:
        self._scene = scene

    def prepare(self, part: str, students: Sequence[Student]) -> None:
        """Write the submissions."""
        prepare_submissions(self._scene, f"limit-{part}", students)

    def grade(self, part: str, students: Sequence[Student]) -> Graded:
        """Run cells and calls of every submission; nothing is judged, so there are no scores."""
        scene = self._scene
        output = scene.emptied(f"limit-{part}-output") / "seconds.json"
        submitted = scene.folder / f"limit-{part}-submitted"
        measured = run(
            [
                sys.executable, "-m", "benchmarks.limit", str(scene.course.root),
                scene.kind.name, str(submitted), str(output),
            ],
            ROOT,
            settings=ONE_THREAD,
        )  # fmt: skip
        seconds = json.loads(output.read_text(encoding="utf-8"))
        finished = dict(zip(seconds, itertools.accumulate(seconds.values()), strict=True))
        return Graded(sum(seconds.values()), 0.0, finished, {}, measured.peak_bytes)


class Stock:
    """nbgrader as it comes: its own Execute, no configuration, asserts in hidden tests."""

    name = "stock"

    def __init__(self, scene: Scene) -> None:
        self._scene, self._assignment = scene, scene.kind.assignment
        self._root = scene.folder / "stock"

    def prepare(self, part: str, students: Sequence[Student]) -> None:
        """Make the stock course, where it is not that of today, and write the submissions."""
        name = f"{self._assignment}.ipynb"
        source = self._root / "source" / self._assignment / name
        notebook = self._source()
        if not source.is_file() or nbformat.read(source, as_version=4) != notebook:
            self._scene.emptied("stock")
            write_notebook(notebook, source)
            run(self._nbgrader("generate_assignment"), self._root)
        submitted = self._scene.emptied(f"stock/submitted-{part}")
        released = nbformat.read(self._root / "release" / self._assignment / name, as_version=4)
        hand_in(self._scene.notebooks(released, students), submitted, self._assignment)

    def _source(self) -> NotebookNode:
        """Return the course's source notebook with asserts in its grade cells."""
        folder = self._scene.course.solutions / self._assignment
        notebook = nbformat.read(folder / f"{self._assignment}.ipynb", as_version=4)
        with_cells(notebook, grade_cells(self._scene.key))
        return notebook

    def _nbgrader(self, command: str, part: str = "") -> list[str]:
        folders = ("submitted", "autograded", "feedback") if part else ()
        return [
            sys.executable, "-m", "nbgrader", command, self._assignment,
            *(f"--CourseDirectory.{name}_directory={name}-{part}" for name in folders),
        ]  # fmt: skip

    def grade(self, part: str, students: Sequence[Student]) -> Graded:
        """Grade what was prepared, and write the feedback."""
        for name in ("autograded", "feedback"):
            shutil.rmtree(self._root / f"{name}-{part}", ignore_errors=True)
        autograde = run(self._nbgrader("autograde", part), self._root)
        feedback = run(self._nbgrader("generate_feedback", part), self._root)
        pages = (self._root / f"feedback-{part}").glob(f"*/{self._assignment}/*.html")
        return Graded(
            autograde.seconds + feedback.seconds,
            autograde.began,
            {path.parents[1].name: path.stat().st_mtime for path in pages},
            stock_scores(self._root / "gradebook.db", [student.name for student in students]),
            max(autograde.peak_bytes, feedback.peak_bytes),
        )


def with_cells(notebook: NotebookNode, cells: Mapping[str, str]) -> None:
    """Put texts into the grade cells, and leave out KeepProb's own `check`."""
    for cell in notebook["cells"]:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id", "")
        cell["source"] = cell["source"].replace(IMPORT_OF_CHECK.rstrip("\n"), "")
        if name.removeprefix(CHECK) in cells and name.startswith(CHECK):
            cell["source"] = cells[name.removeprefix(CHECK)]


_SCORES = """
    select student.id, sum(grade.auto_score)
    from submitted_assignment submission
    join student on student.id = submission.student_id
    join submitted_notebook notebook on notebook.assignment_id = submission.id
    join grade on grade.notebook_id = notebook.id
    group by student.id
"""


def stock_scores(gradebook: Path, students: Sequence[str]) -> dict[str, float]:
    """Return the scores in nbgrader's gradebook."""
    with sqlite3.connect(gradebook) as connection:
        found = dict(connection.execute(_SCORES).fetchall())
    return {name: float(found[name]) for name in students if found.get(name) is not None}


class Otter:
    """`otter run`, a command a submission, in an environment of its own."""

    name = "otter"

    def __init__(self, scene: Scene, environment: Path = WORK / "otter") -> None:
        self._scene, self._environment = scene, environment
        self._root = scene.folder / "otter"

    def prepare(self, part: str, students: Sequence[Student]) -> None:
        """Make the environment and the tests, where they are missing; write the submissions."""
        install_otter(self._environment)
        scene, assignment = self._scene, self._scene.kind.assignment
        self._root.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(self._root / "autograder.zip", "w") as archive:
            archive.writestr("otter_config.json", json.dumps({"lang": "python"}))
            for name, text in otter_tests(scene.key).items():
                archive.writestr(f"tests/{name}.py", text)
        released = nbformat.read(scene.course.released_notebook(assignment), as_version=4)
        with_cells(released, {})
        released["cells"] = [
            cell
            for cell in released["cells"]
            if not cell["metadata"].get("nbgrader", {}).get("grade_id", "").startswith(CHECK)
        ]
        for name, notebook in scene.notebooks(released, students).items():
            write_notebook(notebook, self._root / f"submitted-{part}" / f"{name}.ipynb")

    def grade(self, part: str, students: Sequence[Student]) -> Graded:
        """Grade what was prepared, one submission after the other."""
        began, seconds, peak = 0.0, 0.0, 0
        finished: dict[str, float] = {}
        scores: dict[str, float] = {}
        for student in students:
            output = self._scene.emptied(f"otter/output-{part}/{student.name}")
            notebook = self._root / f"submitted-{part}" / f"{student.name}.ipynb"
            measured = run(
                [
                    str(self._environment / "bin" / "otter"), "run", "--no-logo",
                    "-a", str(self._root / "autograder.zip"), "-o", str(output), str(notebook),
                ],
                output,
                programs=self._environment / "bin",
            )  # fmt: skip
            began, seconds = began or measured.began, seconds + measured.seconds
            peak = max(peak, measured.peak_bytes)
            finished[student.name] = measured.began + measured.seconds
            scores[student.name] = otter_score(output / "results.json")
        return Graded(seconds, began, finished, scores, peak)


def otter_score(results: Path) -> float:
    """Return the sum of the tests' scores."""
    tests = json.loads(results.read_text(encoding="utf-8"))["tests"]
    return float(sum(test.get("score", 0) for test in tests))


def install_otter(environment: Path) -> None:
    """Make Otter's environment, where it is missing.

    It sees the packages of ours behind its own, so that NumPy, TensorFlow and Keras are the same.
    """
    if (environment / "bin" / "otter").is_file():
        return
    import sysconfig

    subprocess.run([sys.executable, "-m", "venv", "--clear", environment], check=True)
    python = str(environment / "bin" / "python")
    where = "import sysconfig; print(sysconfig.get_path('purelib'))"
    found = subprocess.run([python, "-c", where], capture_output=True, text=True, check=True)
    ours = sysconfig.get_path("purelib")
    path = Path(found.stdout.strip()) / "zz_packages_of_keepprob.pth"
    path.write_text(f"import site; site.addsitedir({ours!r})\n", encoding="utf-8")
    subprocess.run([python, "-m", "pip", "install", "--quiet", OTTER], check=True)
