"""Owns the shapes of the calls about subaccounts; must not know how any of it is kept."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec

from comity.base.ids import to_wire
from comity.edges.postgres.subaccount_store import Subaccount

_Line = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
_Reason = Annotated[str, msgspec.Meta(min_length=1, max_length=2_000)]
Category = Literal["promotional", "transactional", "otp", "alert"]
Scope = Literal["read", "send", "consents", "cases", "billing", "subaccounts", "keys", "team"]


class NewSubaccountBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A subaccount to make; what is left out it has from your account.

    Attributes:
        name: what you call it; it is known as YOURS/NAME.
        category: its default traffic category.
        daily_volume: messages a day that it declares; at most yours.
        time_zone: IANA name that its dates are read in.
        accepted_by: the person of the subaccount who accepted the policy. Without one it cannot send.
    """

    name: _Line
    category: Category | None = None
    daily_volume: Annotated[int, msgspec.Meta(gt=0, lt=1 << 31)] | None = None
    time_zone: _Line | None = None
    accepted_by: Annotated[str, msgspec.Meta(max_length=100)] = ""


class NewKeyBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A key to make.

    Attributes:
        scopes: what it may do; what a program may want when left out; `team` lets it invite people of its own.
    """

    scopes: Annotated[tuple[Scope, ...], msgspec.Meta(min_length=1, max_length=8)] = (
        "read", "send", "consents", "cases", "billing",
    )  # fmt: skip


class SharedSenderBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A sender of yours that a subaccount may use too.

    Attributes:
        sender: the number or name, as it is granted to you.
    """

    sender: _Line


class HandedDownBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Credits to move to a subaccount.

    Attributes:
        micro_credits: how many, a million to the credit.
    """

    micro_credits: Annotated[int, msgspec.Meta(gt=0, lt=1 << 62)]


class WhyBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why a subaccount is suspended, or goes on.

    Attributes:
        why: the reason, which the subaccount reads.
    """

    why: _Reason


class SubaccountEntry(msgspec.Struct, frozen=True):
    """A subaccount.

    Attributes:
        id: its id.
        name: what it is known by.
        standing: its own: good, watched, limited, suspended or deactivated.
        counts: what counts when it sends: the worst of its own and those of the accounts above it.
        policy_accepted: whether a person of it accepted a version of the policy.
        purchased: micro-credits that it has and that were bought.
        bonus: micro-credits that it has as a bonus.
        subaccounts: how many it has itself.
        made_at: when it was made.
    """

    id: str
    name: str
    standing: str
    counts: str
    policy_accepted: bool
    purchased: int
    bonus: int
    subaccounts: int
    made_at: datetime


class SubaccountKey(msgspec.Struct, frozen=True):
    """A key of a subaccount.

    Attributes:
        client_id: what it is known by.
        scopes: what it may do.
        made_at: when it was made.
        revoked_at: since when it opens nothing; null while it does.
    """

    client_id: str
    scopes: tuple[str, ...]
    made_at: datetime
    revoked_at: datetime | None


class SubaccountShown(SubaccountEntry, frozen=True):
    """A subaccount with what it may use.

    Attributes:
        category: its default traffic category.
        daily_volume: messages a day that it declares; null for none.
        time_zone: IANA name that its dates are read in.
        senders: what it may send as.
        keys: its keys, those that were revoked too.
    """

    category: str = ""
    daily_volume: int | None = None
    time_zone: str = ""
    senders: tuple[str, ...] = ()
    keys: tuple[SubaccountKey, ...] = ()


class MadeKey(msgspec.Struct, frozen=True):
    """A key that was made.

    Attributes:
        client_id: what it is known by.
        client_secret: its secret, shown this once.
        scopes: what it may do.
    """

    client_id: str
    client_secret: str
    scopes: tuple[str, ...]


class HandedDown(msgspec.Struct, frozen=True):
    """Credits that were moved.

    Attributes:
        id: the transfer's id: the subject of the entries in both ledgers.
        micro_credits: how many.
    """

    id: str
    micro_credits: int


def entry(child: Subaccount) -> SubaccountEntry:
    """A subaccount in the list."""
    return SubaccountEntry(**_common(child))


def shown(child: Subaccount, keys: list[dict[str, Any]]) -> SubaccountShown:
    """A subaccount with its keys."""
    return SubaccountShown(
        **_common(child),
        category=child.category,
        daily_volume=child.daily_volume,
        time_zone=child.time_zone,
        senders=child.senders,
        keys=tuple(_key(one) for one in keys),
    )


def _common(child: Subaccount) -> dict[str, Any]:
    return {
        "id": to_wire(child.public_id),
        "name": child.name,
        "standing": child.standing,
        "counts": child.counts,
        "policy_accepted": child.policy_accepted,
        "purchased": child.purchased,
        "bonus": child.bonus,
        "subaccounts": child.subaccounts,
        "made_at": child.created_at,
    }


def _key(row: dict[str, Any]) -> SubaccountKey:
    return msgspec.convert({**row, "made_at": row["created_at"]}, SubaccountKey)
