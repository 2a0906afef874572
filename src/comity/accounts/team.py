"""Owns who works for an account: roles, what keys of each may do, how a person comes and goes; must not know stores.

A person is invited, joins with a key of their own, and leaves or is removed. What may happen when is `AFTER`. Somebody
who joined and has no key any more is mailed another token, and joins with it again.
"""

from __future__ import annotations

import hashlib
import ipaddress
import secrets
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from comity.base.errors import ComityError, UnfitValueError

SCOPES: Final = ("read", "send", "consents", "cases", "billing", "subaccounts", "keys", "team")
"""What a key may be allowed, in the order in which they are shown."""
INVITED_FOR: Final = timedelta(days=7)
EMPTIED_AFTER: Final = timedelta(days=30)
"""So long after somebody left, their name and address go."""
LONGEST_OVERLAP: Final = timedelta(days=7)
"""So long at most both secrets of a key work."""
MOST_PEOPLE: Final = 200
"""People of an account, those who are invited too."""
MOST_KEYS: Final = 500
"""Keys of an account that are in force."""
_TOKEN_OCTETS: Final = 32


class Role(StrEnum):
    """What a person does for an account."""

    OWNER = "owner"
    DEVELOPER = "developer"
    SENDER = "sender"
    COMPLIANCE = "compliance"
    BILLING = "billing"
    READER = "reader"


ROLE_SCOPES: Final[dict[Role, tuple[str, ...]]] = {
    Role.OWNER: SCOPES,
    Role.DEVELOPER: ("read", "send", "consents", "cases", "keys"),
    Role.SENDER: ("read", "send"),
    Role.COMPLIANCE: ("read", "consents", "cases"),
    Role.BILLING: ("read", "billing"),
    Role.READER: ("read",),
}


class State(StrEnum):
    """Where a person stands."""

    INVITED = "invited"
    ACTIVE = "active"
    EXPIRED = "expired"
    LEFT = "left"
    REMOVED = "removed"


class Event(StrEnum):
    """What happens to a person."""

    INVITE = "invite"
    JOIN = "join"
    EXPIRE = "expire"
    CHANGE = "change"
    LEAVE = "leave"
    REMOVE = "remove"


AFTER: Final[dict[tuple[State, Event], State]] = {
    (State.INVITED, Event.INVITE): State.INVITED,
    (State.INVITED, Event.JOIN): State.ACTIVE,
    (State.INVITED, Event.EXPIRE): State.EXPIRED,
    (State.INVITED, Event.REMOVE): State.REMOVED,
    (State.EXPIRED, Event.INVITE): State.INVITED,
    (State.EXPIRED, Event.REMOVE): State.REMOVED,
    (State.ACTIVE, Event.INVITE): State.ACTIVE,
    (State.ACTIVE, Event.JOIN): State.ACTIVE,
    (State.ACTIVE, Event.EXPIRE): State.ACTIVE,
    (State.ACTIVE, Event.CHANGE): State.ACTIVE,
    (State.ACTIVE, Event.LEAVE): State.LEFT,
    (State.ACTIVE, Event.REMOVE): State.REMOVED,
}
ENDED: Final = frozenset({State.LEFT, State.REMOVED})


class TeamError(ComityError):
    """That does not happen to a person or key as it is."""


class TooWideError(ComityError):
    """Whoever asks may not do all that they would hand out, or take away."""


def after(state: State, event: Event) -> State:
    """The state that follows.

    Raises:
        TeamError: that does not happen to somebody in their state.
    """
    following = AFTER.get((state, event))
    if following is None:
        raise TeamError(f"Somebody who is {state} takes no {event}.", "See GET /api/team.")
    return following


def insist_within(wanted: Collection[str], own: Collection[str]) -> None:
    """Nobody hands out, changes or takes away what they may not do themselves.

    Raises:
        TooWideError: they would.
    """
    wider = [scope for scope in SCOPES if scope in wanted and scope not in own]
    if wider:
        raise TooWideError(f"You may not do that yourself: {', '.join(wider)}.", "Ask an owner of the account.")


def insist_on_an_owner(owners: Collection[int], leaving: int) -> None:
    """An account that has an owner keeps one: `owners` are those who can act, `leaving` is who would be none.

    Raises:
        TeamError: it is the last.
    """
    if leaving in owners and len(owners) == 1:
        raise TeamError(
            "This is the account's last owner.", "Invite another owner first, who joins, or again who has no key."
        )


def in_order(scopes: Iterable[str]) -> list[str]:
    """Scopes, each once, in their order.

    Raises:
        UnfitValueError: one is none, or there is none at all.
    """
    asked = set(scopes)
    unknown = sorted(asked - set(SCOPES))
    if unknown or not asked:
        raise UnfitValueError(
            f"There is no scope {unknown[0]!r}." if unknown else "A key needs a scope.", f"Use {', '.join(SCOPES)}."
        )
    return [scope for scope in SCOPES if scope in asked]


def former_until(overlap: timedelta, now: datetime, ends: datetime | None) -> datetime:
    """Until when the old secret of a key works beside the new one; never longer than the key itself.

    Raises:
        UnfitValueError: that is too long.
    """
    if not timedelta(0) <= overlap <= LONGEST_OVERLAP:
        raise UnfitValueError("Both secrets work for 7 days at most.", "Give 0 to 168 hours.")
    return min(now + overlap, ends) if ends is not None else now + overlap


def insist_on_future(ends: datetime | None, now: datetime) -> None:
    """A key ends on a coming instant, or never.

    Raises:
        UnfitValueError: it would have ended already.
    """
    if ends is not None and ends <= now:
        raise UnfitValueError("The key would have ended already.", "Give a coming instant, or none.")


def insist_on_key(scopes: Collection[str], owner: int | None, actor: tuple[Collection[str], int | None]) -> None:
    """Who may make, revoke or give a new secret to a key: whose it is, or somebody who may do all that it may.

    Args:
        scopes: what the key may do.
        owner: whose own it is; None for a program's.
        actor: what whoever asks may do, and who they are.

    Raises:
        TooWideError: they may not.
    """
    own_scopes, person = actor
    if owner is not None and owner == person:
        return
    insist_within(["keys" if owner is None else "team"], own_scopes)
    insist_within(scopes, own_scopes)


def masked_network(address: str) -> str:
    """The network that an address is in, with what tells one machine left out: 24 bits of IPv4, 48 of IPv6."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ""
    found = getattr(found, "ipv4_mapped", None) or found
    bits = 24 if found.version == 4 else 48  # noqa: PLR2004  the versions of IP
    return str(ipaddress.ip_network((found, bits), strict=False))


def new_token() -> str:
    """What an invitation is accepted with: 256 random bits, mailed once, never kept."""
    return "inv_" + secrets.token_urlsafe(_TOKEN_OCTETS)


def token_hash(token: str) -> bytes:
    """What is kept of it, 32 octets; it needs no salt, for it cannot be guessed."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
