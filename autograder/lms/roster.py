"""Who is who: what LMSs call the students, and which row of a table is whose.

`autograder collect` keeps it in ``students.json`` beside the submissions, outside of every
student's own folder: a student's file must not decide whose grade it is.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from autograder.core.errors import ExplainedError
from autograder.lms.record import ResultRecord

FILE = "students.json"
SCHEMA = 1

PARTICIPANT = "moodle_participant"
MOODLE_ID, CANVAS_ID = "moodle_user_id", "canvas_user_id"
EMAIL, ID_NUMBER, USERNAME = "email", "id_number", "username"
KINDS = (PARTICIPANT, MOODLE_ID, CANVAS_ID, ID_NUMBER, USERNAME, EMAIL)
"""What a row may be matched by. Never a name: two students may share one."""
OF_ACCOUNTS = (MOODLE_ID, CANVAS_ID)
"""What an LMS itself calls an account: nobody can choose it, and it is never given out again."""
BY_FOLDER = (ID_NUMBER, USERNAME, EMAIL)
"""What the name of a student's folder may be."""

_WITHOUT_CASE = {EMAIL, USERNAME}


class RosterError(ExplainedError):
    """The file of students is damaged; the message says what to do."""


@dataclass
class Roster:
    """What LMSs call each student, by the name of the student's folder.

    students: by kind (see `KINDS`, and ``name``). participants: Moodle's numbers, which are another
    one in each assignment, by assignment and student. late: whose work the LMS marks as late, by
    assignment.
    """

    students: dict[str, dict[str, str]] = field(default_factory=dict)
    participants: dict[str, dict[str, str]] = field(default_factory=dict)
    late: dict[str, list[str]] = field(default_factory=dict)

    def is_late(self, student: str, assignment: str) -> bool:
        """Tell whether the LMS marked the student's work in an assignment as late."""
        return student in self.late.get(assignment, ())

    def mark_late(self, student: str, assignment: str, late: bool) -> None:
        """Note whether the LMS marks the student's work as late."""
        others = set(self.late.get(assignment, ())) - {student}
        self.late[assignment] = sorted(others | {student} if late else others)

    def known_as(self, ids: Mapping[str, str], assignment: str) -> str | None:
        """Return the student whom one of these ids names, if there is exactly one.

        An account's own number decides, for an address may change hands. Moodle's number in an
        assignment counts only where nothing else is said: last year's was another student's.
        """
        given = [kind for kind in KINDS if ids.get(kind) and kind != PARTICIPANT] or [PARTICIPANT]
        accounts = [kind for kind in given if kind in OF_ACCOUNTS]
        return self._only(ids, assignment, accounts) or self._only(ids, assignment, given)

    def _only(self, ids: Mapping[str, str], assignment: str, kinds: Sequence[str]) -> str | None:
        """Return the student whom an id of these kinds names, if there is exactly one."""
        found = {
            student
            for student in self.students
            for kind, text in self.ids(student, assignment).items()
            if kind in kinds and _normal(kind, ids.get(kind, "")) == _normal(kind, text)
        }
        return found.pop() if len(found) == 1 else None

    def contradicts(self, student: str, assignment: str, ids: Mapping[str, str]) -> bool:
        """Tell whether these ids are another student's.

        They are where they name another account, or agree with what is known in nothing.
        """
        known = self.ids(student, assignment)
        shared = [kind for kind in KINDS if known.get(kind) and ids.get(kind)]
        agree = [_normal(kind, known[kind]) == _normal(kind, ids[kind]) for kind in shared]
        accounts = [kind for kind in shared if kind in OF_ACCOUNTS]
        if any(known[kind] != ids[kind] for kind in accounts):
            return True
        return bool(shared) and not any(agree)

    def ids(self, student: str, assignment: str) -> dict[str, str]:
        """Return what LMSs call a student in an assignment."""
        number = self.participants.get(assignment, {}).get(student)
        return self.students.get(student, {}) | ({PARTICIPANT: number} if number else {})

    def add(self, student: str, assignment: str, ids: Mapping[str, str]) -> None:
        """Note what an LMS calls a student; what is known already stays where nothing is said."""
        kept = {kind: text for kind, text in ids.items() if text and kind != PARTICIPANT}
        self.students[student] = self.students.get(student, {}) | kept
        if number := ids.get(PARTICIPANT):
            self.participants.setdefault(assignment, {})[student] = number

    def to_json(self) -> str:
        """Return the roster as the text of its file."""
        content = {
            "schema": SCHEMA,
            "students": self.students,
            "participants": self.participants,
            "late": self.late,
        }
        return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def load_roster(path: Path) -> Roster:
    """Read the file of students; an empty roster where there is none. Raises RosterError."""
    if not path.is_file():
        return Roster()
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        if found["schema"] != SCHEMA:
            raise ValueError(f"its schema is {found['schema']!r}")
        late = {str(name): [*map(str, students)] for name, students in found["late"].items()}
        return Roster(_texts(found["students"]), _texts(found["participants"]), late)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise RosterError(
            f"{path} cannot be read: {error}. Expected schema {SCHEMA}, as `autograder collect` "
            "writes it. Put back a copy of it, or remove it and collect again."
        ) from error


