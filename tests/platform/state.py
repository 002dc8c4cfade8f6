"""What a platform holds in memory, for tests to look at and to change."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

Role = Literal["student", "teacher"]

SCOPES = (
    LINEITEM := "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem",
    LINEITEM_READ := "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem.readonly",
    RESULT_READ := "https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly",
    SCORE := "https://purl.imsglobal.org/spec/lti-ags/scope/score",
    MEMBERS := "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly",
)


@dataclass(frozen=True)
class User:
    """A person of the platform; `id` is the `sub` of a launch."""

    id: str
    name: str
    sis_id: str = ""
    locale: str = "en"

    @property
    def username(self) -> str:
        return self.name.split()[0].lower()

    @property
    def email(self) -> str:
        return f"{self.username}@example.invalid"


@dataclass
class Grade:
    """One cell of the gradebook: what the tool sent last, and what a teacher did to it."""

    score: float | None = None
    maximum: float = 1.0
    comments: list[str] = field(default_factory=list)
    timestamp: datetime | None = None
    overridden: float | None = None
    """A teacher's grade, out of the line item's maximum."""
    locked: bool = False
    attempts: int = 0
    submission: dict[str, Any] = field(default_factory=dict)
    """What the last score said about the submission, in Canvas's extension or in `submission`."""


@dataclass
class LineItem:
    """A column of the gradebook."""

    id: str
    label: str
    maximum: float = 100.0
    resource_link_id: str = ""
    resource_id: str = ""
    tag: str = ""
    attempts_allowed: int | None = None
    locked: bool = False
    grades: dict[str, Grade] = field(default_factory=dict)

    def grade(self, user: User | str) -> Grade:
        """Return a user's cell, an empty one where there was none."""
        key = user if isinstance(user, str) else user.id
        return self.grades.setdefault(key, Grade())


@dataclass
class Link:
    """An activity of a course that launches the tool."""

    id: str
    title: str
    custom: dict[str, str] = field(default_factory=dict)
    item: LineItem | None = None


@dataclass
class Course:
    """A course with its members, activities and gradebook; `forbidden`: the tool is not allowed."""

    id: str
    title: str
    members: dict[str, Role] = field(default_factory=dict)
    links: dict[str, Link] = field(default_factory=dict)
    items: dict[str, LineItem] = field(default_factory=dict)
    forbidden: bool = False


@dataclass
class Tool:
    """A tool as the platform knows it."""

    client_id: str
    login_url: str
    target_url: str
    redirect_uris: tuple[str, ...]
    keyset_url: str | None = None
    public_key: str | None = None
    """A key in PEM form, for a registration by hand that fetches nothing."""
    deployment_id: str = "1"
    active: bool = True
    scopes: tuple[str, ...] = SCOPES
    registered_with: dict[str, Any] = field(default_factory=dict)
    keyset: dict[str, Any] | None = None
    """The tool's keys as they were fetched last; fetched again for a key that is not there."""


@dataclass(frozen=True)
class Token:
    """An access token that the platform gave out."""

    client_id: str
    scopes: frozenset[str]
    ends_at: datetime


@dataclass(frozen=True)
class Seen:
    """A request that reached the platform."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: str
    status: int


@dataclass
class Failure:
    """An answer that the platform gives instead of doing its work, some times."""

    path_part: str
    status: int
    times: int
    body: str
    headers: dict[str, str]
