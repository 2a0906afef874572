"""Owns how a package is closed: to its link, a passphrase, a recipient's certificate; must not know what it holds.

Whoever receives it needs no program of ours: `openssl enc` opens the second, `openssl cms` the third.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs7 import PKCS7EnvelopeBuilder, PKCS7Options

from comity.base.errors import ComityError

TOKEN_LENGTH: Final = 43
"""Characters of what a link says: 32 random octets in base64url."""
ITERATIONS: Final = 600_000
SHORTEST_PASSPHRASE: Final = 12
_LONGEST: Final = 200
_LEAST_BITS: Final = 2048
_NONCE: Final = 12
_WHAT: Final = b"comity disclosure link 1"


class BadClosingError(ComityError):
    """A package cannot be closed so."""


def new_token() -> str:
    """What a new link says; kept nowhere."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> bytes:
    """What a link is known by here: it opens nothing."""
    return hashlib.sha256(b"comity disclosure token\n" + token.encode()).digest()


def close_to_link(content: bytes, token: str) -> bytes:
    """Encrypt what lies here until it is collected: whoever reads the database alone reads nothing."""
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(_key(token)).encrypt(nonce, content, _WHAT)


def open_by_link(box: bytes, token: str) -> bytes | None:
    """What was closed to a link; None where it was altered, or closed to another."""
    try:
        return AESGCM(_key(token)).decrypt(box[:_NONCE], box[_NONCE:], _WHAT)
    except InvalidTag:
        return None


def close_by_passphrase(content: bytes, passphrase: str) -> bytes:
    """As `openssl enc -aes-256-cbc -pbkdf2 -iter 600000` does; what it is worth is checked by its digest.

    Raises:
        BadClosingError: the passphrase is too short.
    """
    if not SHORTEST_PASSPHRASE <= len(passphrase) <= _LONGEST or not passphrase.isprintable():
        raise BadClosingError(
            f"A passphrase has {SHORTEST_PASSPHRASE} to {_LONGEST} printable characters.", "Take a longer one."
        )
    salt = os.urandom(8)
    derived = PBKDF2HMAC(hashes.SHA256(), 48, salt, ITERATIONS).derive(passphrase.encode())
    padder = padding.PKCS7(128).padder()
    cipher = Cipher(algorithms.AES256(derived[:32]), modes.CBC(derived[32:])).encryptor()
    padded = padder.update(content) + padder.finalize()
    return b"Salted__" + salt + cipher.update(padded) + cipher.finalize()


def close_to_certificate(content: bytes, pem: str) -> bytes:
    """A CMS envelope (RFC 5652) to an X.509 certificate, in DER.

    Raises:
        BadClosingError: it is no certificate, or its key cannot be encrypted to.
    """
    try:
        certificate = x509.load_pem_x509_certificate(pem.encode())
        key = certificate.public_key()
    except ValueError:
        raise BadClosingError("This is no certificate.", "Give an X.509 certificate in PEM.") from None
    if not isinstance(key, RSAPublicKey) or key.key_size < _LEAST_BITS:
        raise BadClosingError(
            f"The certificate's key is not RSA of {_LEAST_BITS} bits at least.", "Use a passphrase instead."
        )
    builder = PKCS7EnvelopeBuilder().set_data(content).add_recipient(certificate)
    return builder.set_content_encryption_algorithm(algorithms.AES256).encrypt(Encoding.DER, [PKCS7Options.Binary])


def _key(token: str) -> bytes:
    return HKDF(hashes.SHA256(), 32, salt=None, info=_WHAT).derive(token.encode())
