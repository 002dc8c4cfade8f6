"""Which hidden answer key a student meets, and what a hidden key is drawn from.

Both come from HMAC-SHA256 with the course's secret: they look random to whoever lacks it, and are
the same each time for whoever has it.
"""

import hashlib
import hmac
import json


def key_index(secret: bytes, assignment: str, student: str, attempt: int, pool_size: int) -> int:
    """Return which key of the pool a student meets in an attempt: 0 to `pool_size` - 1."""
    if attempt < 1 or pool_size < 1:
        raise ValueError(f"attempt {attempt} and a pool of {pool_size}; both are at least 1")
    return _keyed_hash(secret, "index", assignment, student, attempt) % pool_size


def hidden_seed(secret: bytes, assignment: str, index: int) -> int:
    """Return the seed of a hidden key: a number of 63 bits."""
    return _keyed_hash(secret, "seed", assignment, index) % 2**63


def _keyed_hash(secret: bytes, *what: str | int) -> int:
    # JSON keeps ("ab", "c") and ("a", "bc") apart.
    message = json.dumps(["keepprob", *what]).encode()
    return int.from_bytes(hmac.digest(secret, message, hashlib.sha256), "big")
