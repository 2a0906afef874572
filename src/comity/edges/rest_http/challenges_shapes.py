"""Owns how challenges look over the /api door; must not know any call."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

import msgspec

from comity.base.ids import to_wire
from comity.edges.postgres.challenge_steps import MOST_KEYS

_Why = Annotated[str, msgspec.Meta(max_length=500)]


class ChallengeEntry(msgspec.Struct, frozen=True):
    """Use of your account that is so unlike its past that somebody must vouch for it.

    Attributes:
        id: its id.
        kind: country (a key is used from where your account never was) or volume (far more is sent than ever).
        state: open, lapsed (nobody answered in time), confirmed or denied.
        key: the client id or SMPP login it is about; empty for a volume.
        country: whence it is used, as an ISO 3166-1 code; ZZ for further countries together, where you are asked about
            three of the key already; empty for a volume.
        network: the network that it is used from; whole addresses are not kept.
        seen: of a volume, what was counted: span, observed, limit.
        held: how many messages wait for the answer.
        case: the case in which they wait.
        opened_at: since when.
        answer_by: until when you may answer; null until you were told.
        ended_at: when it was answered; null while it was not.
        how: how it was answered: code, key, staff or deny; empty while it was not.
        why: in words, as far as somebody gave any.
        free_until: of a confirmed volume, until when more is let through; null otherwise.
    """

    id: str
    kind: str
    state: str
    key: str
    country: str
    network: str
    seen: dict[str, str]
    held: int
    case: str
    opened_at: datetime
    answer_by: datetime | None
    ended_at: datetime | None
    how: str
    why: str
    free_until: datetime | None


class DeskChallenge(msgspec.Struct, frozen=True):
    """A challenge as the desk sees it.

    Attributes:
        account: whose it is.
        ended_by: who answered: a person of the staff, a key, or code; empty while nobody did.
        challenge: as its account sees it.
    """

    account: str
    ended_by: str
    challenge: ChallengeEntry


class Confirmation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How you vouch for it.

    Attributes:
        code: the code that was mailed to your account's addresses; left out, the key that calls vouches, which has to
            be another one than the challenge is about, and to be used from where it was used for some days before.
    """

    code: Annotated[str, msgspec.Meta(max_length=40)] = ""


class CodeMailed(msgspec.Struct, frozen=True):
    """A new code is on its way.

    Attributes:
        addresses: to how many of your account's addresses.
    """

    addresses: int


class Denial(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """That it was not you.

    Attributes:
        why: what you know of it, in words.
        keys: client ids or SMPP logins to take back besides the one that the challenge is about; it takes the scope
            `keys`.
    """

    why: _Why = ""
    keys: Annotated[list[Annotated[str, msgspec.Meta(max_length=100)]], msgspec.Meta(max_length=MOST_KEYS)] = []


class DeskAnswer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A senior reviewer's word.

    Attributes:
        why: what it rests on; the account reads it.
        keys: of a denial, client ids or SMPP logins to take back besides the one that the challenge is about.
    """

    why: Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
    keys: Annotated[list[Annotated[str, msgspec.Meta(max_length=100)]], msgspec.Meta(max_length=MOST_KEYS)] = []


_SAME = (
    "kind", "state", "key", "country", "network", "held", "opened_at", "answer_by", "ended_at", "how", "why",
    "free_until",
)  # fmt: skip


def entry(row: Mapping[str, Any]) -> ChallengeEntry:
    """A row of `challenge_store.list_challenges`."""
    return ChallengeEntry(
        id=to_wire(row["challenge_id"]),
        case=to_wire(row["case"]),
        seen={name: str(value) for name, value in row["facts"].items() if value is not None},
        **{name: row[name] for name in _SAME},
    )


def desk_entry(row: Mapping[str, Any]) -> DeskChallenge:
    """The same, for the desk."""
    return DeskChallenge(row["account"], row["ended_by"], entry(row))
