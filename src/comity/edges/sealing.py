"""Owns sealing what only named readers may read; must not know what is sealed or where it is kept.

HPKE (RFC 9180) in its base mode: X25519, HKDF-SHA256, AES-256-GCM. Whoever seals needs the public key alone, so that a
gateway that is broken into gives away nothing that was sealed before.
"""

from __future__ import annotations

from typing import Final

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

_SUITE: Final = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
KEY_OCTETS: Final = 32
_WHAT: Final = b"comity sealed text 1"


class WrongKeyError(Exception):
    """The key opens no box of this kind, or the box was altered."""


class KeyPair(msgspec.Struct, frozen=True):
    """A reader's keys, 32 octets each."""

    private: bytes
    public: bytes


def new_keys() -> KeyPair:
    """Keys for a new reader."""
    private = X25519PrivateKey.generate()
    return KeyPair(
        private.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption()),
        private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw),
    )


def public_of(private_key: bytes) -> bytes:
    """The public half of a private key of 32 octets."""
    return X25519PrivateKey.from_private_bytes(private_key).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def seal(body: bytes, about: bytes, public_key: bytes) -> bytes:
    """Seal octets to a reader; `about` must be given again to open them, so that boxes cannot be exchanged."""
    return _SUITE.encrypt(body, X25519PublicKey.from_public_bytes(public_key), _WHAT + about)


def unseal(box: bytes, about: bytes, private_key: bytes) -> bytes:
    """Open what was sealed.

    Raises:
        WrongKeyError: it was sealed to another key or about something else, or altered.
    """
    try:
        return _SUITE.decrypt(box, X25519PrivateKey.from_private_bytes(private_key), _WHAT + about)
    except (InvalidTag, ValueError) as error:
        raise WrongKeyError from error
