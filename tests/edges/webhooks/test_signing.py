"""The two signatures, judged by code that is not ours."""

from __future__ import annotations

import hashlib
import hmac
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from comity.edges.webhooks.signing import new_secret, signed_headers, standard_secret


@given(
    st.text(min_size=1, max_size=64, alphabet=st.characters(codec="utf-8")),
    st.text(alphabet=st.characters(codec="utf-8")),
)
def test_the_library_of_standard_webhooks_accepts_the_signature(secret, body):
    headers = signed_headers(secret, "0198-event", int(time.time()), body.encode())
    Webhook(standard_secret(secret)).verify(body, headers, json_parse=False)


def test_the_library_refuses_a_changed_body():
    secret = new_secret()
    headers = signed_headers(secret, "e", int(time.time()), b'{"a":1}')
    with pytest.raises(WebhookVerificationError):
        Webhook(standard_secret(secret)).verify(b'{"a":2}', headers)


def test_the_vendors_signature_is_the_hmac_of_time_dot_body():
    headers = signed_headers("key", "e", 1_700_000_000, b"{}")
    expected = hmac.new(b"key", b"1700000000.{}", hashlib.sha256).hexdigest()
    assert headers["X-Smstools-Signature"] == f"t=1700000000,v1={expected}"


def test_secrets_are_long_different_and_fit_a_path():
    secrets = {new_secret() for _ in range(100)}
    assert len(secrets) == 100
    assert all(len(secret) == 48 and secret.isalnum() for secret in secrets)
