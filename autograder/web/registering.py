"""Registration by one pasted address: behind an invitation that is used once, else anybody could.

The LMS opens the address in an administrator's browser, with its configuration and a token.
"""

from urllib.parse import urlsplit

from flask import Blueprint, Response, jsonify, request
from sqlalchemy.orm import Session

from autograder.database import invitations
from autograder.database import platforms as registered
from autograder.database.tables import Platform
from autograder.lti import platforms
from autograder.lti.claims import DEEP_LINKING
from autograder.lti.errors import FetchError, RegistrationError
from autograder.lti.registration import (
    CANVAS_PLACEMENTS,
    PRIVACY,
    SCOPES,
    ToolDescription,
    register,
)
from autograder.web.arriving import DUE
from autograder.web.errors import StopError
from autograder.web.launching import LAUNCH
from autograder.web.pages import page
from autograder.web.protection import by_platform
from autograder.web.site import site

routes = Blueprint("registering", __name__, url_prefix="/lti")

CONFIGURATION, TOKEN = "openid_configuration", "registration_token"
DUE_DATE = "$ResourceLink.submission.endDateTime"


@routes.get("/register/<invite>")
def register_here(invite: str) -> str:
    """Register with the LMS that opens this, and say what is left to do."""
    address, now = request.args.get(CONFIGURATION, ""), site().clock()
    with site().db.reading() as session:
        if invitations.find(session, invite, now) is None:
            raise StopError("invitation", 404)
    if not address:
        return page("message.html", code="paste_invitation", sentence="", values={})
    by_platform(address)
    with site().db.transaction() as session:
        if not invitations.use(session, invite, now):
            raise StopError("invitation", 404)
    try:
        made = register(address, request.args.get(TOKEN), tool(), site().fetcher)
        with site().db.transaction() as session:
            row = _keep(session, made)
    except (RegistrationError, FetchError, ValueError) as error:
        with site().db.transaction() as session:
            invitations.give_back(session, invite)
        raise StopError("registration_failed", 502, str(error)) from error
    return page("registered.html", name=row.name, product=row.product)


def _keep(session: Session, platform: platforms.Platform) -> Platform:
    """Let the platform launch us. Raises ValueError where it is there already."""
    row = Platform(
        issuer=platform.issuer,
        client_id=platform.client_id,
        name=urlsplit(platform.issuer).hostname or platform.issuer,
        product=platform.product,
        auth_url=platform.auth_url,
        token_url=platform.token_url,
        keyset_url=platform.keyset_url,
        audience=platform.audience,
        created_at=site().clock(),
    )
    return registered.add(session, row, platform.deployments or ())


@routes.get("/config.json")
def configuration() -> Response:
    """Return what the tool says of itself, in the form that Canvas reads from an address."""
    about, settings = tool(), site().settings
    place = {"message_type": DEEP_LINKING, "target_link_uri": about.launch_url}
    privacy = PRIVACY[about.ask_names, about.ask_emails]
    canvas = {
        "platform": "canvas.instructure.com",
        "domain": urlsplit(settings.public_url).netloc,
        "tool_id": "keepprob",
        "privacy_level": privacy,
        "settings": {
            "text": about.name,
            "placements": [
                place | {"placement": name, "text": about.name} for name in CANVAS_PLACEMENTS
            ],
        },
    }
    return jsonify(
        title=about.name,
        description=about.description,
        oidc_initiation_url=about.login_url,
        target_link_uri=about.launch_url,
        public_jwk_url=about.jwks_url,
        scopes=list(SCOPES),
        custom_fields=dict(about.custom),
        extensions=[canvas],
    )


def tool() -> ToolDescription:
    """Return the tool as an LMS is to know it."""
    settings = site().settings
    return ToolDescription(
        name=settings.title,
        description=settings.description,
        login_url=settings.url("/lti/login"),
        launch_url=settings.url(LAUNCH),
        jwks_url=settings.url("/lti/jwks"),
        custom={DUE: DUE_DATE},
        ask_names=settings.ask_names,
        ask_emails=settings.ask_emails,
    )
