"""Who the LMS is: what both sides agreed on when the tool was registered."""

from dataclasses import dataclass

MOODLE, CANVAS = "moodle", "canvas"
"""Products, as `Platform.product` calls them, that do things in their own way."""


@dataclass(frozen=True)
class Platform:
    """One registration of the tool at one LMS.

    Two schools of one hosted LMS share the issuer, so only issuer and client id together say who it
    is. deployments: their ids; None where the LMS's word is taken for any. audience: whom an
    assertion for an access token is addressed to, where that is not token_url. product: the
    product_family_code, in lower case: ``moodle``, ``canvas``; empty where not known.
    """

    issuer: str
    client_id: str
    auth_url: str
    token_url: str
    keyset_url: str
    deployments: frozenset[str] | None = None
    audience: str | None = None
    product: str = ""

    @property
    def client(self) -> tuple[str, str]:
        """Issuer and client id."""
        return self.issuer, self.client_id
