"""Owns how SMPP passwords are hashed; must not know logins, stores or connections.

SMPP 3.4 has room for 8 characters, so a password can be guessed: each guess is made to
cost about 50 ms and 16 MB (scrypt, RFC 7914).
"""

from __future__ import annotations

import hashlib
import hmac
import os
from typing import Final

from comity.base.errors import SettingsError

MAX_PASSWORD: Final = 64
_SALT_OCTETS: Final = 16
_COST: Final = 1 << 14
_BLOCKS: Final = 8


def new_salt() -> bytes:
    """A salt of 16 random octets."""
    return os.urandom(_SALT_OCTETS)


def hash_password(password: str, salt: bytes) -> bytes:
    """64 octets; takes some 50 ms of processor time, so not to be called in an event loop."""
    return hashlib.scrypt(password.encode("latin-1", "replace"), salt=salt, n=_COST, r=_BLOCKS, p=1)


def is_password(password: str, salt: bytes, expected: bytes) -> bool:
    """Whether that is the password; as slow as `hash_password`."""
    return hmac.compare_digest(hash_password(password, salt), expected)


def check_system_id(system_id: str) -> None:
    """Raise SettingsError unless it can be a system id: 1 to 15 printable ASCII characters without a space."""
    if not 1 <= len(system_id) <= 15 or not all("!" <= char <= "~" for char in system_id):  # noqa: PLR2004  SMPP 3.4 5.2.1
        raise SettingsError("A system id has 1 to 15 printable ASCII characters and no space.")


def check_password(password: str) -> None:
    """Raise SettingsError unless it can be a password: 1 to 64 printable ASCII characters."""
    if not 1 <= len(password) <= MAX_PASSWORD or not all(" " <= char <= "~" for char in password):
        raise SettingsError(
            f"A password has 1 to {MAX_PASSWORD} printable ASCII characters.",
            "The specification allows 8; many clients send no more.",
        )
