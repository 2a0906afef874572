"""Boxes open with their own key, for their own account, number and message, and with nothing else."""

import os
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import assume, given
from hypothesis import strategies as some

from comity.edges.vault import KeysMissingError, Vault, epoch_of, new_key, open_body, seal_body

EPOCHS = {1: bytes(range(32))}
VAULT = Vault(b"l" * 32, lambda: EPOCHS)
ACCOUNTS = some.integers(1, (1 << 63) - 1)
NUMBERS = some.text("0123456789", min_size=3, max_size=15)
IDS = some.uuids()


@given(ACCOUNTS, NUMBERS, IDS, some.binary(max_size=2000))
def test_what_is_sealed_opens_again(account, number, id_, body):
    key, subject = new_key(), VAULT.subject(account, number)
    assert open_body(key, seal_body(AESGCM(key), body, account, subject, id_), account, subject, id_) == body


@given(some.tuples(ACCOUNTS, NUMBERS, IDS), some.tuples(ACCOUNTS, NUMBERS, IDS))
def test_a_box_opens_for_no_other_account_number_or_message(mine, other):
    assume(mine != other)
    key = new_key()
    account, number, id_ = mine
    box = seal_body(AESGCM(key), b"said", account, VAULT.subject(account, number), id_)
    assert open_body(key, box, other[0], VAULT.subject(*other[:2]), other[2]) is None


@given(some.binary(min_size=1, max_size=200), some.integers(0), some.integers(1, 255))
def test_a_box_that_was_altered_opens_for_nobody(body, place, change):
    key, subject, id_ = new_key(), VAULT.subject(1, "32470000000"), UUID(int=1)
    box = bytearray(seal_body(AESGCM(key), body, 1, subject, id_))
    box[place % len(box)] ^= change
    assert open_body(key, bytes(box), 1, subject, id_) is None


@given(some.binary(max_size=60))
def test_what_is_no_box_opens_for_nobody(box):
    assert open_body(new_key(), box, 1, VAULT.subject(1, "32470000000"), uuid4()) is None
    assert VAULT.open_passing(box) is None
    assert VAULT.unwrap(box, 1, b"s" * 16) is None


@given(ACCOUNTS, NUMBERS, ACCOUNTS, NUMBERS)
def test_a_wrapped_key_is_of_one_account_and_number(account, number, other, another):
    assume((account, number) != (other, another))
    key, subject = new_key(), VAULT.subject(account, number)
    wrapped = VAULT.wrap(key, account, subject)
    assert VAULT.unwrap(wrapped, account, subject) == key
    assert VAULT.unwrap(wrapped, other, VAULT.subject(other, another)) is None


@given(some.tuples(ACCOUNTS, NUMBERS), some.tuples(ACCOUNTS, NUMBERS))
def test_what_stands_for_a_number_is_of_one_account_and_needs_the_vault(one, other):
    assert (VAULT.subject(*one) == VAULT.subject(*other)) is (one == other)
    assert VAULT.subject(*one) != Vault(b"m" * 32, lambda: EPOCHS).subject(*one)


@given(some.binary(max_size=500))
def test_what_passes_through_opens_again(body):
    assert VAULT.open_passing(VAULT.seal_passing(body)) == body


def test_the_latest_epoch_wraps_and_a_destroyed_one_opens_nothing():
    epochs = {1: os.urandom(32)}
    vault = Vault(b"l" * 32, lambda: dict(epochs))
    old = vault.wrap(new_key(), 1, b"s" * 16)
    epochs[2] = os.urandom(32)
    vault.reload()
    assert (epoch_of(old), epoch_of(vault.wrap(new_key(), 1, b"s" * 16))) == (1, 2)
    assert vault.unwrap(old, 1, b"s" * 16) is not None
    del epochs[1]
    vault.reload()
    assert vault.unwrap(old, 1, b"s" * 16) is None


def test_an_epoch_that_another_process_began_is_found_when_it_is_met():
    epochs = {1: os.urandom(32)}
    here, there = Vault(b"l" * 32, lambda: dict(epochs)), Vault(b"l" * 32, lambda: dict(epochs))
    epochs[2] = os.urandom(32)
    there.reload()
    key = new_key()
    assert here.unwrap(there.wrap(key, 1, b"s" * 16), 1, b"s" * 16) == key


def test_without_a_key_nothing_is_sealed():
    with pytest.raises(KeysMissingError):
        Vault(b"l" * 32, dict).wrap(new_key(), 1, b"s" * 16)


def test_no_two_draws_are_alike():
    drawn = {new_key() for _ in range(5000)}
    assert len(drawn) == 5000


def test_a_vault_shows_no_key():
    assert repr(VAULT) == "Vault()"
