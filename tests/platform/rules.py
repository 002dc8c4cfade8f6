"""What one LMS does with what a tool sends: every trap that Moodle and Canvas set is a switch."""

from dataclasses import dataclass
from datetime import UTC, timedelta, timezone
from typing import Literal


@dataclass(frozen=True)
class Rules:
    """The behaviour of a platform. The defaults are the specification's, without a trap."""

    product: str = "example"
    """What the registration and each launch call `product_family_code`."""

    # Registration and launch
    needs_activation: bool = False
    """A registered tool can do nothing before the administrator activates it."""
    id_token_seconds: int = 3600
    """How long an id_token lives, from `iat` to `exp`."""
    sends_username: bool = False
    """Launches carry the claim `ext.user_username`."""
    sends_sis_id: bool = False
    """Launches carry the claim `lis.person_sourcedid`."""
    shares_names: bool = True
    """Launches and the list of members carry names and email addresses."""
    deep_linking_data: str | None = "kept-for-the-platform"
    """The setting `data`, which the answer must repeat; None: none is sent and none accepted."""

    # Access tokens
    token_content_type: str = "application/json"
    token_seconds: int = 3600
    checks_audience: bool = True
    """The assertion's `aud` must be the address of the token endpoint."""
    refuses_future_iat: bool = True
    """The assertion's `iat` must not lie ahead of the platform's clock."""
    keyset_blocked: bool = False
    """The platform may not fetch the tool's keys: 404, and a page of HTML that misleads."""

    # Scores
    lineitem_query: bool = False
    """A line item's URL has a query, and belongs to nobody without it."""
    whole_seconds: bool = False
    """Timestamps are compared by the second."""
    refuses_same_time: bool = False
    """A score as old as the stored one is refused, not only an older one."""
    stale_status: int = 409
    server_zone: timezone = UTC
    """Where a timestamp without an offset is read."""
    needs_score_maximum: bool = False
    """422 without `scoreMaximum`; else it is taken for 1."""
    not_student_status: int = 400
    not_allowed_status: int = 403
    deleted_status: int = 404
    locked_status: int = 500
    throttle_status: int = 429
    comments: Literal["replaced", "appended"] = "replaced"
    """Replaced: a score without a comment clears the one that stands there."""
    override_stays: bool = True
    """A teacher's grade stays whatever is sent, and the answer is 200 all the same."""
    keeps_any_score_when_told: bool = False
    """`prioritize_non_tool_grade` keeps whatever score stands there, the tool's own too."""
    caps_shown: bool = False
    """What is shown never lies above the line item's maximum."""
    counts_submissions: bool = False
    """Each score is a new attempt unless it says otherwise; 422 when none is left."""

    # Answers
    strict_accept: bool = False
    """400 where `Accept` names another type than the service's own, or several."""
    errors: Literal["reason", "errors"] = "errors"
    """How the JSON of a refusal is made: `reason` beside `status`, or Canvas's `errors.message`."""
    result_timestamps: bool = False
    scales_results: bool = False
    """Results are out of the line item's maximum, not out of the maximum that was sent."""
    page_size: int | None = None
    """How many entries a page holds where the tool sends no `limit`."""
    typographic_links: bool = False
    """`Link` headers of results have typographic quotes and `&amp;`."""


MOODLE = Rules(
    product="moodle",
    needs_activation=True,
    id_token_seconds=60,
    sends_username=True,
    sends_sis_id=True,
    deep_linking_data=None,
    token_content_type="text/html; charset=utf-8",
    checks_audience=False,
    lineitem_query=True,
    whole_seconds=True,
    refuses_same_time=True,
    caps_shown=True,
    strict_accept=True,
    errors="reason",
    result_timestamps=True,
    scales_results=True,
    typographic_links=True,
)
"""As a Moodle 4.5 was seen to behave, or as its source says."""

CANVAS = Rules(
    product="canvas",
    deep_linking_data="kept-for-the-platform",
    stale_status=400,
    needs_score_maximum=True,
    not_student_status=422,
    throttle_status=403,
    comments="appended",
    override_stays=False,
    keeps_any_score_when_told=True,
    counts_submissions=True,
    page_size=10,
)
"""As the source of Canvas says."""

SUBMITTED_AHEAD = timedelta(minutes=1)
"""How far `submitted_at` may lie ahead of Canvas's clock."""
