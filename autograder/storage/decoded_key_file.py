"""Decoded hidden keys beside their files: ready at once, where decoding one takes long.

A decoded key is a pickle, and a pickle can be any program. So the file begins with an HMAC-SHA256
by the course's secret, and counts only where that is right: who can forge it owns the course. It
covers the key's origin too: what was made of other exercises or by another core counts as missing.
"""

import contextlib
import hashlib
import hmac
import json
import pickle
from dataclasses import asdict
from pathlib import Path

from autograder.core.key import AnswerKey
from autograder.storage.answer_key_file import Origin, replace_file

MAC_BYTES = hashlib.sha256().digest_size


def save_decoded(key: AnswerKey, path: Path, secret: bytes) -> bytes:
    """Return the key, pickled; and leave it at `path` for its owner, where there is room."""
    content = pickle.dumps(key)
    origin = Origin(key.assignment, key.public, key.seed, key.fingerprint)
    with contextlib.suppress(OSError):
        replace_file(path, _mac(secret, origin, content) + content, mode=0o600)
    return content


def load_decoded(path: Path, origin: Origin, secret: bytes) -> bytes | None:
    """Return the pickled key that `save_decoded` left; None where this secret did not vouch for it.

    origin: what the key has to be made from.
    """
    try:
        found = path.read_bytes()
    except OSError:
        return None
    mac, content = found[:MAC_BYTES], found[MAC_BYTES:]
    return content if hmac.compare_digest(mac, _mac(secret, origin, content)) else None


def _mac(secret: bytes, origin: Origin, content: bytes) -> bytes:
    # JSON has no line feed here, so that what it covers cannot be read in two ways.
    what = json.dumps(["keepprob", "decoded key", asdict(origin)]).encode()
    return hmac.digest(secret, what + b"\n" + content, hashlib.sha256)
