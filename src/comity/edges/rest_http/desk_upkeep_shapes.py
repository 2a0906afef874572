"""Owns shapes of the desk's calls about evidence, retention and the ledger; must not know any call."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import msgspec

from comity.edges.rest_http.desk_shapes import Line, Words


class CheckpointLine(msgspec.Struct, frozen=True):
    """A signed checkpoint of the evidence log.

    Attributes:
        number: counted from 1.
        at: when it was signed.
        note: what was signed, octet for octet: the ends of all chains as the root of a tree, and the hash of the note
            before. Keep it where nobody who can write in the database can.
        signature: Ed25519 over the note, in hexadecimal.
    """

    number: int
    at: datetime
    note: str
    signature: str


class CheckpointTaken(CheckpointLine, frozen=True):
    """The newest checkpoint, with the key that it is checked with.

    Attributes:
        taken: whether it was signed now; false where nothing was new since the one before.
        public_key: the installation's public key, as `openssl pkeyutl -verify` reads it (PEM).
    """

    taken: bool = True
    public_key: str = ""


class KeptNote(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A checkpoint's note that was kept elsewhere.

    Attributes:
        note: as it was given, with its line ends.
    """

    note: Annotated[str, msgspec.Meta(min_length=1, max_length=1_000)]


class NoteCompared(msgspec.Struct, frozen=True):
    """Whether a note that was kept elsewhere is among those here.

    Attributes:
        known: false means that the log was written anew since.
    """

    known: bool


class EvidenceChecked(msgspec.Struct, frozen=True):
    """What a check of the evidence of some accounts found.

    Attributes:
        holds: whether everything is as it was written.
        wrong: what is not, in a sentence each, with the account's number and the first entry that is wrong.
        accounts: how many were checked.
        entries: how many entries they have.
        opened: payloads that were opened, and are what was committed to.
        erased: payloads that an erasure destroyed.
        verdicts: verdicts that were compared with their trees.
        checkpoints: signed checkpoints that were looked at.
        payloads_looked_into: whether this server has the key for that.
        next: the cursor with which the next accounts are checked; null when these were the last.
    """

    holds: bool
    wrong: list[str]
    accounts: int
    entries: int
    opened: int
    erased: int
    verdicts: int
    checkpoints: int
    payloads_looked_into: bool
    next: str | None


class EvidenceLine(msgspec.Struct, frozen=True):
    """An entry of an account's evidence log, without its payload.

    Attributes:
        sequence: counted from 1 without gaps.
        kind: what it is evidence of.
        at: when it was written.
        payload: open, erased, sealed (this server has not the key) or altered.
        commitment: SHA-256 of the payload with its salt, in hexadecimal.
        previous: hash of the entry before.
        hash: hash of this entry, which the next one names.
    """

    sequence: int
    kind: str
    at: str
    payload: str
    commitment: str
    previous: str
    hash: str


class ExportReason(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why an account's evidence is written out.

    Attributes:
        why: for whom and on what ground; it is kept in that account's evidence, with your name.
    """

    why: Words


class ProofStep(msgspec.Struct, frozen=True):
    """A step from a leaf to the root.

    Attributes:
        side: on which side of what was hashed so far this hash stands: left or right.
        hash: in hexadecimal.
    """

    side: str
    hash: str


class VerdictProof(msgspec.Struct, frozen=True):
    """That the verdict on a message stands in the evidence log.

    Attributes:
        account: the name of the account that sent it.
        minute: when it was accepted.
        entry: the entry of the account's chain that holds the root.
        place: the leaf's place in the tree of its minute, from 0.
        leaf: the leaf's hash, in hexadecimal.
        steps: from the leaf to the root.
        root: the root, in hexadecimal.
        holds: whether the steps lead to the root, and the verdict as it stands is the one in the leaf.
        kept: whether the verdict is there still to be compared; a message that is gone leaves its leaf.
    """

    account: str
    minute: datetime
    entry: int
    place: int
    leaf: str
    steps: list[ProofStep]
    root: str
    holds: bool
    kept: bool


class RetentionRule(msgspec.Struct, frozen=True):
    """How long something is kept.

    Attributes:
        what: texts, replies, unclaimed, numbers, consents, or what else the retention knows.
        category: of texts alone; empty for any.
        country: of texts alone, ISO 3166 alpha-2; empty for any.
        days: how long.
        set_by: who set it.
        set_at: when it was set.
        done_to: everything that became due before is gone.
    """

    what: str
    category: str
    country: str
    days: int
    why: str
    set_by: str
    set_at: datetime
    done_to: datetime


class NewRetention(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A rule of retention to set or change.

    Attributes:
        what: one of those that GET /api/desk/retention shows.
        days: how long it is kept. What is gone does not come back.
        why: why so long; it is shown with the rule.
        category: of texts alone: promotional, transactional, otp or alert; empty for any.
        country: of texts alone, ISO 3166 alpha-2; empty for any.
    """

    what: Line
    days: Annotated[int, msgspec.Meta(ge=1, le=36_500)]
    why: Annotated[str, msgspec.Meta(min_length=1, max_length=500, pattern=r"\S")]
    category: Annotated[str, msgspec.Meta(max_length=50)] = ""
    country: Annotated[str, msgspec.Meta(pattern="^([A-Za-z]{2})?$")] = ""


class LedgerReport(msgspec.Struct, frozen=True):
    """Whether the ledger balances.

    Attributes:
        balanced: it does.
        problems: what does not, with its figures.
    """

    balanced: bool
    problems: list[dict[str, Any]]
