"""Checkpoints: signed, in a row, over the heads kept with them."""

from datetime import UTC, datetime

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from comity.evidence.chain import BEGINNING, Head
from comity.evidence.checkpoint import CheckpointsCheck, is_signed, note_hash, sign

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
KEY, OTHER = (Ed25519PrivateKey.generate() for _ in range(2))
PUBLIC = KEY.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
MOVES = ({1: Head(3, b"\1" * 32)}, {1: Head(4, b"\2" * 32), 2: Head(1, b"\3" * 32)}, {3: Head(9, b"\4" * 32)})


def in_a_row():
    checkpoints, heads, note = [], {}, None
    for number, moved in enumerate(MOVES, 1):
        heads.update(moved)
        signed = sign(number, NOW, heads, note_hash(note), KEY)
        checkpoints.append(msgspec.structs.replace(signed, moved=moved))
        note = signed.note
    return checkpoints


def flaw_in(checkpoints):
    check = CheckpointsCheck(PUBLIC)
    for checkpoint in checkpoints:
        check.add(checkpoint)
    return check.flaw


def changed(number, **changes):
    checkpoints = in_a_row()
    checkpoints[number - 1] = msgspec.structs.replace(checkpoints[number - 1], **changes)
    return checkpoints


def test_an_honest_row_has_no_flaw_and_tells_all_heads():
    check = CheckpointsCheck(PUBLIC)
    for checkpoint in in_a_row():
        check.add(checkpoint)
    assert check.flaw is None
    assert check.heads == {1: Head(4, b"\2" * 32), 2: Head(1, b"\3" * 32), 3: Head(9, b"\4" * 32)}


@pytest.mark.parametrize("number", [1, 2, 3])
@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"signature": bytes(64)}, "signature"),
        ({"note": b"comity evidence checkpoint 1\n"}, "signature"),
        ({"moved": {1: Head(4, b"\5" * 32)}}, "heads"),
        ({"moved": {}}, "heads"),
    ],
)
def test_a_changed_checkpoint_is_named(number, changes, what):
    flaw = flaw_in(changed(number, **changes))
    assert (flaw.number, what in flaw.what) == (number, True)


@pytest.mark.parametrize("number", [1, 2])
def test_a_removed_checkpoint_is_named(number):
    checkpoints = in_a_row()
    del checkpoints[number - 1]
    flaw = flaw_in(checkpoints)
    assert (flaw.number, "missing" in flaw.what) == (number, True)


def test_a_checkpoint_that_follows_another_is_named():
    forged = sign(2, NOW, {**MOVES[0], **MOVES[1]}, BEGINNING, KEY)
    checkpoints = in_a_row()
    checkpoints[1] = msgspec.structs.replace(forged, moved=MOVES[1])
    assert flaw_in(checkpoints).number == 2


def test_nobody_else_can_sign():
    forged = sign(1, NOW, MOVES[0], BEGINNING, OTHER)
    assert not is_signed(forged.note, forged.signature, PUBLIC)