def _texts(found: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    return {
        str(outer): {str(name): str(text) for name, text in inner.items()}
        for outer, inner in found.items()
    }


def save_roster(roster: Roster, path: Path) -> None:
    """Write the file of students in one step, and make its folder where it is missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_name(f".{path.name}.new")
    scratch.write_text(roster.to_json(), encoding="utf-8")
    scratch.replace(path)


@dataclass(frozen=True)
class Matching:
    """Which record belongs to which row.

    pairs: records by the row's index. faults: a sentence for each record that has no row of its
    own. rest: indices of the rows without a record.
    """

    pairs: dict[int, ResultRecord]
    faults: list[str]
    rest: list[int]


def match(
    records: Iterable[ResultRecord], rows: Mapping[int, Mapping[str, str]], table: str
) -> Matching:
    """Find each record's row.

    rows: what each row calls its student, by kind. table: its name, for messages. A record that
    two rows fit, or a row that two records fit, is matched with none: a grade on the wrong line is
    worse than one that a person has to enter.
    """
    index: dict[tuple[str, str], list[int]] = {}
    for row, ids in rows.items():
        for kind, text in ids.items():
            if text.strip():
                index.setdefault((kind, _normal(kind, text)), []).append(row)
    found: dict[int, list[ResultRecord]] = {}
    faults = []
    for record in records:
        fits = _fits(record, index)
        if len(fits) == 1:
            found.setdefault(fits[0], []).append(record)
        else:
            faults.append(_fault(record, fits, table))
    pairs = {row: several[0] for row, several in found.items() if len(several) == 1}
    for row, several in found.items():
        if len(several) > 1:
            names = ", ".join(record.student.id for record in several)
            faults.append(
                f"{names}: they fit one row of {table} (row {row + 1}), which was left as it was. "
                f"Correct {FILE}, or enter the grades by hand."
            )
    return Matching(pairs, faults, sorted(set(rows) - set(pairs)))


def _fits(record: ResultRecord, index: Mapping[tuple[str, str], Sequence[int]]) -> list[int]:
    """Return the rows that a record fits: by what LMSs call the student, else by the folder."""
    student = record.student
    keys = [(kind, student.lms[kind]) for kind in KINDS if student.lms.get(kind)]
    rows = {row for kind, text in keys for row in index.get((kind, _normal(kind, text)), ())}
    if not rows:
        keys = [(kind, student.id) for kind in BY_FOLDER]
        rows = {row for kind, text in keys for row in index.get((kind, _normal(kind, text)), ())}
    return sorted(rows)


def _normal(kind: str, text: str) -> str:
    text = text.strip()
    return text.casefold() if kind in _WITHOUT_CASE else text


def _fault(record: ResultRecord, fits: Sequence[int], table: str) -> str:
    student, name = record.student, record.student.id
    if fits:
        numbers = ", ".join(str(row + 1) for row in fits)
        return (
            f"{name}: fits several rows of {table} (rows {numbers}), which were left as they were. "
            f"Correct {FILE}, or enter the grade by hand."
        )
    known = "".join(f"{kind} {student.lms[kind]}, " for kind in KINDS if kind in student.lms)
    return (
        f"{name}: no row of {table} is this student's. Looked for: {known}and {name} as e-mail "
        "address, user name or ID number. Note the address with `nbgrader db student add "
        f"{name} --email=…`, or enter the grade by hand."
    )
