"""Owns the signatures of an event as it is sent; must not know where it goes.

Two, of the same bytes with the same key: the vendor's, which existing consumers
verify, and that of Standard Webhooks (standardwebhooks.com), which libraries in
most languages verify.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from typing import Final

_SECRET_BYTES: Final = 24


def new_secret() -> str:
    """A secret of 192 random bits: 48 hexadecimal digits, so it can stand in a path."""
    return secrets.token_hex(_SECRET_BYTES)


def standard_secret(secret: str) -> str:
    """The secret as Standard Webhooks libraries take it: `whsec_` and the base64 of the secret's own characters."""
    return "whsec_" + base64.b64encode(secret.encode()).decode()


def signed_headers(secret: str, event_id: str, at_s: int, content: bytes) -> dict[str, str]:
    """The headers that prove an event.

    Args:
        secret: the webhook's; its UTF-8 bytes are the key.
        event_id: the same at every try.
        at_s: when this try is made, in Unix seconds.
        content: the raw body, or the raw query string when there is no body.
    """
    key, at = secret.encode(), str(at_s)
    vendor = hmac.digest(key, b"%s.%s" % (at.encode(), content), hashlib.sha256).hex()
    standard = hmac.digest(key, b"%s.%s.%s" % (event_id.encode(), at.encode(), content), hashlib.sha256)
    return {
        "X-Smstools-Signature": f"t={at},v1={vendor}",
        "webhook-id": event_id,
        "webhook-timestamp": at,
        "webhook-signature": "v1," + base64.b64encode(standard).decode(),
    }
