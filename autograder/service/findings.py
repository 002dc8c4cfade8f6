"""What a doctor found, and how it is printed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from autograder.lti.errors import FetchError
from autograder.lti.fetching import Fetches, Response


@dataclass(frozen=True)
class Finding:
    """What was tried, what was found, and what to do where that is not good."""

    tried: str
    found: str
    todo: str = ""

    @property
    def good(self) -> bool:
        """Whether nothing is to be done."""
        return not self.todo


def lines(findings: Sequence[Finding]) -> Iterator[str]:
    """Yield what to print: a line for each finding, and one for what is to be done."""
    for finding in findings:
        yield f"{'good' if finding.good else 'BAD '}  {finding.tried}: {finding.found}"
        if not finding.good:
            yield f"      To do: {finding.todo}"


def fetched(fetcher: Fetches, url: str) -> Response | FetchError:
    """Ask for a URL, and return why it gave no answer where it gave none."""
    try:
        return fetcher.get(url)
    except FetchError as error:
        return error
