"""New work from the LMS into the folder of submissions, through the same intake as its zips."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.bridges.journal import Journal
from autograder.bridges.outcome import Outcome
from autograder.bridges.patience import Patience
from autograder.classroom.submissions import readable_name
from autograder.course.layout import Course
from autograder.lms.addresses import RefusedError, UnreachableError
from autograder.lms.choosing import Rules
from autograder.lms.collecting import collect_files
from autograder.lms.handed_in import HandedIn
from autograder.lms.online import Attached, Lms, Work
from autograder.lms.roster import FILE, Roster, load_roster, save_roster
from autograder.lms.sources import Entry, FileError
from autograder.notebook.intake import MAX_BYTES

NOTEBOOK = ".ipynb"


@dataclass(frozen=True)
class Pulling:
    """Where work comes from and goes to."""

    lms: Lms
    course: Course
    assignment: str
    submitted: Path
    journal: Journal

    @property
    def roster_file(self) -> Path:
        """The file of who is who."""
        return self.submitted / FILE


def pull(pulling: Pulling, outcome: Outcome, *, dry_run: bool) -> dict[str, Work]:
    """Take what is new; return the work of each student whose last one is here, by folder."""
    students = pulling.lms.students()
    roster = load_roster(pulling.roster_file)
    works = [work for work in pulling.lms.works() if _may_be_taken(work, students, outcome)]
    new = [work for work in works if not _is_here(pulling, roster, students, work)]
    if dry_run:
        outcome.would += [_would_take(roster, pulling.assignment, students, work) for work in new]
    else:
        _take(pulling, roster, students, new, outcome)
    here = {}
    for work in works:
        folder = roster.known_as(students[work.user], pulling.assignment)
        if folder is not None and _is_here(pulling, roster, students, work):
            here[readable_name(folder)] = work
    return here


Students = Mapping[str, Mapping[str, str]]


def _may_be_taken(work: Work, students: Students, outcome: Outcome) -> bool:
    """Tell whether it is a student's, and holds a notebook; if not, say so."""
    if work.user not in students:
        outcome.strangers.append(f"user {work.user}")
        return False
    if not any(file.name.casefold().endswith(NOTEBOOK) for file in work.files):
        there = ", ".join(file.name for file in work.files)[:200] or "no file"
        outcome.faults.append(
            f"{_who(students, work)}: handed in {there}, expected a notebook ({NOTEBOOK}). Nothing "
            "was taken or sent."
        )
        return False
    return True


def _is_here(pulling: Pulling, roster: Roster, students: Students, work: Work) -> bool:
    folder = roster.known_as(students[work.user], pulling.assignment)
    if folder is None or pulling.journal.pulled.get(work.user) != work.files_stamp:
        return False
    return (pulling.submitted / folder / pulling.assignment).is_dir()


def _would_take(roster: Roster, assignment: str, students: Students, work: Work) -> str:
    who = roster.known_as(students[work.user], assignment) or _who(students, work)
    names = ", ".join(file.name for file in work.files)
    when = f", handed in {work.submitted_at:%Y-%m-%d %H:%M} UTC" if work.submitted_at else ""
    return f"{who}: would take {names}{when}, grade it, and send the result"


def _who(students: Students, work: Work) -> str:
    """Return what to call a student who has no folder yet."""
    name = students[work.user].get("name")
    return f"user {work.user} ({name})" if name else f"user {work.user}"


def _take(
    pulling: Pulling, roster: Roster, students: Students, new: Sequence[Work], outcome: Outcome
) -> None:
    """Lay out what is new, and note whose work was taken; the roster is kept in any case."""
    rules = Rules(
        assignment=pulling.assignment,
        names=[
            path.name for path in pulling.course.released_notebooks(pulling.assignment).values()
        ],
        limit=MAX_BYTES,
        times={_key(work): work.submitted_at for work in new if work.submitted_at is not None},
    )
    patience = Patience()
    ids = {work.user: _all_ids(pulling, roster, students[work.user], work) for work in new}
    files = [
        HandedIn(
            key=_key(work),
            file=file.name.rpartition("/")[2],
            entry=Entry(file.name, None, _reader(pulling.lms, file, patience)),
            ids=ids[work.user],
            folder=f"{pulling.lms.name.casefold()}-{work.user}",
            late=work.late,
        )
        for work in new
        for file in work.files
    ]
    try:
        done = collect_files(files, pulling.submitted, roster, rules)
    finally:
        save_roster(roster, pulling.roster_file)
    outcome.taken = done
    outcome.faults += done.faults
    taken = {*done.new, *done.newer, *done.older, *done.same}
    for work in new:
        if roster.known_as(ids[work.user], pulling.assignment) in taken:
            pulling.journal.note_pulled(work.user, work.files_stamp)


def _key(work: Work) -> str:
    return f"user {work.user}"


def _all_ids(
    pulling: Pulling, roster: Roster, ids: Mapping[str, str], work: Work
) -> dict[str, str]:
    """Return a student's ids; those that the LMS tells one at a time where it is a new student."""
    if roster.known_as(ids, pulling.assignment) is not None:
        return dict(ids)
    return {**pulling.lms.more_ids(work.user), **ids}


def _reader(lms: Lms, file: Attached, patience: Patience) -> Callable[[int], bytes]:
    def read(limit: int) -> bytes:
        try:
            content = lms.download(file, limit)
        except UnreachableError as error:
            patience.lost(error)
            raise FileError(str(error)) from error
        except RefusedError as error:
            raise FileError(str(error)) from error
        patience.succeeded()
        if len(content) != file.size:  # Moodle answers 200 where it refuses, with a text
            raise FileError(f"{lms.name} gave {len(content)} bytes of {file.size}")
        return content

    return read
