"""Owns API credentials: how they are made and recognised; must not know where they are kept.

A secret carries 192 random bits, so a keyed hash (BLAKE2b, RFC 7693) is enough to keep
it by: there is nothing to guess, and a look-up costs a microsecond.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Final

_CLIENT_ID_BYTES: Final = 9
_SECRET_BYTES: Final = 24
HASH_KEY_BYTES: Final = 32


def new_client_id() -> str:
    """A public identifier of a key."""
    return "cid_" + secrets.token_hex(_CLIENT_ID_BYTES)


def new_secret() -> str:
    """A secret of 192 bits; shown once, never kept."""
    return "sec_" + secrets.token_urlsafe(_SECRET_BYTES)


def hash_secret(secret: str, hash_key: bytes) -> bytes:
    """What is kept of a secret."""
    return hashlib.blake2b(secret.encode("utf-8", "surrogatepass"), key=hash_key, digest_size=32).digest()


def is_secret(offered: str, kept: bytes, hash_key: bytes) -> bool:
    """Whether the offered secret is the one that was kept, in constant time."""
    return hmac.compare_digest(hash_secret(offered, hash_key), kept)
