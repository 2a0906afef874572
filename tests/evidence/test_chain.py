"""Chains: whatever is done to one is found, and the first wrong entry named."""

import hashlib
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from comity.evidence.chain import (
    Head,
    check_chain,
    commitment_of,
    entry_text,
    next_entry,
    payload_octets,
)

ACCOUNT = 7
BEGAN = datetime(2026, 3, 4, 12, tzinfo=UTC)
CHANGES = {
    "kind": lambda entry: entry.kind + "x",
    "at": lambda entry: entry.at + timedelta(microseconds=1),
    "commitment": lambda entry: hashlib.sha256(entry.commitment).digest(),
    "previous": lambda entry: hashlib.sha256(entry.previous).digest(),
    "hash": lambda entry: hashlib.sha256(entry.hash).digest(),
    "account_id": lambda entry: entry.account_id + 1,
}


def chain_of(length):
    entries, head = [], Head()
    for number in range(length):
        commitment = commitment_of(payload_octets({"number": number}, bytes(32)))
        entry = next_entry(ACCOUNT, head, "consent", BEGAN + timedelta(seconds=number), commitment)
        entries.append(entry)
        head = entry.head
    return entries


def rehashed(entry, **changes):
    changed = msgspec.structs.replace(entry, **changes)
    return msgspec.structs.replace(changed, hash=hashlib.sha256(entry_text(changed)).digest())


CHAINS = st.integers(1, 12).map(chain_of)


@given(CHAINS)
def test_an_honest_chain_has_no_flaw(entries):
    assert check_chain(ACCOUNT, entries, entries[-1].head) is None
    assert check_chain(ACCOUNT, entries, entries[-1].head, {entry.sequence: entry.hash for entry in entries}) is None


def test_no_entries_are_an_honest_chain():
    assert check_chain(ACCOUNT, [], None) is None


@given(CHAINS, st.data(), st.sampled_from(sorted(CHANGES)))
def test_a_changed_entry_is_named(entries, data, field):
    place = data.draw(st.integers(0, len(entries) - 1))
    honest, head = entries[place], entries[-1].head
    entries[place] = msgspec.structs.replace(honest, **{field: CHANGES[field](honest)})
    assert check_chain(ACCOUNT, entries, head).sequence == place + 1


@given(CHAINS, st.data(), st.sampled_from(["kind", "at", "commitment"]))
def test_a_changed_entry_with_its_hash_made_anew_is_named(entries, data, field):
    place = data.draw(st.integers(0, len(entries) - 1))
    head = entries[-1].head
    entries[place] = rehashed(entries[place], **{field: CHANGES[field](entries[place])})
    assert check_chain(ACCOUNT, entries, head).sequence == place + 1


@given(CHAINS, st.data())
def test_a_removed_entry_is_named(entries, data):
    place = data.draw(st.integers(0, len(entries) - 1))
    head = entries[-1].head
    del entries[place]
    flaw = check_chain(ACCOUNT, entries, head)
    assert (flaw.sequence, flaw.what.startswith("is missing")) == (place + 1, True)


@given(CHAINS, st.data())
def test_a_removed_row_of_entries_is_named_by_its_first(entries, data):
    first = data.draw(st.integers(0, len(entries) - 1))
    last = data.draw(st.integers(first, len(entries) - 1))
    head = entries[-1].head
    assert check_chain(ACCOUNT, entries[:first] + entries[last + 1 :], head).sequence == first + 1


@given(CHAINS, st.data())
def test_exchanged_entries_are_named_by_the_first(entries, data):
    assume(len(entries) > 1)
    first = data.draw(st.integers(0, len(entries) - 2))
    second = data.draw(st.integers(first + 1, len(entries) - 1))
    head = entries[-1].head
    entries[first], entries[second] = entries[second], entries[first]
    assert check_chain(ACCOUNT, entries, head).sequence == first + 1


@given(CHAINS, st.data())
def test_entries_exchanged_with_their_numbers_made_to_fit_are_named_by_the_first(entries, data):
    assume(len(entries) > 1)
    first = data.draw(st.integers(0, len(entries) - 2))
    second = data.draw(st.integers(first + 1, len(entries) - 1))
    head = entries[-1].head
    one, other = entries[first], entries[second]
    entries[first], entries[second] = rehashed(other, sequence=first + 1), rehashed(one, sequence=second + 1)
    assert check_chain(ACCOUNT, entries, head).sequence == first + 1


@given(CHAINS, st.data())
def test_an_inserted_entry_is_named(entries, data):
    place = data.draw(st.integers(0, len(entries)))
    head = entries[-1].head
    before = entries[place - 1].head if place else Head()
    forged = next_entry(ACCOUNT, before, "consent", BEGAN, bytes(32))
    flaw = check_chain(ACCOUNT, [*entries[:place], forged, *entries[place:]], head)
    # Two entries have that number: one that stands where it belongs, one that does not.
    assert flaw.sequence == place + 1


@given(CHAINS, st.data())
def test_a_chain_written_anew_from_an_entry_on_is_found_by_its_head(entries, data):
    place = data.draw(st.integers(0, len(entries) - 1))
    honest = entries[-1].head
    head = entries[place - 1].head if place else Head()
    anew = entries[:place]
    for entry in entries[place:]:
        anew.append(next_entry(ACCOUNT, head, entry.kind, entry.at, bytes(32)))
        head = anew[-1].head
    assert check_chain(ACCOUNT, anew, honest) is not None
    # With the head written anew too, only what was signed elsewhere tells.
    assert check_chain(ACCOUNT, anew, head) is None
    signed = {entry.sequence: entry.hash for entry in entries}
    assert check_chain(ACCOUNT, anew, head, signed).sequence == place + 1


@given(CHAINS, st.data())
def test_a_chain_cut_short_with_its_head_is_found_by_a_checkpoint(entries, data):
    kept = data.draw(st.integers(0, len(entries) - 1))
    short = entries[:kept]
    head = short[-1].head if short else Head()
    assert check_chain(ACCOUNT, short, head, {entries[-1].sequence: entries[-1].hash}).sequence == kept + 1


def test_a_commitment_is_the_digest_of_text_that_names_its_form():
    octets = payload_octets({"a": 1}, bytes(32))
    assert octets == b"comity evidence payload 1\n" + b"00" * 32 + b'\n{"a":1}'
    assert commitment_of(octets) == hashlib.sha256(octets).digest()


def test_a_salt_has_its_length():
    with pytest.raises(ValueError, match="32 octets"):
        payload_octets({}, b"short")


def test_an_entry_is_seven_lines():
    entry = next_entry(ACCOUNT, Head(), "consent", BEGAN, bytes(32))
    assert entry_text(entry).decode().split("\n") == [
        "comity evidence entry 1", "7", "1", "consent", "2026-03-04T12:00:00.000000Z", "00" * 32, "00" * 32, "",
    ]  # fmt: skip
