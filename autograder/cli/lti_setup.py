"""`autograder lti init | invite | add | platforms | rotate-keys`: who may launch the tool."""

import argparse
from datetime import timedelta
from importlib.resources import files

from sqlalchemy.orm import Session

from autograder.cli.lti_tool import EXIT_OK, LtiCommandError, Tool
from autograder.core.clock import utc_now
from autograder.database import invitations, platforms
from autograder.database.tables import Platform
from autograder.lti.keys import ToolKeys
from autograder.service.readiness import addresses, registered_platforms
from autograder.service.settings import FILE, settings_from
from autograder.service.storage import upgraded

EXAMPLE = "https://keepprob.example.edu"


def init(tool: Tool) -> int:
    """Write the settings where there are none, make folder and keys, bring the database to date."""
    if tool.file.exists():
        tool.say(f"{tool.file} is there and stays as it is.")
        _require_same_address(tool)
    else:
        _write_settings(tool)
    settings = tool.settings()
    for folder in (tool.course.state, settings.data):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = ToolKeys(settings.keys_folder).current()
    tool.say(f"{settings.keys_folder}: the key {key.kid} signs what the tool says.")
    database = upgraded(settings)
    tool.say(f"{database.name}: the tables are those of this version.")
    database.close()
    tool.say("Next: autograder lti invite, and paste the link that it prints into the LMS.")
    return EXIT_OK


def _write_settings(tool: Tool) -> None:
    url = tool.options.url
    if not url:
        raise LtiCommandError(
            f"There is no {tool.file} yet. Give the address at which browsers will reach the tool: "
            f"autograder lti init --url {EXAMPLE}"
        )
    settings_from(tool.course, {"public_url": url}, "--url")
    text = files("autograder.service").joinpath(FILE).read_text(encoding="utf-8")
    tool.file.parent.mkdir(parents=True, exist_ok=True)
    with tool.file.open("x", encoding="utf-8") as file:
        file.write(text.replace(EXAMPLE, url))
    tool.file.chmod(0o600)  # somebody may write the database's password into it
    tool.say(f"{tool.file}: written; every setting has a comment there.")


def _require_same_address(tool: Tool) -> None:
    url, found = tool.options.url, tool.settings().public_url
    if url and url.rstrip("/") != found:
        raise LtiCommandError(
            f"{tool.file} says public_url = {found!r}, not {url!r}. Change it there: the LMSs "
            "that are registered know the old address, so register them again."
        )


def invite(tool: Tool) -> int:
    """Print a link with which one LMS registers itself."""
    settings, now = tool.settings(), utc_now()
    lifetime = timedelta(days=tool.options.days)
    with tool.database().transaction() as session:
        token = invitations.invite(session, tool.options.note, now, lifetime)
    tool.say(settings.url(f"/lti/register/{token}"))
    tool.say("")
    tool.say(
        f"One LMS can register itself with it, once, until {now + lifetime:%Y-%m-%d %H:%M} UTC."
    )
    tool.say(
        "Moodle: Site administration > Plugins > External tool > Manage tools: paste it as the"
    )
    tool.say(
        "Tool URL, choose Add LTI Advantage, and then Activate. Who has the link can register."
    )
    return EXIT_OK


def add(tool: Tool) -> int:
    """Register an LMS by hand, or correct what was entered."""
    options = tool.options
    row = Platform(
        issuer=options.issuer,
        client_id=options.client_id,
        name=options.name or options.issuer,
        product=options.product.lower(),
        auth_url=options.auth_url,
        token_url=options.token_url,
        keyset_url=options.keyset_url,
        audience=options.audience,
        created_at=utc_now(),
    )
    for name in ("issuer", "auth_url", "token_url", "keyset_url"):
        if not str(getattr(options, name)).startswith("https://"):
            shown = name.replace("_", "-")
            raise LtiCommandError(
                f"--{shown} is {getattr(options, name)!r}. Expected an address that begins with "
                "https://; copy it from the LMS's page on the tool."
            )
    with tool.database().transaction() as session:
        known = platforms.correct(session, row, options.deployment_id)
        if not known:
            platforms.add(session, row, options.deployment_id)
    tool.say(f"{row.name} {'was known, and is corrected' if known else 'may launch the tool'}.")
    tool.say("Try the way to it by: autograder lti doctor")
    return EXIT_OK


def list_platforms(tool: Tool) -> int:
    """List the LMSs, and what to paste into a new one; change one first, where that is asked."""
    database = tool.database()
    with database.transaction() as session:
        _change(session, tool.options)
    for row in registered_platforms(database):
        with database.reading() as session:
            deployed = ", ".join(platforms.deployments(session, row.id)) or "any"
        state = "may launch" if row.active else "may not launch"
        tool.say(f"{row.id}  {row.name} ({row.product or 'product not known'}), {state}")
        tool.say(f"   issuer {row.issuer}, client id {row.client_id}, deployments {deployed}")
    tool.say("To paste into an LMS:")
    for name, url in addresses(tool.settings()):
        tool.say(f"   {name:<22}{url}")
    return EXIT_OK


def _change(session: Session, options: argparse.Namespace) -> None:
    """Let an LMS launch the tool, or no longer, or from one more deployment."""
    by_deployment, deployment = options.deployment or (None, "")
    named = (options.deactivate, options.activate, by_deployment)
    asked = next((text for text in named if text is not None), None)
    if asked is None:
        return
    row = next((row for row in platforms.listed(session) if str(row.id) == str(asked)), None)
    if row is None:
        raise LtiCommandError(
            f"No LMS has the number {asked}. `autograder lti platforms` shows the numbers."
        )
    if by_deployment is not None:
        platforms.deploy(session, row.id, deployment)
    else:
        row.active = options.activate is not None


def rotate_keys(tool: Tool) -> int:
    """Make a new private key."""
    key = ToolKeys(tool.settings().keys_folder).rotate(utc_now())
    tool.say(f"The key {key.kid} signs from now on. The one before it stays known for 7 days.")
    return EXIT_OK
