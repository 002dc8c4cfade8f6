"""Before the service starts: is all there that it needs, and what is to be pasted into the LMS?"""

from collections.abc import Iterator, Sequence

from autograder.database import Database, platforms
from autograder.database.tables import Platform
from autograder.lti.keys import ToolKeys
from autograder.service.engine import released_names, require_ready, run_settings
from autograder.service.settings import Settings
from autograder.service.storage import opened


def require_all(settings: Settings, parts: Sequence[str]) -> Database:
    """Check what these parts need; return the database.

    Raises StorageError, KeysError, NotReadyError where the course cannot be graded yet, and
    NoSandboxError.
    """
    database = opened(settings)
    try:
        if "web" in parts or "sender" in parts:
            ToolKeys(settings.keys_folder).current()
        if "grader" in parts:
            require_ready(settings.course)
            run_settings(settings.course, 1).require_sandbox()
    except BaseException:
        database.close()
        raise
    return database


def announcement(settings: Settings, registered: Sequence[Platform]) -> str:
    """Return what `autograder serve` prints: where it is, who may launch it, and what to paste."""
    return "\n".join(_lines(settings, registered))


def _lines(settings: Settings, registered: Sequence[Platform]) -> Iterator[str]:
    yield f"KeepProb's LTI tool: {settings.public_url} (listening at {settings.bind})"
    yield f"Assignments: {', '.join(released_names(settings.course)) or 'none is released'}"
    active = [platform for platform in registered if platform.active]
    if active:
        yield f"LMSs that may launch it: {', '.join(platform.name for platform in active)}"
    else:
        yield "No LMS may launch it yet. Register one by: autograder lti invite"
    yield ""
    yield "For a registration by hand, paste into the LMS:"
    yield from (f"  {name:<22}{url}" for name, url in addresses(settings))
    yield "and tell the tool what the LMS shows in return: autograder lti add --help"


def addresses(settings: Settings) -> list[tuple[str, str]]:
    """Return the addresses that an LMS asks for, by what it calls them."""
    return [
        ("Tool URL", settings.url("/lti/launch")),
        ("Initiate login URL", settings.url("/lti/login")),
        ("Redirection URI", settings.url("/lti/launch")),
        ("Public keyset URL", settings.url("/lti/jwks")),
        ("Content selection URL", settings.url("/lti/launch")),
    ]


def registered_platforms(database: Database) -> Sequence[Platform]:
    """Return the LMSs that are registered."""
    with database.reading() as session:
        return platforms.listed(session)
