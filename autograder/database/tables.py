"""The tables of the LTI tool: who launches, what was handed in, and what the LMS is to be told.

A hash is SHA-256 in hexadecimal, of a secret that is never stored itself.
"""

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from autograder.database.columns import Base, one_of, within

AttemptState = Literal["queued", "grading", "graded", "failed"]
OutboxState = Literal["waiting", "delivered", "differs", "refused", "dead"]
Role = Literal["student", "instructor"]
Keep = Literal["best", "last", "first"]


class Platform(Base, kw_only=True):
    """An LMS that may launch us, as one client of it."""

    __tablename__ = "platform"
    __table_args__ = (UniqueConstraint("issuer", "client_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    issuer: Mapped[str]
    client_id: Mapped[str]
    name: Mapped[str]
    product: Mapped[str] = mapped_column(default="")  # product_family_code, "moodle" or "canvas"
    auth_url: Mapped[str]
    token_url: Mapped[str]
    keyset_url: Mapped[str]
    audience: Mapped[str | None] = mapped_column(
        default=None
    )  # of our assertions, if not token_url
    jwks: Mapped[dict[str, Any] | None] = mapped_column(default=None)
    jwks_at: Mapped[datetime | None] = mapped_column(default=None)
    jwks_tried_at: Mapped[datetime | None] = mapped_column(default=None)
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]


class Deployment(Base, kw_only=True):
    """One place in a platform where the tool is installed."""

    __tablename__ = "deployment"
    __table_args__ = (UniqueConstraint("platform_id", "deployment_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    platform_id: Mapped[int] = mapped_column(within("platform"))
    deployment_id: Mapped[str]


class Invitation(Base, kw_only=True):
    """A link with which one platform registers itself, once."""

    __tablename__ = "invitation"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    note: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None] = mapped_column(default=None)


class Login(Base, kw_only=True):
    """A login that the platform began, from its redirect until its id_token."""

    __tablename__ = "login"

    state_hash: Mapped[str] = mapped_column(primary_key=True)
    browser_hash: Mapped[str]
    nonce_hash: Mapped[str] = mapped_column(unique=True)
    platform_id: Mapped[int] = mapped_column(within("platform"), index=True)
    target_link_uri: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None] = mapped_column(default=None)


class User(Base, kw_only=True):
    """A person as one platform knows them. `pseudonym` stands in folders, records and logs."""

    __tablename__ = "lms_user"  # `user` means something else in PostgreSQL
    __table_args__ = (UniqueConstraint("platform_id", "sub"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    platform_id: Mapped[int] = mapped_column(within("platform"))
    sub: Mapped[str]
    pseudonym: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str | None] = mapped_column(default=None)
    email: Mapped[str | None] = mapped_column(default=None)
    sis_id: Mapped[str | None] = mapped_column(default=None)
    created_at: Mapped[datetime]


class Link(Base, kw_only=True):
    """A link in a course of the LMS to one assignment, with the teacher's policy for it."""

    __tablename__ = "link"
    __table_args__ = (
        UniqueConstraint("platform_id", "deployment_id", "context_id", "resource_link_id"),
        one_of("keep", Keep),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    platform_id: Mapped[int] = mapped_column(within("platform"))
    deployment_id: Mapped[str]
    context_id: Mapped[str]
    context_title: Mapped[str] = mapped_column(default="")
    resource_link_id: Mapped[str]
    title: Mapped[str] = mapped_column(default="")
    assignment: Mapped[str]
    lineitem_url: Mapped[str | None] = mapped_column(default=None)
    lineitems_url: Mapped[str | None] = mapped_column(default=None)
    memberships_url: Mapped[str | None] = mapped_column(default=None)
    scopes: Mapped[list[str]] = mapped_column(default_factory=list)
    due_at: Mapped[datetime | None] = mapped_column(default=None)
    lms_due_at: Mapped[datetime | None] = mapped_column(default=None)  # what the LMS told last
    closes_at: Mapped[datetime | None] = mapped_column(default=None)
    late_penalty_per_day: Mapped[float] = mapped_column(default=0.0)  # share of the maximum, 0..1
    late_penalty_cap: Mapped[float] = mapped_column(default=1.0)  # share of the maximum, 0..1
    keep: Mapped[Keep] = mapped_column(String, default="best")
    attempts_allowed: Mapped[int | None] = mapped_column(default=None)
    cool_down_seconds: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]


class WebSession(Base, kw_only=True):
    """What the cookie of a browser stands for, from a launch until it expires."""

    __tablename__ = "web_session"
    __table_args__ = (one_of("role", Role),)

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(within("lms_user"), index=True)
    link_id: Mapped[int | None] = mapped_column(within("link"), index=True, default=None)
    role: Mapped[Role] = mapped_column(String)
    language: Mapped[str]
    csrf_token: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    deep_link: Mapped[dict[str, Any] | None] = mapped_column(default=None)
    return_url: Mapped[str | None] = mapped_column(default=None)


class AccessToken(Base, kw_only=True):
    """A token that a platform gave us for some scopes (separated by spaces, sorted)."""

    __tablename__ = "access_token"

    platform_id: Mapped[int] = mapped_column(within("platform"), primary_key=True)
    scopes: Mapped[str] = mapped_column(primary_key=True)
    token: Mapped[str]
    expires_at: Mapped[datetime]


class Attempt(Base, kw_only=True):
    """One file that a person handed in at a link. This table is the queue of the graders too."""

    __tablename__ = "attempt"
    __table_args__ = (
        UniqueConstraint("user_id", "link_id", "sha256"),
        UniqueConstraint("user_id", "link_id", "number"),
        one_of("state", AttemptState),
        Index(None, "state", "regrade", "received_at"),
        {"sqlite_autoincrement": True},  # a late grader never meets another attempt under its id
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    public_id: Mapped[str] = mapped_column(unique=True)  # in addresses of pages
    user_id: Mapped[int] = mapped_column(within("lms_user"))
    link_id: Mapped[int] = mapped_column(within("link"), index=True)
    number: Mapped[int]  # 1, 2, …, for each person and link
    sha256: Mapped[str]
    file_name: Mapped[str]
    received_at: Mapped[datetime]
    state: Mapped[AttemptState] = mapped_column(String, default="queued")
    lease_owner: Mapped[str | None] = mapped_column(default=None)
    lease_until: Mapped[datetime | None] = mapped_column(default=None)
    tries: Mapped[int] = mapped_column(default=0)
    begun_at: Mapped[datetime | None] = mapped_column(default=None)
    finished_at: Mapped[datetime | None] = mapped_column(default=None)
    regrade: Mapped[bool] = mapped_column(default=False)  # somebody asked for it once more


class Upload(Base, kw_only=True):
    """The file of an attempt, accepted in the transaction that accepts the attempt."""

    __tablename__ = "upload"

    attempt_id: Mapped[int] = mapped_column(within("attempt"), primary_key=True)
    content: Mapped[bytes]


class Result(Base, kw_only=True):
    """What grading an attempt gave, last time."""

    __tablename__ = "result"

    attempt_id: Mapped[int] = mapped_column(within("attempt"), primary_key=True)
    record: Mapped[dict[str, Any]]  # result.json, docs/reference/result-record.md
    page: Mapped[str]  # the feedback page, HTML
    score: Mapped[float | None]
    max_score: Mapped[float]
    graded_at: Mapped[datetime]


class Outbox(Base, kw_only=True):
    """The score that a line item is to show for a person: the newest one only."""

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("user_id", "lineitem_url"),
        one_of("state", OutboxState),
        Index(None, "state", "next_at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    user_id: Mapped[int] = mapped_column(within("lms_user"))
    link_id: Mapped[int] = mapped_column(within("link"), index=True)
    lineitem_url: Mapped[str]
    attempt_id: Mapped[int] = mapped_column(within("attempt"), index=True)
    score_given: Mapped[float]
    score_maximum: Mapped[float]
    comment: Mapped[str]
    timestamp: Mapped[datetime]  # of the score: decides which of two is the newer
    restamped_at: Mapped[datetime | None] = mapped_column(default=None)  # sent instead, after a 409
    submitted_at: Mapped[datetime]
    state: Mapped[OutboxState] = mapped_column(String, default="waiting")
    reason: Mapped[str] = mapped_column(default="")  # a code
    detail: Mapped[str] = mapped_column(default="")  # the LMS's words
    shown_score: Mapped[float | None] = mapped_column(default=None)
    comment_sent: Mapped[str | None] = mapped_column(default=None)
    sent_shares: Mapped[list[float] | None] = mapped_column(default=None)  # all that was tried
    tries: Mapped[int] = mapped_column(default=0)
    first_tried_at: Mapped[datetime | None] = mapped_column(default=None)
    next_at: Mapped[datetime]
    delivered_at: Mapped[datetime | None] = mapped_column(default=None)
    lease_owner: Mapped[str | None] = mapped_column(default=None)
    lease_until: Mapped[datetime | None] = mapped_column(default=None)


class Alert(Base, kw_only=True):
    """Something that an instructor should know. The text names nobody."""

    __tablename__ = "alert"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    link_id: Mapped[int | None] = mapped_column(within("link"), index=True, default=None)
    attempt_id: Mapped[int | None] = mapped_column(within("attempt"), index=True, default=None)
    created_at: Mapped[datetime]
    text: Mapped[str]
    seen_at: Mapped[datetime | None] = mapped_column(default=None)
