"""Send one score, and find out what the gradebook shows then."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from autograder.lti import delivery as policy
from autograder.lti.ags import LineItemClient, Result
from autograder.lti.errors import FetchError, ServiceError
from autograder.lti.fetching import Response
from autograder.lti.scores import Score
from autograder.lti.service import (
    LINE_ITEM_SCOPE,
    READ_LINE_ITEM_SCOPE,
    RESULT_SCOPE,
    SCORE_SCOPE,
    retry_after,
)
from autograder.lti.steps import NO_ANSWER, Delivered, Delivery, Differs, Refused, Reply, Step
from autograder.lti.words import lms_words


def deliver(
    row: Delivery, item: LineItemClient, now: datetime, random: Callable[[], float]
) -> Step:
    """Send a score and return what is to be done with its row. Raises nothing that an LMS causes.

    random: gives numbers in [0, 1).
    """
    if SCORE_SCOPE not in item.client.scopes:
        return Refused("no_scope")
    if step := policy.before_sending(row, now):
        return step
    try:
        return _Sending(row, item, now, random).step()
    except (FetchError, ServiceError) as error:
        product = item.client.tokens.platform.product
        return policy.after_failure(row, _reply_of(error), product, now, random())


@dataclass(frozen=True)
class _Sending:
    row: Delivery
    item: LineItemClient
    now: datetime
    random: Callable[[], float]

    @property
    def product(self) -> str:
        return self.item.client.tokens.platform.product

    def step(self) -> Step:
        score = policy.score_of(self.row, self.product, self._item_maximum())
        looked = policy.look_first(self.row, score, self.product)
        result = self._result() if looked else None
        if policy.stands(result, self.row, score, self.product):
            return Delivered(score.score_given)
        allowed = policy.over_ours(result, self.row, score, self.product)
        if isinstance(allowed, Differs):
            return allowed
        answer = self.item.post_score(allowed)
        if 200 <= answer.status < 300:
            return self._arrived(score)
        reply = self._reply(answer)
        if policy.is_conflict(reply):
            return self._in_conflict(score, reply)
        return policy.after_failure(self.row, reply, self.product, self.now, self.random())

    def _item_maximum(self) -> float | None:
        """The line item's maximum; a teacher may have changed it."""
        if not {LINE_ITEM_SCOPE, READ_LINE_ITEM_SCOPE} & set(self.item.client.scopes):
            return None
        try:
            return self.item.get_line_item().score_maximum
        except ServiceError as error:
            if _is_closed_to_us(error, {401, 403, 405}):
                return None
            raise

    def _arrived(self, score: Score) -> Step:
        if RESULT_SCOPE not in self.item.client.scopes:
            return Delivered()
        try:
            result = self._result()
        except (FetchError, ServiceError):
            return Delivered()
        return policy.after_arrival(result, self.row, score, self.product)

    def _in_conflict(self, score: Score, reply: Reply) -> Step:
        result = self._result()
        if policy.stands(result, self.row, score, self.product):
            return Delivered(policy.shown_points(result, score))
        stored_at = policy.stored_time(result, reply)
        return policy.after_conflict(stored_at, self.row, reply, self.now, self.random())

    def _result(self) -> Result | None:
        """What is shown; None where nothing is, or the LMS does not let us look."""
        if RESULT_SCOPE not in self.item.client.scopes:
            return None
        try:
            return self.item.result(self.row.user_id)
        except ServiceError as error:
            if _is_closed_to_us(error, {401, 403, 404}):
                return None
            raise

    def _reply(self, answer: Response) -> Reply:
        return Reply(answer.status, lms_words(answer), retry_after(answer, self.now))


def _is_closed_to_us(error: ServiceError, statuses: set[int]) -> bool:
    """Whether the LMS never lets us look; a throttle of Canvas looks nearly the same."""
    return error.status in statuses and not policy.is_passing(_reply_of(error))


def _reply_of(error: FetchError | ServiceError) -> Reply:
    """No token is trouble of the whole platform, which an admin may mend: as if none answered."""
    if isinstance(error, FetchError):
        return Reply(NO_ANSWER, str(error))
    if error.code in {"token", "keyset"}:
        return Reply(NO_ANSWER, str(error), code=error.code)
    return Reply(error.status, str(error))
