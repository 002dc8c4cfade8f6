"""The LMS's services, for a link: its gradebook's column, and whatever else it offers there."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

from autograder.core.clock import utc_now
from autograder.database import Database, tokens
from autograder.database import tables as rows
from autograder.lti.fetching import Fetcher, Fetches
from autograder.lti.keys import ToolKeys
from autograder.lti.platforms import Platform
from autograder.lti.service import NRPS_SCOPE, AccessTokens, Authorized, Client, StoredToken


@dataclass(frozen=True)
class DatabaseTokens:
    """Access tokens of one platform, kept where every process finds them."""

    database: Database
    platform_id: int

    def load(self, client: Client, scopes: str) -> StoredToken | None:
        """Return the token that was saved last, if any."""
        with self.database.reading() as session:
            row = tokens.get(session, self.platform_id, scopes.split())
            return StoredToken(row.token, row.expires_at) if row is not None else None

    def save(self, client: Client, scopes: str, token: StoredToken) -> None:
        """Keep a token in the place of an earlier one."""
        with self.database.transaction() as session:
            tokens.put(session, self.platform_id, scopes.split(), token.token, token.expires_at)

    def drop(self, client: Client, scopes: str) -> None:
        """Forget the token, where there is one."""
        with self.database.transaction() as session:
            tokens.drop(session, self.platform_id, scopes.split())


@dataclass(frozen=True)
class Services:
    """Makes authorized clients. keys: the tool's; the newest signs, also after a rotation."""

    database: Database
    keys: ToolKeys
    fetcher: Fetches
    clock: Callable[[], datetime] = utc_now

    def access(self, platform: rows.Platform) -> AccessTokens:
        """Return what gets access tokens of a platform."""
        return AccessTokens(
            platform_of(platform),
            self.keys.current(),
            self.fetcher,
            DatabaseTokens(self.database, platform.id),
            self.clock,
        )

    def client(self, platform: rows.Platform, scopes: Sequence[str]) -> Authorized:
        """Return what sends requests with a token for these scopes.

        A launch names their addresses. In a private network these lead to hosts of the LMS alone.
        """
        fetcher = self.fetcher
        if isinstance(fetcher, Fetcher):
            fetcher = replace(fetcher, private_hosts=hosts_of(platform))
        return Authorized(self.access(platform), fetcher, tuple(scopes))


def gradebook_scopes(offered: Sequence[str]) -> tuple[str, ...]:
    """Return the scopes to ask for with a score: those that were offered, without the names."""
    return tuple(scope for scope in offered if scope != NRPS_SCOPE)


def hosts_of(row: rows.Platform) -> frozenset[str]:
    """Return the hosts with which a platform is registered."""
    urls = (row.issuer, row.auth_url, row.token_url, row.keyset_url)
    return frozenset(filter(None, (urlsplit(url).hostname for url in urls)))


def platform_of(row: rows.Platform) -> Platform:
    """Return a platform as the protocol knows it."""
    return Platform(
        issuer=row.issuer,
        client_id=row.client_id,
        auth_url=row.auth_url,
        token_url=row.token_url,
        keyset_url=row.keyset_url,
        audience=row.audience,
        product=row.product.lower(),
    )
