"""From the LMS to a page of ours: login, launch, key set.

A login first sets a cookie and comes back to itself: where the browser keeps no cookie, nothing is
asked of the LMS yet, and a tab of its own can begin anew (Moodle answers a login once only).
"""

import hmac
from datetime import timedelta
from urllib.parse import urlencode

from flask import Blueprint, Response, g, jsonify, redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from autograder.database import logins, platforms, sessions
from autograder.database.tables import Platform
from autograder.lti.claims import Launch
from autograder.lti.errors import LaunchError
from autograder.lti.id_token import verify
from autograder.lti.jwks import KeySet, KeySetState
from autograder.lti.login import LoginRequest, begin_login, digest, login_request, nonce_of
from autograder.web import arriving, visits
from autograder.web.errors import StopError
from autograder.web.pages import page, words_for
from autograder.web.protection import by_any_platform, by_platform
from autograder.web.site import site

routes = Blueprint("launching", __name__, url_prefix="/lti")

LAUNCH = "/lti/launch"
LOGIN_LASTS = timedelta(minutes=5)
PROBE = "__Host-kit-probe"
BROWSER = "__Host-kit-login-"
"""Begins the names of cookies that bind one login each to this browser; a hash follows."""

TRIED = "cookies"
LOGIN_FIELDS = ("iss", "login_hint", "target_link_uri", "client_id", "lti_message_hint")


@routes.route("/login", methods=["GET", "POST"])
def login() -> AnyResponse | str:
    """Send the browser to the LMS, which says who it is."""
    params = {name: request.values[name] for name in LOGIN_FIELDS if name in request.values}
    asked = login_request(params)
    platform = _platform(asked)
    by_platform(platform.issuer)
    if TRIED not in request.args:
        answer = redirect("/lti/login?" + urlencode(params | {TRIED: "1"}), 303)
        visits.set_cookie(answer, PROBE, "1", LOGIN_LASTS)
        return answer
    if PROBE not in request.cookies:
        return page("new_tab.html", address="/lti/login?" + urlencode(params))
    return _to_lms(asked, platform)


def _to_lms(asked: LoginRequest, row: Platform) -> AnyResponse:
    with site().db.transaction() as session:
        platform = arriving.platform_of(session, row)
        going = begin_login(asked, platform, site().settings.url(LAUNCH))
        now = site().clock()
        logins.begin(
            session,
            state_hash=digest(going.state),
            browser_hash=digest(going.browser_secret),
            nonce_hash=digest(going.nonce),
            platform_id=row.id,
            target_link_uri=asked.target_link_uri,
            now=now,
            lifetime=LOGIN_LASTS,
        )
    answer = redirect(going.url, 302)
    visits.set_cookie(answer, _cookie_of(going.state), going.browser_secret, LOGIN_LASTS)
    return answer


def _platform(asked: LoginRequest) -> Platform:
    """Return the platform that a login names. Raises LaunchError."""
    with site().db.reading() as session:
        found = platforms.find(session, asked.issuer, asked.client_id)
    if found is None:
        raise LaunchError(
            "The login is of an LMS that is not registered here, or does not say of which of its "
            "clients. Register it with an invitation (autograder lti invite), or by hand "
            "(autograder lti add).",
            "platform",
        )
    return found


@routes.post("/launch")
def launch() -> AnyResponse:
    """Verify what the LMS says, begin a visit, and go on to its first page."""
    if error := request.form.get("error"):
        raise LaunchError(f"The LMS refuses the login: {error[:100]}.", "lms")
    state, token = request.form.get("state", ""), request.form.get("id_token", "")
    secret = request.cookies.get(_cookie_of(state), "")
    if not secret:
        raise StopError("no_cookie", 400)
    said, row = _verified(state, secret, token)
    with site().db.transaction() as session:
        where, cookie = _begun(session, said, row)
    answer = redirect(where, 303)
    visits.set_cookie(answer, visits.COOKIE, cookie, visits.LASTS)
    answer.delete_cookie(
        _cookie_of(state), secure=True, httponly=True, samesite="None", partitioned=True
    )
    return answer


def _verified(state: str, secret: str, token: str) -> tuple[Launch, Platform]:
    """Use up the login, whatever comes of it, and verify the token. Raises LaunchError."""
    now = site().clock()
    with site().db.transaction() as session:
        used = logins.use(session, digest(state), digest(secret), now)
        row = session.get(Platform, used.platform_id) if used else None
        platform = arriving.platform_of(session, row) if row else None
    if used is None or row is None or platform is None:
        raise LaunchError(
            "The launch belongs to no login of this browser: it took more than five minutes, or "
            "was used before. Open the activity in the LMS again.",
            "state",
        )
    by_platform(row.issuer)
    nonce = nonce_of(secret, state)
    if not hmac.compare_digest(digest(nonce), used.nonce_hash):
        raise LaunchError("The launch is not for this login.", "nonce")
    known = KeySetState(row.jwks, row.jwks_at, row.jwks_tried_at)
    keys = KeySet(row.keyset_url, site().fetcher, known)
    try:
        said = verify(
            token, platform, keys, nonce=nonce, target_link_uri=used.target_link_uri, now=now
        )
    finally:
        if keys.state is not known:
            _keep_keys(row.id, keys.state)
    return said, row


def _keep_keys(platform_id: int, state: KeySetState) -> None:
    with site().db.transaction() as session:
        row = session.get_one(Platform, platform_id)
        row.jwks = dict(state.jwks) if state.jwks is not None else None
        row.jwks_at, row.jwks_tried_at = state.fetched_at, state.tried_at


def _begun(session: Session, said: Launch, platform: Platform) -> tuple[str, str]:
    """Begin the visit; return its first page and its cookie. Raises StopError."""
    if not (said.is_instructor or said.is_learner):
        raise StopError("no_role", 403)
    if said.deep_linking is not None and not said.is_instructor:
        raise StopError("teachers_only", 403)
    now = site().clock()
    if said.product and not platform.product:
        session.get_one(Platform, platform.id).product = said.product
    user = arriving.person(session, said, platform.id, site().settings, now)
    link = None
    if said.deep_linking is None:
        link = arriving.link(session, said, platform.id, site(), now)
    session.flush()
    visit = sessions.Visit(
        user_id=user.id,
        link_id=link.id if link else None,
        role=visits.INSTRUCTOR if said.is_instructor else visits.STUDENT,
        language=words_for(said.locale).lang,
        deep_link=_deep_link(said),
        return_url=said.return_url,
    )
    return visits.first_page(visit), visits.begin(session, visit)


def _deep_link(said: Launch) -> dict[str, object] | None:
    asked = said.deep_linking
    if asked is None:
        return None
    return {
        "deployment_id": said.deployment_id,
        "return_url": asked.return_url,
        "accept_line_item": asked.accept_line_item,
        "data": asked.data,
        "title": said.context_title,
    }


@routes.get("/jwks")
def jwks() -> Response:
    """Publish the tool's public keys."""
    answer = jsonify(site().keys.jwks(site().clock()))
    answer.headers["Cache-Control"] = "public, max-age=3600"
    return answer


@routes.errorhandler(LaunchError)
def refused(error: LaunchError) -> tuple[str, int]:
    """Say why a launch was refused."""
    if not g.get("ancestors"):
        by_any_platform()
    g.log_code = error.code
    return page("message.html", code="launch_refused", sentence=str(error), values={}), 400


def _cookie_of(state: str) -> str:
    return BROWSER + digest(state)[:16]
