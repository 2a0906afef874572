"""Owns when the use of an account is so unlike its past that somebody must vouch for it, and the life of that (U15).

It must not know who asks, where anything is kept, or what time it is. Whoever stole a key holds it, so the same key
never vouches for itself.
"""

from __future__ import annotations

import enum
import ipaddress
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Annotated, Final

import msgspec

_CODE_DIGITS: Final = 8
_V4_SHOWN: Final = 24
_V6_SHOWN: Final = 48
_WIDEST: Final = 1 << 32 - 8
_WIDEST_6: Final = 1 << 128 - 16
_COVERED: Final = 1.5
"""Of what an account declared, so much may go: what is more is the matter of the rule `use-case-drift`."""

ELSEWHERE: Final = "ZZ"
"""Stands for all further countries, of a key about which several are asked already; ISO 3166-1 has no such code."""

Hours = Annotated[int, msgspec.Meta(ge=1, le=24 * 30)]


class Kind(enum.StrEnum):
    """What is unusual."""

    COUNTRY = "country"  # a key is used from a country that the account was never used from
    VOLUME = "volume"  # far more is sent than ever before


class State(enum.StrEnum):
    """Where a challenge is in its life."""

    OPEN = "open"  # the account is asked
    LAPSED = "lapsed"  # it did not answer in time; people at the desk look
    CONFIRMED = "confirmed"
    DENIED = "denied"


class Event(enum.StrEnum):
    """What happens to a challenge."""

    CODE = "code"  # somebody gives the code that was mailed
    KEY = "key"  # another key of the account vouches, from a place that was known before
    STAFF = "staff"  # a senior reviewer says that it is well
    DENY = "deny"  # "it was not us"
    LAPSE = "lapse"


TRANSITIONS: Final[dict[tuple[State, Event], State]] = {
    (State.OPEN, Event.CODE): State.CONFIRMED,
    (State.OPEN, Event.KEY): State.CONFIRMED,
    (State.OPEN, Event.STAFF): State.CONFIRMED,
    (State.OPEN, Event.DENY): State.DENIED,
    (State.OPEN, Event.LAPSE): State.LAPSED,
    # Codes are over by then; who vouches late still may.
    (State.LAPSED, Event.KEY): State.CONFIRMED,
    (State.LAPSED, Event.STAFF): State.CONFIRMED,
    (State.LAPSED, Event.DENY): State.DENIED,
}
STOPPING: Final = frozenset({State.OPEN, State.LAPSED})
"""In these, what it is about is held."""


def after(state: State, event: Event) -> State | None:
    """The state that an event leads to; None where it does not happen."""
    return TRANSITIONS.get((state, event))


class Challenged(msgspec.Struct, frozen=True, omit_defaults=True):
    """A challenge that stops a message, as the road knows it.

    Attributes:
        challenge: its id (a UUID as text).
        kind: a value of `Kind`.
        country: ISO 3166-1 alpha-2 that the key is used from; "" for a challenge of volume.
        held: messages that it holds already, as far as is known; counted for a country.
    """

    challenge: str
    kind: str
    country: str = ""
    held: int = 0


def about_country(challenged: Iterable[Challenged]) -> Challenged | None:
    """The one about whence the key is used; None where there is none."""
    return next((one for one in challenged if one.kind == Kind.COUNTRY.value), None)


def stops_changes(challenged: Iterable[Challenged]) -> bool:
    """Whether whoever calls may only read and answer, besides what it sends and is held: the key may be stolen."""
    return about_country(challenged) is not None


# ---------------------------------------------------------------- a country that is new


class Habit(msgspec.Struct, frozen=True):
    """What is known of a key and its account when it is used from somewhere.

    Attributes:
        country: whence; "" where the lists that are loaded do not say.
        known: the account was used from there of late, or declared that it is.
        networks: the account says which networks it may be used from, so a key from elsewhere opens nothing at all.
        since: when any key of the account was first used from a place that is known; None for never.
        sent: messages of the account, as far as any are counted.
    """

    country: str
    known: bool
    networks: bool
    since: datetime | None
    sent: int


