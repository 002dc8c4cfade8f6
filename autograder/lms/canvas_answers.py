"""What Canvas's REST API answers, read."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from autograder.lms.addresses import RefusedError, as_dict, as_list
from autograder.lms.calls import Answer
from autograder.lms.comments import clean
from autograder.lms.online import Attached, Comment, Standing
from autograder.lms.roster import CANVAS_ID, EMAIL, ID_NUMBER, USERNAME

IN_POINTS = ("points", "percent", "letter_grade", "gpa_scale")
EXCUSED = "the student is excused in Canvas"


def standing_of(row: Mapping[str, Any], me: str) -> Standing:
    """Return what stands for a student. me: the id of the token's user."""
    entered = row.get("entered_score")
    comments = tuple(
        Comment(
            text=str(item.get("comment") or ""),
            id=str(item["id"]),
            attempt=item.get("attempt"),
            files=tuple(str(file.get("display_name")) for file in as_list(item.get("attachments"))),
        )
        for item in as_list(row.get("submission_comments"))
        if str(item.get("author_id")) == me
    )
    return Standing(
        grade=number_of(row.get("score") if entered is None else entered),
        at=moment_of(row.get("graded_at")),
        comments=comments,
        leave=EXCUSED if row.get("excused") else None,
    )


def faults_of(found: Mapping[str, Any]) -> list[str]:
    """Say what of an assignment would go wrong without a word."""
    faults = []
    if found.get("grading_type") not in IN_POINTS:
        faults.append("it is not graded in points")
    if not number_of(found.get("points_possible")):
        faults.append("it has no points")
    if found.get("anonymize_students") or found.get("anonymous_grading"):
        faults.append("it is graded anonymously")
    if found.get("group_category_id") and not found.get("grade_group_students_individually"):
        faults.append("students submit in groups")
    if found.get("moderated_grading") and not found.get("grades_published"):
        faults.append("its grading is moderated, and the grades are not released")
    return faults


def ids_of(user: Mapping[str, Any]) -> dict[str, str]:
    """Return what Canvas calls a user, as far as the token may see it."""
    kinds = {"name": "name", EMAIL: "email", ID_NUMBER: "sis_user_id", USERNAME: "login_id"}
    ids = {kind: str(user.get(field) or "").strip() for kind, field in kinds.items()}
    return {CANVAS_ID: str(user["id"])} | {kind: text for kind, text in ids.items() if text}


def files_of(row: Mapping[str, Any]) -> tuple[Attached, ...]:
    """Return the files of a submission."""
    return tuple(
        Attached(
            name=str(file.get("display_name") or file.get("filename")),
            url=str(file.get("url")),
            size=int(file.get("size") or 0),
            stamp=str(file.get("id")),
        )
        for file in as_list(row.get("attachments"))
    )


def number_of(found: object) -> float | None:
    """Read a number; None for anything else."""
    return float(found) if isinstance(found, int | float) else None


def moment_of(text: object) -> datetime | None:
    """Read a time; None where there is none."""
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def json_of(answer: Answer) -> Any:
    """Read an answer; Canvas puts `while(1);` before some."""
    try:
        return json.loads(answer.content.removeprefix(b"while(1);"))
    except (ValueError, RecursionError) as error:
        raise RefusedError(
            f"The answer is no JSON (status {answer.status}), expected Canvas's. See that the "
            "address is the site's."
        ) from error


def reason_of(answer: Answer) -> str:
    """Return Canvas's own words for a refusal."""
    try:
        found = as_dict(json.loads(answer.content))
    except (ValueError, RecursionError):
        return clean(answer.words())
    errors = as_list(found.get("errors"))
    words = "; ".join(str(item.get("message")) for item in errors) or str(
        found.get("error") or found.get("message") or found.get("errors") or answer.words()
    )
    return clean(words)[:300]
