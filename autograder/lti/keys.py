"""The tool's own signing keys: PEM files in a folder that nobody else can read."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from autograder.core.errors import ExplainedError

KEPT = timedelta(days=7)
"""How long a replaced key stays in the key set: LMSs keep copies."""

BITS = 2048
MADE = "%Y%m%dT%H%M%SZ"
"""A key's id begins with the time it was made, so that ids sort by age."""


class KeysError(ExplainedError):
    """The folder of keys is not as it must be."""


@dataclass(frozen=True)
class ToolKey:
    """A private key. kid: its id, as the key set names it."""

    kid: str
    private_pem: str = field(repr=False)


@dataclass(frozen=True)
class ToolKeys:
    """The keys in a folder, which is made on first use. The newest signs."""

    folder: Path

    def current(self, now: datetime | None = None) -> ToolKey:
        """Return the key that signs; make one where there is none. Raises KeysError."""
        kids = self._kids()
        kid = kids[-1] if kids else _make(self.folder, now or datetime.now(UTC))
        return ToolKey(kid, self._pem(kid).decode())

    def jwks(self, now: datetime | None = None) -> dict[str, list[dict[str, Any]]]:
        """Return the public keys as a JSON Web Key Set: the newest, and those lately replaced."""
        now = now or datetime.now(UTC)
        self.current(now)
        return {"keys": [self._public(kid) for kid in self._published(now)]}

    def rotate(self, now: datetime | None = None) -> ToolKey:
        """Make a new key, which signs from now on; delete those that left the key set."""
        now = now or datetime.now(UTC)
        kid = _make(self.folder, now)
        for old in set(self._kids()) - set(self._published(now)):
            self._path(old).unlink(missing_ok=True)
        return ToolKey(kid, self._pem(kid).decode())

    def _published(self, now: datetime) -> list[str]:
        kids = self._kids()
        replaced_at = [_made(kid) for kid in kids[1:]]
        kept = [
            kid for kid, replaced in zip(kids, replaced_at, strict=False) if now - replaced < KEPT
        ]
        return kept + kids[-1:]

    def _kids(self) -> list[str]:
        return sorted((path.stem for path in self.folder.glob("*.pem")), key=_age)

    def _path(self, kid: str) -> Path:
        return self.folder / f"{kid}.pem"

    def _pem(self, kid: str) -> bytes:
        path = self._path(kid)
        _require_private(path)
        return path.read_bytes()

    def _public(self, kid: str) -> dict[str, Any]:
        path = self._path(kid)
        _require_private(path)
        return {**_public_part(path, path.stat().st_mtime_ns), "kid": kid}


def _require_private(path: Path) -> None:
    if path.stat().st_mode & 0o077:
        raise KeysError(f"Others can read the private key {path}. Run: chmod 600 {path}")


@lru_cache(maxsize=32)
def _public_part(path: Path, changed: int) -> Mapping[str, str]:
    """Read a key. Checking one is slow, and whoever likes may ask for the key set.

    changed: when the file was, for the cache.
    """
    private = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(private, rsa.RSAPrivateKey):
        raise KeysError(f"{path} holds no RSA key. Move it away; a new one is made.")
    public = RSAAlgorithm.to_jwk(private.public_key(), as_dict=True)
    return {"kty": "RSA", "n": public["n"], "e": public["e"], "alg": "RS256", "use": "sig"}


def _age(kid: str) -> tuple[datetime, str]:
    return _made(kid), kid


def _made(kid: str) -> datetime:
    try:
        return datetime.strptime(kid.partition("-")[0], MADE).replace(tzinfo=UTC)
    except ValueError:
        raise KeysError(
            f"The name of the key {kid}.pem does not begin with a time. Move it away."
        ) from None


def _make(folder: Path, now: datetime) -> str:
    """Write a new key; other processes see the whole file or none."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    kid = f"{now.astimezone(UTC):{MADE}}-{secrets.token_hex(4)}"
    key = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    draft = folder / f".{kid}.part"
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(folder / f"{kid}.pem")
    return kid
