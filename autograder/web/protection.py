"""Headers that every answer carries, and the check of every form."""

import re

from flask import Flask, Response, g, request
from sqlalchemy import select

from autograder.database.tables import Platform
from autograder.lti.urls import origin
from autograder.web import visits
from autograder.web.site import site

WITHOUT_CSRF = frozenset({"launching.login", "launching.launch"})
"""They come from the LMS. What protects them is the state, bound to the browser and used once."""

POLICY = {
    "default-src": "'none'",
    "style-src": "'self'",
    "script-src": "'self'",
    "img-src": "'self'",
    "connect-src": "'self'",
    "frame-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
}
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Strict-Transport-Security": "max-age=31536000",
}
HOSTED = {
    "https://canvas.instructure.com": "https://*.instructure.com",
    "https://sso.canvaslms.com": "https://*.instructure.com",
    "https://blackboard.com": "https://*.blackboard.com",
}
"""Issuers whose schools have hosts of their own: what embeds us is not the issuer's page."""

LARGEST_LAUNCH = 600_000
"""Bytes of a form that anybody can send."""

UNSAFE = re.compile(r"[\s;,'\"]")


def protect(app: Flask) -> None:
    """Check forms before a view sees them, and put the headers on whatever is answered."""

    @app.before_request
    def forms() -> None:
        safe = request.method in {"GET", "HEAD", "OPTIONS"}
        if request.endpoint in WITHOUT_CSRF:
            request.max_content_length = LARGEST_LAUNCH
        elif not safe:
            visits.check_csrf()

    @app.after_request
    def headers(response: Response) -> Response:
        response.headers.update(HEADERS)
        if "Content-Security-Policy" not in response.headers:
            response.headers["Content-Security-Policy"] = policy()
        if "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "no-store"
        return response

    @app.teardown_request
    def close(_error: BaseException | None) -> None:
        request.close()  # large files of a form lie in temporary ones


def policy(**changes: str) -> str:
    """Return the Content-Security-Policy of a page. changes: directives, with _ for -."""
    directives = POLICY | {name.replace("_", "-"): value for name, value in changes.items()}
    directives["frame-ancestors"] = frame_ancestors()
    return "; ".join(f"{name} {value}" for name, value in directives.items() if value)


def frame_ancestors() -> str:
    """Return who may show the page inside its own: the LMS of this visit, or nobody.

    A page that only says why there is no visit may be shown by every registered LMS
    (`by_any_platform`).
    """
    sources = set(g.get("ancestors", ()))
    if (visit := g.get("visit")) is not None:
        urls = [visit.platform.issuer, visit.row.return_url]
        urls += [visit.link.lineitems_url] if visit.link else []
        sources |= _origins(urls)
    return " ".join(["'self'", *sorted(sources)]) if sources else "'none'"


def by_platform(issuer: str) -> None:
    """Let a registered LMS show this answer inside its pages."""
    origins = _origins([issuer])
    site().ancestors.update(origins)
    g.ancestors = {*g.get("ancestors", ()), *origins}


def by_any_platform() -> None:
    """Let each registered LMS show this answer inside its pages."""
    with site().db.reading() as session:
        for issuer in session.scalars(select(Platform.issuer).where(Platform.active)):
            by_platform(issuer)


def _origins(urls: list[str | None]) -> set[str]:
    """Return the origins of these addresses, as a policy names them."""
    found = {origin(url) for url in urls if url}
    found |= {HOSTED[url] for url in urls if url in HOSTED}
    return {url for url in found if url and not UNSAFE.search(url)}
