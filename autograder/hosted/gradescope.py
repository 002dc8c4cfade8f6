"""What `run_autograder` starts on Gradescope: grade one submission, write results.json."""

import json
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from autograder.classroom.records import record_from
from autograder.core.errors import ExplainedError
from autograder.hosted.grading import Package, grade_file, handed_in, load_package
from autograder.hosted.memory import too_little
from autograder.lms.from_report import Facts
from autograder.lms.gradescope import Metadata, metadata_from, results, without_score
from autograder.lms.record import Student

NOT_GRADED = (
    "The autograder could not grade this submission. That is no fault of the submission, and no "
    "points are lost by it: a person looks at it. Nothing needs to be handed in again."
)


def main(arguments: Sequence[str]) -> int:
    """Grade what lies in a folder laid out as Gradescope's /autograder; return 0."""
    root = Path(arguments[0])
    place = root / "results" / "results.json"
    place.parent.mkdir(parents=True, exist_ok=True)
    # Whatever happens from here on, even a kill, there is an answer, and it is not full points.
    _write(place, without_score(NOT_GRADED, ["The autograder was stopped before its end."]))
    try:
        _write(place, _graded(root))
    except ExplainedError as error:
        _write(place, without_score(NOT_GRADED, [str(error)]))
    except Exception as error:
        _write(place, without_score(NOT_GRADED, [repr(error)]))
    return 0


def _graded(root: Path) -> dict[str, Any]:
    started = time.monotonic()
    package = load_package(root / "source" / "keepprob")
    if sentence := too_little():
        return without_score(NOT_GRADED, [sentence])
    known = _metadata(root / "submission_metadata.json")
    path = handed_in(package, root / "submission")
    graded = grade_file(package, path, known.student, known.attempt, _private(root))
    facts = Facts(submitted_at=known.submitted_at, graded_at=datetime.now(UTC))
    record = record_from(graded.report, Student(known.student), facts)
    if record.trouble is not None and graded.notebook is None:
        return without_score(record.trouble, _remarks(graded.report.facts, package))
    return results(
        record,
        seconds=time.monotonic() - started,
        visibility=package.visibility,
        remarks=_remarks(graded.report.facts, package),
    )


def _metadata(path: Path) -> Metadata:
    try:
        return metadata_from(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, RecursionError):
        return metadata_from({})


def _private(root: Path) -> tuple[str, ...]:
    """Return what the submission must not read: Gradescope's files, and the results."""
    wanted = ("submission", "submission_metadata.json", "results")
    return tuple(str(root / name) for name in wanted if (root / name).exists())


def _remarks(facts: dict[str, Any], package: Package) -> list[str]:
    """Say what the instructor alone has to know."""
    reason = facts.get("trouble_reason")
    return [
        *([f"Trouble: {reason}"] if reason else []),
        *(f"Worth a look: {flag}" for flag in facts.get("flags", ())),
        f"Assignment {package.assignment}, sandbox {facts.get('sandbox', 'not used')}.",
    ]


def _write(place: Path, content: dict[str, Any]) -> None:
    scratch = place.with_name(f".{place.name}.new")
    scratch.write_text(json.dumps(content, indent=1, allow_nan=False) + "\n", encoding="utf-8")
    scratch.replace(place)
