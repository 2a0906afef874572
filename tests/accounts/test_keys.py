import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.accounts.keys import hash_secret, is_secret, new_client_id, new_secret

KEY = bytes(32)


def test_a_secret_carries_192_random_bits_and_is_never_the_same():
    made = {new_secret() for _ in range(200)}
    assert len(made) == 200
    assert all(re.fullmatch(r"sec_[A-Za-z0-9_-]{32}", secret) for secret in made)


def test_client_ids_are_plain_and_never_the_same():
    made = {new_client_id() for _ in range(200)}
    assert len(made) == 200
    assert all(re.fullmatch(r"cid_[0-9a-f]{18}", client_id) for client_id in made)


@given(st.text(), st.text())
def test_only_the_very_secret_is_recognised(kept, offered):
    assert is_secret(offered, hash_secret(kept, KEY), KEY) == (kept == offered)


@pytest.mark.parametrize("offered", ["\ud800", "\0", "", "é" * 1000])
def test_whatever_is_offered_is_answered_without_an_exception(offered):
    assert not is_secret(offered, hash_secret("sec", KEY), KEY)


def test_what_is_kept_is_worth_nothing_with_another_key():
    assert not is_secret("sec", hash_secret("sec", KEY), b"\1" * 32)


def test_what_is_kept_does_not_hold_the_secret():
    secret = new_secret()
    assert secret.encode() not in hash_secret(secret, KEY)
