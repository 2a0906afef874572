"""Owns what an account is to the road of a message; must not know how it is stored or signed in."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Final

import msgspec

from comity.accounts.challenges import Challenged
from comity.accounts.record import AccountRecord, digest_of
from comity.complaints.freezing import Frozen

_NO_RECORD: Final = AccountRecord()


class Standing(enum.StrEnum):
    """How far an account is trusted (D5)."""

    GOOD = "good"
    WATCHED = "watched"
    LIMITED = "limited"
    SUSPENDED = "suspended"
    DEACTIVATED = "deactivated"


class Grant(msgspec.Struct, frozen=True):
    """The right of an account to send as a sender id (U1, P3).

    Attributes:
        sender: the sender id as granted, for showing.
        category: the traffic it is for, or None for any.
        expires_at: when the right ends (aware), or None.
    """

    sender: str
    category: str | None = None
    expires_at: datetime | None = None


class Account(msgspec.Struct, frozen=True):
    """An account as the road sees it: a snapshot, at most a second old.

    Attributes:
        standing: what counts: the worst of its own and those of the accounts above it (U19).
        grants: by the sender id's canonical key (see `senders.read`).
        accepted_policies: versions of the policy a named person of the account accepted.
        answered_policies: versions that were accepted or declined for it, so that it need not be asked.
        category: the default traffic category.
        daily_volume: messages a day the account declared, or None.
        time_zone: IANA name; request dates are read in it.
        allowed_networks: CIDRs the API may be called from; empty for any.
        transliterate: replace typographic characters when that saves UCS-2.
        record: what it declared and was cleared for.
        record_digest: names that record in the store.
        probing: hashes of texts by which the account feels out the filter; while there are any, it is told less (U16).
        head_id: the account that stands above all others of its line; None where nobody does.
        frozen: what of its traffic is frozen after complaints (P9).
        challenged: what of its use somebody must vouch for (U15); what depends on who calls is put in by the door.
        free_until: until when it may send more than it used to, since somebody vouched for it.
    """

    account_id: int
    name: str
    standing: Standing
    category: str
    time_zone: str
    grants: dict[str, Grant]
    accepted_policies: frozenset[str]
    daily_volume: int | None = None
    allowed_networks: tuple[str, ...] = ()
    transliterate: bool = False
    parent_id: int | None = None
    profile: dict[str, str] = {}
    webhooks: bool = False
    answered_policies: frozenset[str] = frozenset()
    record: AccountRecord = _NO_RECORD
    record_digest: str = digest_of(_NO_RECORD)
    probing: tuple[int, ...] = ()
    frozen: tuple[Frozen, ...] = ()
    challenged: tuple[Challenged, ...] = ()
    free_until: datetime | None = None
    head_id: int | None = None

    @property
    def family_id(self) -> int:
        """What it shares with all accounts of its line, and with no others."""
        return self.account_id if self.head_id is None else self.head_id
