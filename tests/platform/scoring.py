"""What becomes of a score that a tool sends, and what a platform says of it afterwards."""

from datetime import UTC, datetime
from typing import Any

from tests.platform.rules import SUBMITTED_AHEAD, Rules
from tests.platform.state import Course, Grade, LineItem

CANVAS_SUBMISSION = "https://canvas.instructure.com/lti/submission"
REQUIRED = ("userId", "timestamp", "activityProgress", "gradingProgress")


class RefusedError(Exception):
    """The platform does not do what was asked."""

    def __init__(self, status: int, reason: str):
        super().__init__(reason)
        self.status, self.reason = status, reason


def receive(
    score: dict[str, Any], *, rules: Rules, course: Course, item: LineItem, now: datetime
) -> None:
    """Put a score into the gradebook, or raise RefusedError and change nothing."""
    timestamp = _checked(score, rules, course)
    grade = item.grade(score["userId"])
    _refuse_stale(timestamp, grade, rules)
    submission = score.get(CANVAS_SUBMISSION, {})
    if rules.counts_submissions:
        _count_submission(submission, grade, item, now)
    if item.locked or grade.locked:
        raise RefusedError(rules.locked_status, "")
    _store(score, grade, timestamp, rules)
    grade.submission = submission or score.get("submission", {})


def _checked(score: dict[str, Any], rules: Rules, course: Course) -> datetime:
    """Return the timestamp of a score that has all it must have."""
    if missing := [name for name in REQUIRED if not score.get(name)]:
        raise RefusedError(400, f"missing: {', '.join(missing)}")
    if course.members.get(score["userId"]) != "student":
        raise RefusedError(rules.not_student_status, "the user is not a student of the course")
    numbers = [score[name] for name in ("scoreGiven", "scoreMaximum") if name in score]
    if not all(isinstance(number, int | float) for number in numbers):
        raise RefusedError(400, "a score must be a number")
    if rules.needs_score_maximum and "scoreGiven" in score and "scoreMaximum" not in score:
        raise RefusedError(422, "ScoreMaximum not supplied")
    try:
        timestamp = datetime.fromisoformat(score["timestamp"])
    except ValueError:
        raise RefusedError(400, "the timestamp is not a time") from None
    return timestamp if timestamp.tzinfo else timestamp.replace(tzinfo=rules.server_zone)


def _refuse_stale(timestamp: datetime, grade: Grade, rules: Rules) -> None:
    if grade.timestamp is None:
        return
    new, stored = timestamp, grade.timestamp
    if rules.whole_seconds:
        new, stored = new.replace(microsecond=0), stored.replace(microsecond=0)
    if new < stored or (rules.refuses_same_time and new == stored):
        raise RefusedError(
            rules.stale_status,
            f"timestamp {timestamp.isoformat()} is not after the last updated timestamp",
        )


def _count_submission(
    submission: dict[str, Any], grade: Grade, item: LineItem, now: datetime
) -> None:
    """Count a new attempt, unless the tool says that there is none or that it was sent before."""
    if sent := submission.get("submitted_at"):
        at = datetime.fromisoformat(sent)
        if at > now + SUBMITTED_AHEAD:
            raise RefusedError(400, "submitted_at in the future")
    if submission.get("new_submission", submission.get("submission_type") != "none"):
        if item.attempts_allowed is not None and grade.attempts >= item.attempts_allowed:
            raise RefusedError(422, "maximum number of allowed attempts has been reached")
        grade.attempts += 1


def _store(score: dict[str, Any], grade: Grade, timestamp: datetime, rules: Rules) -> None:
    final = score["gradingProgress"] in {"FullyGraded", "PendingManual"}
    given = score.get("scoreGiven") if final else None
    told = score.get(CANVAS_SUBMISSION, {}).get("prioritize_non_tool_grade", False)
    keeps_any = told and rules.keeps_any_score_when_told
    stays = grade.overridden is not None and (rules.override_stays or keeps_any)
    if not (keeps_any and grade.score is not None):
        grade.score, grade.maximum = given, score.get("scoreMaximum", 1.0)
    grade.timestamp = timestamp
    comment = score.get("comment", "")
    if not stays:
        grade.overridden = None
    if rules.comments == "appended":
        grade.comments += [comment] if comment else []
    elif not stays:
        grade.comments = [comment] if comment else []


def shown(grade: Grade, item: LineItem, rules: Rules) -> float | None:
    """Return the points that the student sees, out of the line item's maximum."""
    if grade.overridden is not None:
        return grade.overridden
    if grade.score is None:
        return None
    points = grade.score * item.maximum / grade.maximum if grade.maximum else grade.score
    return min(points, item.maximum) if rules.caps_shown else points


def result(grade: Grade, item: LineItem, user_id: str, url: str, rules: Rules) -> dict[str, Any]:
    """Return the entry of the line item's results. url: the line item's, without a query."""
    entry: dict[str, Any] = {"id": f"{url}/results?user_id={user_id}", "userId": user_id}
    points = shown(grade, item, rules)
    if points is None:
        return entry
    maximum = item.maximum if rules.scales_results else grade.maximum
    entry |= {
        "scoreOf": url,
        "resultScore": points * maximum / item.maximum if item.maximum else points,
        "resultMaximum": maximum,
    }
    if grade.comments:
        entry["comment"] = grade.comments[-1]
    if rules.result_timestamps and grade.timestamp:
        entry["timestamp"] = grade.timestamp.astimezone(UTC).isoformat(timespec="seconds")
    return entry
