"""One round of a bridge: take what is new, grade it, send what changed, and look at it."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from autograder.bridges.journal import FOLDER, Journal
from autograder.bridges.outcome import Outcome
from autograder.bridges.pulling import Pulling, pull
from autograder.bridges.pushing import Pushing
from autograder.bridges.settings import BridgeError
from autograder.classroom.records import NoResultsError, class_records
from autograder.classroom.run import Progress, RunSettings, run_class
from autograder.classroom.submissions import find_submissions
from autograder.course.lock import locked
from autograder.lms.online import Lms, Work
from autograder.lms.record import ResultRecord
from autograder.lms.roster import FILE, load_roster

LOCK = ".lock"


@dataclass(frozen=True)
class Round:
    """What is synchronized, and how. run: how the autograder grades, and where its results go.

    submitted: the folder of submissions. overwrite, dry_run, look_again: see `Pushing`.
    """

    lms: Lms
    assignment: str
    submitted: Path
    run: RunSettings
    journal: Journal
    overwrite: bool = False
    dry_run: bool = False
    look_again: bool = False


def synchronize(asked: Round, progress: Progress, *, only_new: bool = False) -> Outcome:
    """Do one round. progress: shows the run of the grader.

    only_new: run the grader for new work alone, because a round before has looked at all of it.

    A dry run only asks, and writes nothing. Raises CallError where the LMS cannot be used at all,
    BridgeError where another bridge is at work here, and what `run_class` raises.
    """
    outcome = Outcome(asked.lms.open())
    with _alone(asked):
        course = asked.run.course
        pulling = Pulling(asked.lms, course, asked.assignment, asked.submitted, asked.journal)
        works = pull(pulling, outcome, dry_run=asked.dry_run)
        if works and not asked.dry_run and (outcome.has_new_work or not only_new):
            found = find_submissions(course, asked.submitted, [asked.assignment], [*works])
            run_class(found, asked.run, progress)
        pushing = Pushing(
            asked.lms,
            asked.journal,
            outcome,
            asked.run.output,
            overwrite=asked.overwrite,
            dry_run=asked.dry_run,
            look_again=asked.look_again,
        )
        pushing.push(works, _records(asked, works))
        if not asked.dry_run:
            asked.journal.finish()
    return outcome


def _records(asked: Round, works: dict[str, Work]) -> dict[str, ResultRecord]:
    """Return the records of who handed in here, by the student's folder."""
    roster = load_roster(asked.submitted / FILE)
    try:
        made = class_records(asked.run.course, asked.run.output, [asked.assignment], roster)
    except NoResultsError:
        return {}
    return {item.student.id: item for item in made.records if item.student.id in works}


@contextmanager
def _alone(asked: Round) -> Iterator[None]:
    """Let one bridge at a time work on these results."""
    if asked.dry_run:
        yield
        return
    folder = asked.run.output / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as held:
        try:
            held.enter_context(locked(folder / LOCK, wait=False))
        except BlockingIOError as error:
            raise BridgeError(
                f"Another sync works on {asked.run.output} now. Wait until it has ended, or name "
                "another folder with --output."
            ) from error
        yield
