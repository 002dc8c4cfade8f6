"""A service of an LMS that answers from a list, and a client with a token for it."""

from datetime import datetime
from typing import Any

from autograder.lti.ags import LineItemClient
from autograder.lti.platforms import Platform
from autograder.lti.service import (
    AccessTokens,
    Authorized,
    MemoryTokens,
    StoredToken,
    TokenStore,
)
from tests.lti.lms import AGS_SCOPE, LINE_ITEM, MOODLE, NOW, FakeFetcher, answer, tool_key

LINE_ITEM_SCOPE = AGS_SCOPE + "lineitem"
ALL_SCOPES = (LINE_ITEM_SCOPE, AGS_SCOPE + "result.readonly", AGS_SCOPE + "score")
TOKEN = "access-token-of-kit-1"


def token_answer(token: str = TOKEN, **changes: Any):
    """What Moodle sends, with its wrong content type."""
    content = {"access_token": token, "token_type": "Bearer", "expires_in": 3600} | changes
    return answer(content, Content_Type="text/html")


def access_tokens(
    fetcher: FakeFetcher,
    platform: Platform = MOODLE,
    store: TokenStore | None = None,
    now: datetime = NOW,
) -> AccessTokens:
    store = MemoryTokens() if store is None else store
    return AccessTokens(platform, tool_key(), fetcher, store, clock=lambda: now)


def authorized(
    fetcher: FakeFetcher, platform: Platform = MOODLE, scopes: tuple[str, ...] = ALL_SCOPES
) -> Authorized:
    """A client that has a token already, for an hour from NOW."""
    store = MemoryTokens()
    tokens = access_tokens(fetcher, platform, store)
    store.save(platform.client, " ".join(sorted(scopes)), StoredToken(TOKEN, NOW.replace(hour=10)))
    return Authorized(tokens, fetcher, scopes)


def line_item(
    fetcher: FakeFetcher,
    platform: Platform = MOODLE,
    url: str = LINE_ITEM,
    scopes: tuple[str, ...] = ALL_SCOPES,
) -> LineItemClient:
    return LineItemClient(url, authorized(fetcher, platform, scopes))
