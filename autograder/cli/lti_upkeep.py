"""`autograder lti doctor | erase | remove | purge | backup | restore`: looking after the tool."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from autograder.cli.lti_tool import EXIT_ATTENTION, EXIT_OK, LtiCommandError, Tool
from autograder.core.clock import utc_now
from autograder.database import Database, platforms, retention
from autograder.database.tables import Platform
from autograder.lti.keys import ToolKeys
from autograder.service.doctor import Doctor
from autograder.service.findings import lines
from autograder.service.network import fetcher_of
from autograder.service.storage import back_up, put_back


def erase(tool: Tool) -> int:
    """Remove all that is known of a person or of a course."""
    options = tool.options
    what = f"the person {options.user}" if options.user else f"the course {options.course}"
    database = tool.database()
    with database.reading() as session:
        platform_id = _platform(platforms.listed(session), options.platform)
        users = retention.people(session, platform_id, options.user) if options.user else []
    if options.user and len(users) != 1:
        raise LtiCommandError(
            f"{len(users)} people are called {options.user!r} there. Give the pseudonym, which "
            "the teacher's table shows in its first column, or what the LMS calls the person."
        )
    if not options.yes and not _agreed(tool, f"Remove all that is known of {what}, for ever?"):
        tool.say("Nothing was removed.")
        return EXIT_ATTENTION
    with database.transaction() as session:
        if options.user:
            erased = retention.erase_user(session, users[0].id)
        else:
            erased = retention.erase_course(session, platform_id, options.course)
    _leave_no_trace(tool, database)
    tool.say(f"Removed: {_counted(erased)}. What the LMS itself keeps stays there.")
    return EXIT_OK


def _leave_no_trace(tool: Tool, database: Database) -> None:
    if not database.empty_log():
        tool.say(
            "The database is busy, and its log still holds deleted texts. The service empties it "
            "within the hour; or run `autograder lti purge`."
        )


def remove(tool: Tool) -> int:
    """Remove an LMS, with its people and all that they handed in."""
    database, platform_id = tool.database(), tool.options.platform
    with database.reading() as session:
        names = {row.id: row.name for row in platforms.listed(session)}
    if platform_id not in names:
        raise LtiCommandError(
            f"There is no LMS with the number {platform_id}. `autograder lti platforms` lists all."
        )
    name = names[platform_id]
    question = f"Remove {name}, its people and all that they handed in, for ever?"
    if not tool.options.yes and not _agreed(tool, question):
        tool.say("Nothing was removed.")
        return EXIT_ATTENTION
    with database.transaction() as session:
        platforms.remove(session, platform_id)
    _leave_no_trace(tool, database)
    tool.say(f"{name} is removed. What the LMS itself keeps stays there.")
    return EXIT_OK


def _platform(known: Sequence[Platform], chosen: int | None) -> int:
    """Return the number of the LMS that is meant."""
    ids = [row.id for row in known]
    if chosen is None and len(ids) == 1:
        return ids[0]
    if chosen not in ids:
        raise LtiCommandError(
            f"Say which LMS is meant: --platform {' or '.join(map(str, ids)) or 'ID'}. "
            "`autograder lti platforms` lists all."
        )
    return chosen


def _agreed(tool: Tool, question: str) -> bool:
    return tool.console.input(f"{question} (y/N) ").strip().lower() in ("y", "yes")


def _counted(erased: retention.Erased) -> str:
    return f"{erased.people} people, {erased.attempts} attempts"


def purge(tool: Tool) -> int:
    """Remove what is older than the settings keep."""
    days, now = tool.options.days or tool.settings().retention_days, utc_now()
    if days == 0:
        raise LtiCommandError("retention_days is 0, which keeps everything. Give --days.")
    before = now - timedelta(days=days)
    database = tool.database()
    with database.transaction() as session:
        erased = retention.purge(session, before, now)
    _leave_no_trace(tool, database)
    tool.say(f"Removed what is from before {before:%Y-%m-%d %H:%M} UTC: {_counted(erased)}.")
    return EXIT_OK


def backup(tool: Tool) -> int:
    """Write the database and the keys into a new folder."""
    back_up(tool.settings(), tool.options.folder)
    tool.say(f"{tool.options.folder}: the database and the private keys. Keep it to yourself.")
    return EXIT_OK


def restore(tool: Tool) -> int:
    """Make the database and the keys from a backup."""
    put_back(tool.settings(), tool.options.folder)
    tool.say(f"{tool.settings().data}: as it was when {tool.options.folder} was written.")
    return EXIT_OK


def doctor(tool: Tool) -> int:
    """Try the way to each LMS and back; exit code 1 where something is to be done."""
    settings = tool.settings()
    fetcher = fetcher_of(settings)
    found = Doctor(
        settings,
        tool.database(),
        ToolKeys(settings.keys_folder),
        fetcher,
        own_fetcher=replace(fetcher, allow_private=True),
    ).examine(tool.options.platform)
    for line in lines(found):
        tool.say(line)
    return EXIT_OK if all(finding.good for finding in found) else EXIT_ATTENTION
