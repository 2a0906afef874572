"""Owns the keys that texts and contacts are kept under, and the boxes made with them; must not know tables or files.

A number's key is random and wrapped by the key of an epoch; who destroys the wrapped key erases what it sealed, and who
destroys the epoch's key erases every copy of the wrapped one: in old backups, in the write-ahead log, in freed pages.
AES-256-GCM throughout (NIST SP 800-38D) with random nonces of 96 bits: one key seals far fewer than 2^32 boxes.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Mapping
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_OCTETS: Final = 32
SUBJECT_OCTETS: Final = 16
NONCE_OCTETS: Final = 12
_EPOCH_OCTETS: Final = 4
_TAG_OCTETS: Final = 16
_LOOK_AGAIN_S: Final = 60.0
_WRAP: Final = b"comity body key 1"
_PASSING: Final = b"comity passing text 1"


class _Randoms:
    """Random octets, asked of the system a page at a time: one call for each nonce costs as much as its encryption."""

    __slots__ = ("_at", "_page")

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Draw no more from this page."""
        self._page = b""
        self._at = 0

    def draw(self, octets: int) -> bytes:
        """Octets that nobody else gets."""
        start = self._at
        end = self._at = start + octets
        if end > len(self._page):
            self._page = os.urandom(_PAGE_OCTETS)
            start, end = 0, octets
            self._at = octets
        return self._page[start:end]


_PAGE_OCTETS: Final = 8192
_draw = _Randoms()
# A child process must not draw what its parent draws.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_draw.forget)


class KeysMissingError(Exception):
    """There is no key to seal with."""


class Vault:
    """The keys of the epochs; the latest wraps, all unwrap.

    Args:
        lookup: 32 octets that key the hash by which a number's key is found.
        read_epochs: the keys of all epochs that are left, by their number; asked again when one is not known, and
            once a minute, so that a new epoch reaches every process and a destroyed one leaves its memory.
    """

    __slots__ = ("_epochs", "_latest", "_look_at", "_lookup", "_read")

    def __init__(self, lookup: bytes, read_epochs: Callable[[], Mapping[int, bytes]]) -> None:
        self._lookup = hashlib.blake2b(digest_size=SUBJECT_OCTETS, key=lookup)
        self._read = read_epochs
        self._epochs: dict[int, AESGCM] = {}
        self._latest = 0
        self._look_at = 0.0
        self.reload()

    def __repr__(self) -> str:
        """No key in a log."""
        return "Vault()"

    def reload(self) -> None:
        """Read the keys of the epochs anew."""
        self._epochs = {epoch: AESGCM(key) for epoch, key in self._read().items()}
        self._latest = max(self._epochs, default=0)
        self._look_at = time.monotonic() + _LOOK_AGAIN_S

    @property
    def epoch(self) -> int:
        """The epoch whose key wraps now; 0 where there is none."""
        if time.monotonic() >= self._look_at:
            self.reload()
        return self._latest

    def subject(self, account_id: int, number: str) -> bytes:
        """What stands for an account's number (digits) in tables: 16 octets, of no use without the vault."""
        digest = self._lookup.copy()
        digest.update(b"%d %s" % (account_id, number.encode()))
        return digest.digest()

    def wrap(self, key: bytes, account_id: int, subject: bytes) -> bytes:
        """A number's key, as it may be stored.

        Raises:
            KeysMissingError: no epoch has a key here.
        """
        epoch = self.epoch
        if not epoch:
            raise KeysMissingError
        nonce = _draw.draw(NONCE_OCTETS)
        box = self._epochs[epoch].encrypt(nonce, key, _about(_WRAP, account_id, subject))
        return epoch.to_bytes(_EPOCH_OCTETS, "big") + nonce + box

    def unwrap(self, wrapped: bytes, account_id: int, subject: bytes) -> bytes | None:
        """A number's key; None where its epoch's is destroyed, or it is another's."""
        return self._opened(wrapped, _about(_WRAP, account_id, subject))

    def seal_passing(self, body: bytes) -> bytes:
        """What is kept a short while on its way, sealed under the epoch's own key.

        Raises:
            KeysMissingError: no epoch has a key here.
        """
        epoch = self.epoch
        if not epoch:
            raise KeysMissingError
        nonce = _draw.draw(NONCE_OCTETS)
        return epoch.to_bytes(_EPOCH_OCTETS, "big") + nonce + self._epochs[epoch].encrypt(nonce, body, _PASSING)

    def open_passing(self, box: bytes) -> bytes | None:
        """What was sealed so; None where its epoch's key is destroyed, or the box was altered."""
        return self._opened(box, _PASSING)

    def _opened(self, box: bytes, about: bytes) -> bytes | None:
        epoch = int.from_bytes(box[:_EPOCH_OCTETS], "big")
        if epoch not in self._epochs:
            if time.monotonic() < self._look_at and epoch <= self._latest:
                return None
            self.reload()
        cipher = self._epochs.get(epoch)
        if cipher is None:
            return None
        start = _EPOCH_OCTETS + NONCE_OCTETS
        try:
            return cipher.decrypt(box[_EPOCH_OCTETS:start], box[start:], about)
        except (InvalidTag, ValueError):
            return None


def epoch_of(wrapped: bytes) -> int:
    """The epoch whose key wrapped it."""
    return int.from_bytes(wrapped[:_EPOCH_OCTETS], "big")


def new_key() -> bytes:
    """A random key for a number."""
    return _draw.draw(KEY_OCTETS)


def seal_body(cipher: AESGCM, body: bytes, account_id: int, subject: bytes, id_: UUID) -> bytes:
    """Seal what is said to or by a number; account, number and message are bound to it."""
    nonce = _draw.draw(NONCE_OCTETS)
    return nonce + cipher.encrypt(nonce, body, _about(id_.bytes, account_id, subject))


def open_body(key: bytes, box: bytes, account_id: int, subject: bytes, id_: UUID) -> bytes | None:
    """What was sealed; None where the key is another one, or the box another message's."""
    if len(box) < NONCE_OCTETS + _TAG_OCTETS:
        return None
    try:
        return AESGCM(key).decrypt(box[:NONCE_OCTETS], box[NONCE_OCTETS:], _about(id_.bytes, account_id, subject))
    except InvalidTag:
        return None


def _about(what: bytes, account_id: int, subject: bytes) -> bytes:
    return what + account_id.to_bytes(8, "big") + subject
