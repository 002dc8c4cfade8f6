"""How a score gets into a gradebook: what to do after each answer. Nothing here asks the network.

The rules, and where each was seen: docs/decisions/0012-lti-tool.md.
"""

import math
import re
from dataclasses import replace
from datetime import datetime, timedelta

from autograder.lti.ags import Result, aware_time
from autograder.lti.platforms import CANVAS, MOODLE
from autograder.lti.scores import Score, scaled
from autograder.lti.steps import (
    NO_ANSWER,
    Again,
    Dead,
    Delivered,
    Delivery,
    Differs,
    Refused,
    Reply,
    Restamp,
    Step,
)

FIRST_WAIT, LONGEST_WAIT, SHORTEST_WAIT = 2.0, 900.0, 1.0
"""Seconds."""

GIVEN_UP_AFTER = timedelta(hours=24)
TOO_FAR_AHEAD = timedelta(minutes=5)
A_SECOND = timedelta(seconds=1)
"""Moodle compares times of grades by the second."""

SAME_WITHIN = 0.006
"""Points: gradebooks round to two digits."""

BY_STATUS = {401: "unauthorized", 403: "forbidden", 404: "gone", 410: "gone", 422: "not_a_student"}


def comment_to_send(product: str, comment: str, comment_sent: str | None) -> str | None:
    """Return the comment that goes with a score, or None.

    Moodle clears the comment of a score that comes without one, so it is sent each time there. In
    Canvas each comment is one more, so it is sent where it changed.
    """
    if not comment.strip() or (product == CANVAS and comment == comment_sent):
        return None
    return comment


def score_of(delivery: Delivery, product: str, item_maximum: float | None) -> Score:
    """Return what to send, on the line item's scale, where that is known."""
    maximum = item_maximum if item_maximum and item_maximum > 0 else delivery.score_maximum
    return Score(
        user_id=delivery.user_id,
        score_given=scaled(delivery.score_given, delivery.score_maximum, maximum),
        score_maximum=maximum,
        timestamp=delivery.timestamp,
        comment=comment_to_send(product, delivery.comment, delivery.comment_sent),
        submitted_at=delivery.submitted_at,
        feedback_url=delivery.feedback_url,
    )


def before_sending(delivery: Delivery, now: datetime) -> Step | None:
    """Return what to do instead of sending, or None. A time ahead would block all later scores."""
    if not (math.isfinite(delivery.score_given) and 0 < delivery.score_maximum < math.inf):
        return Refused("no_points")
    if delivery.timestamp > now + TOO_FAR_AHEAD:
        return Refused("clock")
    if delivery.timestamp > now:
        return Again(delivery.timestamp, "clock")
    return None


def look_first(delivery: Delivery, score: Score, product: str) -> bool:
    """Whether the score may stand there already, so that the LMS is asked before it is sent."""
    unchanged = (
        delivery.shown_score is not None
        and same_points(delivery.shown_score, score.score_given)
        and delivery.comment == delivery.comment_sent
    )
    return unchanged or (product == CANVAS and may_stand(delivery))


def may_stand(delivery: Delivery) -> bool:
    """Whether a score for this person and line item was sent before, and may have arrived."""
    sent_before = len(delivery.sent_shares) > 1 or delivery.shown_score is not None
    return sent_before or delivery.tries > 1


def over_ours(
    result: Result | None, delivery: Delivery, score: Score, product: str
) -> Score | Differs:
    """Return the score as it may be sent in the place of what `result` shows.

    Canvas lets a score replace whatever stands there, or nothing. So it replaces what was sent from
    here, and a score that somebody else gave is left alone.
    """
    if product != CANVAS:
        return score
    shown = shown_points(result, score)
    ours = [share * score.score_maximum for share in delivery.sent_shares]
    if shown is not None and not any(same_points(shown, points) for points in ours):
        return Differs("overridden", shown, was_sent=False)
    return replace(score, replaces=may_stand(delivery))


def stands(result: Result | None, delivery: Delivery, score: Score, product: str) -> bool:
    """Whether the LMS shows this score, with its comment as far as it tells comments."""
    shown = shown_points(result, score)
    if result is None or shown is None or not same_points(shown, score.score_given):
        return False
    return _same_comment(result, delivery.comment, product)


