"""The way to an LMS, as the settings allow it."""

from autograder.lti.fetching import Fetcher
from autograder.service.settings import Settings


def fetcher_of(settings: Settings) -> Fetcher:
    """Return what fetches from LMSs; http only where the tool itself is one for trying out."""
    return Fetcher(
        allow_private=settings.allow_private_addresses,
        allow_http=settings.public_url.startswith("http://"),
        ca_file=settings.ca_file,
    )
