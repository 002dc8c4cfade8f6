"""What Moodle's web service answers, read; faults come with status 200."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from autograder.lms.addresses import CallError, RefusedError, TokenError, as_dict, as_list
from autograder.lms.comments import clean
from autograder.lms.online import Attached
from autograder.lms.roster import EMAIL, ID_NUMBER, MOODLE_ID, USERNAME

TOKEN_CODES = ("invalidtoken", "accessexception", "servicenotavailable", "enablewsdescription")
OVERRIDDEN = "its grade is overridden in Moodle's gradebook"
LOCKED = "its grade is locked in Moodle's gradebook"


def check_assignment(found: Mapping[str, Any]) -> None:
    """Refuse what would go wrong without a word. Raises CallError."""
    enabled = {
        (item.get("subtype"), item.get("plugin"))
        for item in as_list(found.get("configs"))
        if item.get("name") == "enabled" and str(item.get("value")) == "1"
    }
    faults = []
    if float(found.get("grade") or 0) <= 0:
        faults.append("its grade is not of the type Point")
    if found.get("teamsubmission"):
        faults.append("students submit in groups")
    if found.get("blindmarking") and not found.get("revealidentities"):
        faults.append("identities are hidden (anonymous submissions)")
    for plugin, box in (("comments", "Feedback comments"), ("file", "Feedback files")):
        if ("assignfeedback", plugin) not in enabled:
            faults.append(f"the feedback type {box} is off, and Moodle would drop it")
    if faults:
        raise CallError(
            f"The assignment {clean(str(found.get('name')))!r} in Moodle cannot be synchronized: "
            f"{'; '.join(faults)}. Change its settings; docs/lms/moodle.md shows each box."
        )


def require_no_fault(found: Any) -> None:
    """Raise what an answer with status 200 says. Raises TokenError or RefusedError."""
    fault = as_dict(found)
    if not (fault.get("exception") or fault.get("errorcode") or fault.get("error")):
        return
    code = str(fault.get("errorcode", ""))
    words = clean(str(fault.get("message") or fault.get("error") or ""))[:300]
    if code in TOKEN_CODES:
        raise TokenError(
            f"Moodle refuses the token: {words} ({code}). See that it is the whole token, not "
            "expired, allowed from this address, and that its service holds the functions in "
            "docs/lms/moodle.md."
        )
    raise RefusedError(f"Moodle refused: {words} ({code})", code)


def ids_of(user: Mapping[str, Any]) -> dict[str, str]:
    """Return what Moodle calls a user, as far as the site shows it."""
    kinds = {"name": "fullname", EMAIL: "email", ID_NUMBER: "idnumber", USERNAME: "username"}
    ids = {kind: str(user.get(field) or "").strip() for kind, field in kinds.items()}
    return {MOODLE_ID: str(user["id"])} | {kind: text for kind, text in ids.items() if text}


def files_of(item: Mapping[str, Any]) -> tuple[Attached, ...]:
    """Return the files of a submission."""
    return tuple(
        Attached(
            name=str(file.get("filename")),
            url=str(file.get("fileurl")),
            size=int(file.get("filesize") or 0),
            stamp=f"{file.get('filesize')} {file.get('timemodified')}",
        )
        for plugin in as_list(item.get("plugins"))
        if plugin.get("type") == "file"
        for area in as_list(plugin.get("fileareas"))
        for file in as_list(area.get("files"))
    )


def grade_of(text: object) -> float | None:
    """Read a grade; Moodle writes -1 for none."""
    try:
        found = float(str(text))
    except ValueError:
        return None
    return found if found >= 0 else None


def moment_of(seconds: object) -> datetime | None:
    """Read a time; Moodle writes 0 for none."""
    try:
        return datetime.fromtimestamp(int(str(seconds)), UTC) if seconds else None
    except (ValueError, OverflowError, OSError):
        return None


def reason_to_leave(item: Mapping[str, Any]) -> str | None:
    """Say why a grade item of the gradebook must not be touched, or None."""
    if item.get("gradeisoverridden"):
        return OVERRIDDEN
    return LOCKED if item.get("gradeislocked") or item.get("locked") else None