class CountryTerms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When a new country is worth a challenge, and how it is answered.

    Attributes:
        history_days: an account that was used for less, by any of its keys, has no habits of places.
        history_messages: nor has one that sent less.
        seen_days: a country that was not seen for longer is new again.
        answer_hours: so long the account has to answer before the desk does.
        code_hours: so long a mailed code counts.
        code_tries: after so many wrong ones it counts no more.
        most_held: more messages than so many are not held but refused, for what is held is paid for.
    """

    history_days: Annotated[int, msgspec.Meta(ge=0, le=365)] = 7
    history_messages: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] = 50
    seen_days: Annotated[int, msgspec.Meta(ge=1, le=365)] = 90
    answer_hours: Hours = 72
    code_hours: Hours = 24
    code_tries: Annotated[int, msgspec.Meta(ge=1, le=20)] = 5
    most_held: Annotated[int, msgspec.Meta(ge=0, le=10_000)] = 1_000


@lru_cache(maxsize=4096)
def is_fence(networks: tuple[str, ...]) -> bool:
    """Whether networks that a key may be used from say where that is: not with more than a /8, or a /16 of IPv6."""
    found = [ipaddress.ip_network(one) for one in networks]
    within = sum(one.num_addresses for one in found if one.version == 4)  # noqa: PLR2004  the protocol's name
    within_6 = sum(one.num_addresses for one in found if one.version == 6)  # noqa: PLR2004  the protocol's name
    return bool(found) and within <= _WIDEST and within_6 <= _WIDEST_6


def is_new_place(habit: Habit, terms: CountryTerms, now: datetime) -> bool:
    """Whether a key is used from a country that is new for its account, which has habits; the key may be new itself."""
    return (
        bool(habit.country)
        and not habit.known
        and not habit.networks
        and habit.since is not None
        and now - habit.since >= timedelta(days=terms.history_days)
        and habit.sent >= terms.history_messages
    )


class Voucher(msgspec.Struct, frozen=True):
    """The key by which somebody vouches.

    Attributes:
        key: its client id.
        country: whence it is used now.
        since: when it was first used from there; None for never before.
        made_by: the client id of the key that made it or gave it its secret; "" where none did.
        challenged: somebody has to vouch for what it does itself.
    """

    key: str
    country: str
    since: datetime | None
    made_by: str = ""
    challenged: bool = False


class Asked(msgspec.Struct, frozen=True):
    """What a challenge asks about: what is unusual, which key, whence, and since when."""

    kind: Kind
    key: str
    country: str
    opened_at: datetime


def may_vouch(voucher: Voucher, asked: Asked, terms: CountryTerms) -> bool:
    """Whether a key may vouch for another, not for itself: one with a history of its own, from where it has that.

    A key that was made or first used just before says nothing: who stole one has it, too. Nobody vouches for a volume
    by a key: which key is in the wrong hands is not known then.
    """
    return (
        asked.kind is Kind.COUNTRY
        and asked.key not in {voucher.key, voucher.made_by}
        and not voucher.challenged
        and bool(voucher.country)
        and voucher.country != asked.country
        and voucher.since is not None
        and voucher.since <= asked.opened_at - timedelta(days=max(terms.history_days, 1))
    )


# ---------------------------------------------------------------- a volume that is new


class Volume(msgspec.Struct, frozen=True, omit_defaults=True):
    """What an account sends, and used to send.

    Attributes:
        hour: messages in the running hour (UTC), this one included.
        day: messages since midnight UTC, this one included.
        usual_hour: messages in the busiest hour of the days before, as far back as the policy looks.
        usual_day: messages on the busiest of these days.
        is_new: it has sent for too few days to have habits.
        declared: messages a day that it declared; 0 for none.
    """

    hour: int
    day: int
    usual_hour: int = 0
    usual_day: int = 0
    is_new: bool = False
    declared: int = 0


_Count = Annotated[int, msgspec.Meta(ge=1, le=100_000_000)]


class VolumeTerms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From when on a volume is worth a challenge.

    Attributes:
        percent: of the busiest hour or day before, in percent, so much may go.
        floor_hour: so much may go in an hour in any case.
        floor_day: and on a day.
        new_days: an account that has sent for less has no habits yet.
        new_hour: so much such an account may send in an hour.
        new_day: and on a day.
        past_days: how many days before count.
        free_hours: once confirmed, more is let through for so long.
        answer_hours: so long the account has to answer before the desk does.
    """

    percent: Annotated[int, msgspec.Meta(ge=200, le=10_000)] = 500
    floor_hour: _Count = 2_000
    floor_day: _Count = 10_000
    new_days: Annotated[int, msgspec.Meta(ge=0, le=90)] = 7
    new_hour: _Count = 50_000
    new_day: _Count = 100_000
    past_days: Annotated[int, msgspec.Meta(ge=7, le=60)] = 35
    free_hours: Hours = 24
    answer_hours: Hours = 72

    @property
    def least_hour(self) -> int:
        """No account is stopped for less in an hour."""
        return min(self.floor_hour, self.new_hour)

    @property
    def least_day(self) -> int:
        """No account is stopped for less on a day."""
        return min(self.floor_day, self.new_day)


class Surge(msgspec.Struct, frozen=True):
    """More than may go: over which span, how much, and how much may."""

    span: str
    observed: int
    limit: int


def surge(volume: Volume, terms: VolumeTerms) -> Surge | None:
    """What is so much that somebody must vouch for it; a figure that equals its limit is not."""
    for span, observed, limit in (
        ("day", volume.day, _limit(terms.floor_day, terms.new_day, volume.usual_day, volume, terms)),
        ("hour", volume.hour, _limit(terms.floor_hour, terms.new_hour, volume.usual_hour, volume, terms)),
    ):
        if observed > limit:
            return Surge(span, observed, limit)
    return None


def _limit(floor: int, new: int, usual: int, volume: Volume, terms: VolumeTerms) -> int:
    """A day's campaign may go within an hour, so what was declared a day counts for the hour too."""
    habit = new if volume.is_new else max(floor, usual * terms.percent // 100)
    return max(habit, int(volume.declared * _COVERED))


# ---------------------------------------------------------------- codes and addresses


def new_code() -> str:
    """A one-time code of 8 digits."""
    return f"{secrets.randbelow(10**_CODE_DIGITS):0{_CODE_DIGITS}d}"


def network_of(address: str) -> str:
    """The network of an address as it is kept and shown: 256 addresses (IPv4) or a /48 (IPv6); "" for no address."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    found = getattr(found, "ipv4_mapped", None) or found
    shown = _V4_SHOWN if found.version == 4 else _V6_SHOWN  # noqa: PLR2004  the protocol's name
    return str(ipaddress.ip_network((found, shown), strict=False))
