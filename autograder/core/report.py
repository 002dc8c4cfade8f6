"""The report of a submission: the third and last plain data type, and its JSON form."""

from dataclasses import asdict, dataclass, field
from typing import Any

SCHEMA = 1

PASSED = "passed"
FAILED = "failed"
NOT_ATTEMPTED = "not_attempted"
CRASHED = "crashed"
TIMED_OUT = "timed_out"
NOT_GRADABLE = "not_gradable"
STATUSES = (PASSED, FAILED, NOT_ATTEMPTED, CRASHED, TIMED_OUT, NOT_GRADABLE)

STATUS_OF = {
    "raised": CRASHED,
    "died": CRASHED,
    "timed_out": TIMED_OUT,
    "not_run": NOT_GRADABLE,
}
"""The verdict on a finding of this kind; on any other it is `FAILED`."""


@dataclass(frozen=True)
class ExerciseReport:
    """The verdict on one exercise.

    score: points earned, or None where the grader could give none (status ``not_gradable``).
    misconception: its id, two ids joined by ``+``, or None. message: one sentence for the student.
    details: further lines; only a public check fills them with values. remarks: things worth
    saying that cost nothing. finding: the kind of the first fault, for statistics. trouble: why the
    grader failed, for the instructor alone.
    """

    name: str
    score: float | None
    max_score: float
    status: str
    message: str
    misconception: str | None = None
    details: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    finding: str | None = None
    case: str | None = None
    trouble: str | None = None


@dataclass(frozen=True)
class Report:
    """The verdicts on one submission."""

    assignment: str
    exercises: tuple[ExerciseReport, ...]
    student: str = ""
    attempt: int = 1
    repairs: tuple[str, ...] = ()
    trouble: str | None = None
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def score(self) -> float | None:
        """Points earned, or None where any exercise has none."""
        scores = [exercise.score for exercise in self.exercises]
        if self.trouble or any(score is None for score in scores):
            return None
        return float(sum(score for score in scores if score is not None))

    @property
    def max_score(self) -> float:
        """Points that can be earned automatically."""
        return float(sum(exercise.max_score for exercise in self.exercises))

    def to_record(self) -> dict[str, Any]:
        """Return the record of results.jsonl: plain JSON types, schema `SCHEMA`."""
        record = asdict(self)
        for exercise in record["exercises"]:
            exercise["details"] = list(exercise["details"])
            exercise["remarks"] = list(exercise["remarks"])
        judged = {
            "schema": SCHEMA,
            "student": self.student,
            "assignment": self.assignment,
            "attempt": self.attempt,
            "score": self.score,
            "max_score": self.max_score,
            "exercises": list(record["exercises"]),
            "repairs": list(self.repairs),
            "trouble": self.trouble,
        }
        return judged | {name: fact for name, fact in self.facts.items() if name not in judged}
