"""Names and roles: who is in the course."""

from dataclasses import dataclass, field

from autograder.lti.paging import entries, mapping, pages
from autograder.lti.roles import InCourse, in_course
from autograder.lti.service import Authorized
from autograder.lti.urls import is_storable, with_query

MEDIA_TYPE = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
A_PAGE = "200"


@dataclass(frozen=True)
class Member(InCourse):
    """A person of the course. name: None where the LMS does not tell it."""

    user_id: str
    roles: tuple[str, ...] = ()
    active: bool = True
    name: str | None = field(default=None, repr=False)


def members(client: Authorized, url: str) -> list[Member]:
    """Return everybody in the course. Raises ServiceError, FetchError."""
    return [
        Member(
            user_id=entry["user_id"],
            roles=in_course(_texts(entry.get("roles"))),
            active=entry.get("status", "Active") == "Active",
            name=_text(entry.get("name")),
        )
        for page in pages(client, with_query(url, {"limit": A_PAGE}), MEDIA_TYPE)
        for entry in entries(mapping(page).get("members"))
        if _text(entry.get("user_id"))
    ]


def _texts(value: object) -> list[str]:
    return [entry for entry in value if isinstance(entry, str)] if isinstance(value, list) else []


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value and is_storable(value) else None
