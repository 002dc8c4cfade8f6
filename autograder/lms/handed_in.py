"""Whose a file is, by the name that Moodle, Canvas or a person gave it.

Both LMSs put what they know before the name that the student chose, and the first match decides: a
file called like another student's stays the file of whoever handed it in.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from autograder.lms.roster import CANVAS_ID, PARTICIPANT
from autograder.lms.sources import Entry

# Alice Adams_3_assignsubmission_file/dropout.ipynb, with or without a folder. Moodle writes a space
# for an underscore in a name.
MOODLE = re.compile(
    r"(?:^|/)(?P<name>[^_/]*)_(?P<number>\d+)_assignsubmission_[a-z]+_?(?:/|(?<=_))"
    r"(?P<file>.+)$"
)
# adamsalice_LATE_1234_5678_dropout-1.ipynb: the user's id, then the file's. Names are hidden where
# grading is anonymous: anon_x9Yz1_5678_dropout.ipynb.
CANVAS = re.compile(
    r"^(?:(?P<name>\w*?)_)??(?P<late>LATE_)?(?:(?P<user>\d+)|anon_(?P<anonymous>[A-Za-z0-9]+))"
    r"_(?P<number>\d+)_(?P<file>.+)$"
)
FOLDERS = re.compile(r"^(?P<student>[^/]+)/(?P<assignment>[^/]+)/(?P<file>[^/]+)$")
FOLDER = re.compile(r"^(?P<student>[^/]+)/(?P<file>[^/]+)$")
FLAT = re.compile(r"^(?P<student>[^_/]+)_(?P<file>[^/]+)$")


@dataclass(frozen=True)
class HandedIn:
    """A file of a student. key: the same for all files of one student in one source.

    ids: what the LMS calls the student (`autograder.lms.roster`). folder: the student's folder,
    where the name says it. file: the name that the student gave it.
    """

    key: str
    file: str
    entry: Entry
    ids: dict[str, str] = field(default_factory=dict)
    folder: str | None = None
    late: bool = False


Reader = Callable[[Entry], HandedIn | None]
"""Reads a name; None where it has another form."""


def of_moodle(entry: Entry) -> HandedIn | None:
    """Read a name from Moodle's “Download all submissions”."""
    found = MOODLE.search(entry.name)
    if found is None:
        return None
    ids = {PARTICIPANT: str(int(found["number"])), "name": found["name"].strip()}
    file = found["file"].rpartition("/")[2]
    return HandedIn(f"participant {ids[PARTICIPANT]}", file, entry, ids)


def of_canvas(entry: Entry) -> HandedIn | None:
    """Read a name from Canvas's “Download Submissions”."""
    found = CANVAS.match(entry.name.rpartition("/")[2])
    if found is None:
        return None
    user, anonymous = found["user"], found["anonymous"]
    ids = {CANVAS_ID: user} if user else {}
    if found["name"]:
        ids["name"] = found["name"]
    key = f"user {user}" if user else f"anonymous {anonymous}"
    folder = None if user else f"anon-{anonymous}"
    return HandedIn(key, found["file"], entry, ids, folder, late=bool(found["late"]))


def of_a_person(assignment: str) -> Reader:
    """Return what reads <student>/<assignment>/<file>, <student>/<file> and <student>_<file>."""

    def read(entry: Entry) -> HandedIn | None:
        found = FOLDERS.match(entry.name)
        if found is not None and found["assignment"] != assignment:
            return None
        found = found or FOLDER.match(entry.name) or FLAT.match(entry.name)
        if found is None:
            return None
        student = found["student"]
        return HandedIn(f"folder {student}", found["file"], entry, {"name": student}, student)

    return read


def reader_for(entries: Sequence[Entry], assignment: str) -> Reader:
    """Return what reads the names of this source: that of an LMS where any name has its form."""
    for reader in (of_moodle, of_canvas):
        if any(reader(entry) for entry in entries):
            return reader
    return of_a_person(assignment)
