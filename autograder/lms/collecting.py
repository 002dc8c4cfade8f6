"""Lay what was handed in out as nbgrader wants it: <student>/<assignment>/<assignment>.ipynb.

Nothing that is there is ever lost. The same bytes change nothing. Other work replaces what is there
unless it is known to be older, and whichever is not taken goes to ``.earlier/``.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from autograder.lms.choosing import Collected, Rules, choose
from autograder.lms.handed_in import HandedIn, reader_for
from autograder.lms.placing import lay_out
from autograder.lms.roster import EMAIL, ID_NUMBER, PARTICIPANT, USERNAME, Roster
from autograder.lms.sources import FileError, Source

LONGEST_NAME = 150  # bytes


def collect(source: Source, submitted: Path, roster: Roster, rules: Rules) -> Collected:
    """Lay the files of one assignment out in `submitted`, and note in the roster who is who."""
    reader = reader_for(source.entries, rules.assignment)
    files, faults = [], list(source.faults)
    for entry in source.entries:
        handed_in = reader(entry)
        if handed_in is not None:
            files.append(handed_in)
        elif entry.name.endswith(".ipynb"):
            faults.append(
                f"{entry.name}: whose it is cannot be told. Expected a name as Moodle or Canvas "
                f"give it, or <student>/{rules.assignment}/<file>, <student>/<file> or "
                "<student>_<file>."
            )
    return collect_files(files, submitted, roster, rules, faults)


def collect_files(
    files: Iterable[HandedIn],
    submitted: Path,
    roster: Roster,
    rules: Rules,
    faults: Iterable[str] = (),
) -> Collected:
    """Lay out files of which it is known whose they are. faults: those that are known before."""
    done = Collected(faults=list(faults))
    groups: dict[str, list[HandedIn]] = defaultdict(list)
    for handed_in in files:
        groups[handed_in.key].append(handed_in)
    students = _students(groups, roster, rules, done)
    for key, student in students.items():
        _collect_student(groups[key], student, submitted, roster, rules, done)
    return done


def _students(
    groups: Mapping[str, Sequence[HandedIn]], roster: Roster, rules: Rules, done: Collected
) -> dict[str, str]:
    """Return the folder of each student of the source; none where two would share one."""
    found: dict[str, str] = {}
    for key, files in groups.items():
        names = sorted({item.ids["name"] for item in files if item.ids.get("name")})
        if len(names) > 1:
            done.faults.append(
                f"{key}: its files name {', '.join(names)}, expected one student. Nothing of it "
                "was taken; see whose each file is, and put them into a folder by hand."
            )
            continue
        ids = {**files[0].ids, **rules.ids.get(key, {})}
        found[key] = _folder_of(files[0], ids, roster, rules)
        if roster.contradicts(found[key], rules.assignment, ids):
            done.faults.append(
                f"{key}: the folder {found.pop(key)!r} is another student's in students.json, so "
                "nothing of it was taken. Correct students.json, or put the work in by hand."
            )
    for student in sorted(set(found.values())):
        keys = [key for key, name in found.items() if name == student]
        if len(keys) > 1 or not student:
            done.faults.append(
                f"{', '.join(keys)}: they would share the folder {student!r}. Nothing of them was "
                "taken; correct students.json, or rename their files."
            )
            found = {key: name for key, name in found.items() if key not in keys}
    return found


def _folder_of(handed_in: HandedIn, ids: Mapping[str, str], roster: Roster, rules: Rules) -> str:
    """Return the name of a student's folder: the one that is known, else one made of an id."""
    if known := roster.known_as(ids, rules.assignment):
        return known
    for kind in (ID_NUMBER, USERNAME, EMAIL):
        if ids.get(kind):
            return _as_folder(ids[kind].casefold() if kind == EMAIL else ids[kind])
    if handed_in.folder is not None:
        return _as_folder(handed_in.folder)
    if number := ids.get(PARTICIPANT):  # another one in each assignment
        return f"{rules.assignment}-participant-{number}"
    return _as_folder(f"canvas-{handed_in.key.rpartition(' ')[2]}")


def _as_folder(name: str) -> str:
    """Return a name as a folder's: letters of any script, digits, and a few signs."""
    text = unicodedata.normalize("NFC", name.strip())
    plain = "".join(sign if _is_kept(sign) else "_" for sign in text).lstrip(".")
    return plain.encode()[:LONGEST_NAME].decode(errors="ignore")


def _is_kept(sign: str) -> bool:
    return sign.isalnum() or sign in "_.@+-" or unicodedata.category(sign)[0] == "M"


def _collect_student(
    files: Sequence[HandedIn],
    student: str,
    submitted: Path,
    roster: Roster,
    rules: Rules,
    done: Collected,
) -> None:
    chosen = choose(files, student, rules, done)
    contents: dict[str, bytes] = {}
    for name, handed_in in chosen.items():
        try:
            contents[name] = handed_in.entry.read(rules.limit)
        except FileError as error:
            done.faults.append(f"{student}: {handed_in.file} was not taken, {error}.")
    if not contents:
        return
    key = files[0].key
    ids = {**files[0].ids, **rules.ids.get(key, {})}
    when = rules.times.get(key) or _modified(chosen.values(), rules.zone)
    roster.add(student, rules.assignment, ids)
    if lay_out(contents, when, student, submitted, rules.assignment, done):
        late = any(item.late for item in chosen.values())
        roster.mark_late(student, rules.assignment, late)
        done.late += [student] if late else []


def _modified(files: Iterable[HandedIn], zone: ZoneInfo | None) -> datetime | None:
    dates = [item.entry.modified for item in files if item.entry.modified is not None]
    if zone is None or not dates:
        return None
    return max(date if date.tzinfo else date.replace(tzinfo=zone) for date in dates)
