"""What all pages share: settings, database, keys, the network, the clock and the assignments."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from flask import current_app

from autograder.database import Database
from autograder.lti.fetching import Fetches
from autograder.lti.keys import ToolKeys
from autograder.service.settings import Settings
from autograder.web.catalogue import Offered
from autograder.web.throttle import Throttle

NAME = "keepprob"


@dataclass(frozen=True)
class Site:
    """clock: returns the time, in UTC. offered: the assignments by name.

    ancestors: the origins of the LMSs that launched us since the process began, so that a page can
    say inside theirs that the database is away.
    """

    settings: Settings
    db: Database
    keys: ToolKeys
    fetcher: Fetches
    clock: Callable[[], datetime]
    offered: Mapping[str, Offered]
    uploads: Throttle
    ancestors: set[str] = field(default_factory=set)

    def title_of(self, assignment: str, language: str) -> str:
        """Return an assignment's title; its name where it is offered no longer."""
        offer = self.offered.get(assignment)
        return offer.title(language) if offer else assignment


def site() -> Site:
    """Return what the running application's pages share."""
    found: Site = current_app.extensions[NAME]
    return found
