"""A browser's visit: from a launch, by a cookie that says nothing, to who is here and why.

The cookie holds 256 random bits, the database their hash. Who it is, which link was opened and as
what all stands in the database: nothing in an address or a form can name another.
"""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from typing import Final, ParamSpec, TypeVar

from flask import g, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from autograder.database import sessions
from autograder.database.tables import Link, Platform, User, WebSession
from autograder.web.errors import StopError
from autograder.web.site import site

COOKIE = "__Host-kit"
LASTS = timedelta(hours=8)
STUDENT: Final = "student"
INSTRUCTOR: Final = "instructor"
CSRF_FIELD = "csrf"

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class Visit:
    """Who is here: rows as they were when the request came. link: None while one is chosen."""

    row: WebSession
    user: User
    platform: Platform
    link: Link | None

    @property
    def teaches(self) -> bool:
        """Whether it is an instructor's."""
        return self.row.role == INSTRUCTOR


def current() -> Visit | None:
    """Return the visit that the request's cookie stands for, or None."""
    if "visit" not in g:
        g.visit = _found(request.cookies.get(COOKIE, ""))
    visit: Visit | None = g.visit
    return visit


def _found(token: str) -> Visit | None:
    if not token:
        return None
    with site().db.reading() as session:
        row = sessions.find(session, token, site().clock())
        if row is None:
            return None
        user = session.get_one(User, row.user_id)
        platform = session.get_one(Platform, user.platform_id)
        link = session.get(Link, row.link_id) if row.link_id is not None else None
        return Visit(row, user, platform, link) if platform.active else None


def required() -> Visit:
    """Return the visit. Raises StopError where there is none."""
    visit = current()
    if visit is None:
        raise StopError("session_over", 401)
    return visit


def first_page(visit: WebSession | sessions.Visit) -> str:
    """Return where a visit begins."""
    if visit.link_id is None:
        return "/lti/pick"
    return "/i/" if visit.role == INSTRUCTOR else "/a/"


def at_link() -> tuple[Visit, Link]:
    """Return the visit and the link that was opened. Raises StopError where there is none."""
    visit = required()
    if visit.link is None:
        raise StopError("session_over", 401)
    return visit, visit.link


def teachers_only(view: Callable[P, T]) -> Callable[P, T]:
    """Refuse students. Decorates a view."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> T:
        if not required().teaches:
            raise StopError("teachers_only", 403)
        return view(*args, **kwargs)

    return guarded


def check_csrf() -> None:
    """Refuse a form that does not come from a page of this visit. Raises StopError."""
    visit = current()
    if visit is None:  # before anything of the form is read: whoever sends it is nobody
        raise StopError("stale_form", 403)
    sent = request.form.get(CSRF_FIELD, "")
    if not hmac.compare_digest(sent.encode(), visit.row.csrf_token.encode()):
        raise StopError("stale_form", 403)


def begin(session: Session, visit: sessions.Visit) -> str:
    """Begin a visit, and end the one that this browser had. Returns the cookie's new value."""
    sessions.end(session, request.cookies.get(COOKIE, ""))
    return sessions.start(session, visit, site().clock(), LASTS)


def set_cookie(response: Response, name: str, value: str, lasts: timedelta) -> None:
    """Set a cookie for this host alone that works within a page of another site."""
    response.set_cookie(
        name,
        value,
        max_age=lasts,
        path="/",
        secure=True,
        httponly=True,
        samesite="None",
        partitioned=True,
    )
