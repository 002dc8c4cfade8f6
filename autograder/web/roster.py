"""Who of a course has not handed in, by the LMS's list: asked for when a teacher wants to know.

The list is shown and not kept.
"""

from collections.abc import Collection
from dataclasses import dataclass

from autograder.database.tables import Link, Platform
from autograder.lti import nrps
from autograder.lti.service import NRPS_SCOPE
from autograder.service.line_items import Services
from autograder.web.site import site


@dataclass(frozen=True)
class Roster:
    """How many students a course has, and the names of those who are missing, in order."""

    students: int
    missing: list[str]


def roster(link: Link, platform: Platform, here: Collection[str]) -> Roster | None:
    """Ask the LMS for the students of a link's course; None where it offers no list.

    Args:
        link: The link.
        platform: Its LMS.
        here: What the LMS calls those who have handed in.

    Raises:
        ServiceError: The LMS gives no list.
        FetchError: It does not answer.
    """
    if link.memberships_url is None:
        return None
    services = Services(site().db, site().keys, site().fetcher, site().clock)
    client = services.client(platform, [NRPS_SCOPE])
    found = nrps.members(client, link.memberships_url)
    students = [each for each in found if each.is_learner and each.active]
    named = site().settings.ask_names
    missing = [
        (each.name if named else None) or f"# {each.user_id}"
        for each in students
        if each.user_id not in here
    ]
    return Roster(len(students), sorted(missing, key=str.casefold))
