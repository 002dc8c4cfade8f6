"""Running a bridge from its command line, with a grader that pretends."""

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console

from autograder.classroom import results
from autograder.classroom.run import Progress, RunSettings
from autograder.classroom.submissions import Found
from autograder.cli.bridges import sync_command
from autograder.cli.main import parser
from autograder.core.report import ExerciseReport, Report
from autograder.course.layout import find_course
from autograder.notebook.intake import fingerprint
from tests.bridges.fake_canvas import FakeCanvas
from tests.bridges.fake_moodle import FakeMoodle

ROOT = Path(__file__).parents[2]
FILE = "dropout.ipynb"
WHO = "student{}@example.invalid"
"""The folder of Moodle's student with a number."""


def notebook(score: float | None, note: str = "") -> bytes:
    """What a student hands in here: its score, and something to tell one from another."""
    return json.dumps({"score": score, "note": note}).encode()


def hand_in_all(lms: FakeMoodle | FakeCanvas) -> None:
    """Have everybody hand in, and earn twice the number that they have."""
    for user in lms.people:
        lms.hand_in(user, {FILE: notebook(2.0 * user)})


@dataclass
class Grader:
    """Gives the score that the notebook says, and a bonus. message: what it says about it."""

    graded: list[str] = field(default_factory=list)
    message: str = "Divide by keep_prob."
    page: str = "page"
    bonus: float = 0.0

    def run(
        self, found: Sequence[Found], settings: RunSettings, progress: Progress
    ) -> list[Report]:
        reports = results.load_results(settings.output / results.FILE)
        for item in found:
            content = item.path.read_bytes()
            score = json.loads(content)["score"]
            score = None if score is None else score + self.bonus
            status = "not_gradable" if score is None else "failed"
            exercise = ExerciseReport("dropout_forward", score, 20.0, status, self.message, None)
            facts = {"language": "en", "timestamp": item.timestamp,
                     "submission_sha256": fingerprint(content)}  # fmt: skip
            report = Report(item.assignment, (exercise,), item.student, facts=facts)
            reports[item.assignment, item.student] = report
            page = settings.output / "pages" / item.student / f"{item.assignment}.html"
            page.parent.mkdir(parents=True, exist_ok=True)
            page.write_text(f"{self.page} of {item.student}: {score}", encoding="utf-8")
            self.graded.append(item.student)
        settings.output.mkdir(parents=True, exist_ok=True)
        results.write_results(settings.output / results.FILE, reports.values())
        return list(reports.values())


@dataclass
class Bridge:
    """The command, with its folders in a scratch folder. slept: how long, each time."""

    system: str
    url: str
    folder: Path
    slept: list[float] = field(default_factory=list)
    said: str = ""

    @property
    def submitted(self) -> Path:
        return self.folder / "submitted"

    @property
    def output(self) -> Path:
        return self.folder / "graded"

    def sync(self, *more: str) -> int:
        """Run one sync; return its exit code."""
        words = [self.system, "sync", "dropout", "--url", self.url, "--course", "12", "--id", "34",
                 "--allow-http", "--submitted", str(self.submitted), "--output", str(self.output),
                 "--jobs", "1", *more]  # fmt: skip
        stream = io.StringIO()
        console = Console(file=stream, width=100)
        try:
            return sync_command(
                parser().parse_args(words), find_course(ROOT), console, sleep=self._sleep
            )
        finally:
            self.said = stream.getvalue()

    def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
