"""Secrets that somebody else holds; the database has only their hashes."""

import hashlib
import secrets


def new_secret() -> str:
    """256 random bits, as text that an address or a cookie can hold."""
    return secrets.token_urlsafe(32)


def hash_of(secret: str) -> str:
    """SHA-256 in hexadecimal. A salt would add nothing: nobody guesses 256 random bits."""
    return hashlib.sha256(secret.encode()).hexdigest()