def after_arrival(
    result: Result | None, delivery: Delivery, score: Score, product: str
) -> Delivered | Differs:
    """Return what it means that the LMS took the score and shows `result`."""
    shown = shown_points(result, score)
    if stands(result, delivery, score, product):
        return Delivered(shown)
    if shown is None:
        return Differs("not_shown")
    if same_points(shown, score.score_given):
        return Differs("comment", shown)
    capped = shown < score.score_given and shown == score.score_maximum
    return Differs("capped" if capped else "overridden", shown)


def after_conflict(
    stored_at: datetime | None, delivery: Delivery, reply: Reply, now: datetime, chance: float
) -> Restamp | Refused | Dead:
    """Return what to do where the LMS says that its own score is as new as this one.

    stored_at: when that one was given, where known. chance: in [0, 1).
    """
    earliest = [now, delivery.timestamp + A_SECOND]
    stamp = max([*earliest, stored_at + A_SECOND] if stored_at else earliest)
    if stamp > now + TOO_FAR_AHEAD:
        return Refused("future", reply.words)
    if is_given_up(delivery, now):
        return Dead("conflict", reply.words)
    wait = back_off(delivery.tries, chance) if delivery.tries > 1 else 0.0
    return Restamp(stamp, max(stamp, now + timedelta(seconds=wait)), reply.words)


def after_failure(
    delivery: Delivery, reply: Reply, product: str, now: datetime, chance: float
) -> Again | Refused | Dead:
    """Return what to do where a score did not arrive. chance: in [0, 1)."""
    if not is_passing(reply):
        return Refused(BY_STATUS.get(reply.status, "refused"), reply.words)
    reason = _passing_reason(reply, product)
    if is_given_up(delivery, now):
        return Dead(reason, reply.words)
    wait = max(back_off(delivery.tries, chance), reply.retry_after or 0.0)
    return Again(now + timedelta(seconds=wait), reason, reply.words)


def is_given_up(delivery: Delivery, now: datetime) -> bool:
    """Whether it was tried for a day."""
    return now - delivery.first_tried_at >= GIVEN_UP_AFTER


def is_conflict(reply: Reply) -> bool:
    """Whether the LMS holds a score that is as new: Moodle says 409, Canvas 400 and why."""
    words = reply.words.lower()
    of_canvas = "timestamp" in words and "submitted_at" not in words and "not a valid" not in words
    return reply.status == 409 or (reply.status == 400 and of_canvas)


def is_passing(reply: Reply) -> bool:
    """Whether the trouble may pass by itself; Canvas throttles with 403."""
    throttled = reply.status == 403 and "rate limit" in reply.words.lower()
    return reply.status in {NO_ANSWER, 408, 425, 429} or reply.status >= 500 or throttled


def back_off(tries: int, chance: float) -> float:
    """Return seconds to wait: up to twice as many after each try, and any number below that.

    Senders that failed together so do not come again together.
    """
    most = min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(max(tries, 1) - 1, 20))
    return max(SHORTEST_WAIT, most * chance)


def stored_time(result: Result | None, reply: Reply) -> datetime | None:
    """Return when the LMS's score was given: by its result, or by the last time in its words."""
    if result is not None and result.timestamp is not None:
        return result.timestamp
    times = re.findall(r"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:?\d\d)", reply.words)
    return aware_time(times[-1]) if times else None


def shown_points(result: Result | None, score: Score) -> float | None:
    """Return what is shown, as points of the line item."""
    if result is None or result.score is None:
        return None
    maximum = result.maximum if result.maximum and result.maximum > 0 else score.score_maximum
    return result.score * score.score_maximum / maximum


def same_points(one: float, other: float) -> bool:
    """Whether two scores are the same in a gradebook."""
    return abs(one - other) <= SAME_WITHIN


def _same_comment(result: Result, comment: str, product: str) -> bool:
    if result.comment is None and product not in {MOODLE, CANVAS}:
        return True  # it does not tell comments
    return (result.comment or "").split() == comment.split()


def _passing_reason(reply: Reply, product: str) -> str:
    if reply.code:
        return reply.code
    if reply.status == NO_ANSWER:
        return "no_answer"
    if reply.status in {403, 429}:
        return "throttled"
    return "locked" if reply.status == 500 and product == MOODLE else "server"
