"""Owns what may be told on which legal basis: the fields there are, how deep each reaches, and bases as policy data.

It must not know where values come from, or who asks.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Annotated, Final, Literal

import msgspec

Asker = Literal["authority", "harmed", "subject"]
"""An authority; a third party who was harmed; the person whom data is about."""


class Level(enum.IntEnum):
    """How deep a field reaches into private life, as Regulation (EU) 2023/1543, Article 3(9) to (12), parts data."""

    SUBSCRIBER = 1
    IDENTIFICATION = 2
    TRAFFIC = 3
    CONTENT = 4


FIELDS: Final[dict[str, Level]] = {
    "account.name": Level.SUBSCRIBER,
    "account.since": Level.SUBSCRIBER,
    "account.contact": Level.SUBSCRIBER,  # who accepted the policy for it
    "account.senders": Level.SUBSCRIBER,
    "account.network": Level.IDENTIFICATION,  # the address from which the policy was accepted
    "message.id": Level.TRAFFIC,
    "message.at": Level.TRAFFIC,
    "message.sender": Level.TRAFFIC,
    "message.recipient": Level.TRAFFIC,
    "message.country": Level.TRAFFIC,
    "message.category": Level.TRAFFIC,
    "message.state": Level.TRAFFIC,
    "message.submitted": Level.TRAFFIC,
    "message.carrier": Level.TRAFFIC,
    "message.text": Level.CONTENT,
    "reply.at": Level.TRAFFIC,
    "reply.sender": Level.TRAFFIC,
    "reply.receiver": Level.TRAFFIC,
    "reply.text": Level.CONTENT,
    "consent.brand": Level.TRAFFIC,
    "consent.purpose": Level.TRAFFIC,
    "consent.channel": Level.TRAFFIC,
    "consent.at": Level.TRAFFIC,
    "consent.wording": Level.TRAFFIC,
    "opt_out.at": Level.TRAFFIC,
    "opt_out.source": Level.TRAFFIC,
}
"""What a package may hold, record kind and name; a package holds no other field."""

NORMAL: Final = timedelta(days=10)
EMERGENCY: Final = timedelta(hours=8)
"""Regulation (EU) 2023/1543, Article 10(3) and (4)."""


class Basis(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one legal basis allows.

    Attributes:
        title: for people.
        fields: the minimal set: what is proposed; more takes a reason that the approver reads.
        source: the law it rests on.
        askers: who may ask on it.
        content: whether what people wrote may be told at all; without it no reason widens so far.
        max_days: how long a period may be asked for.
        deadline_hours: how long there is to answer.
        emergency_hours: how long in an emergency; 0 where the basis knows none.
        off: whether requests on it are not taken.
    """

    title: str
    fields: tuple[str, ...]
    source: str = ""
    askers: tuple[Asker, ...] = ("authority",)
    content: bool = False
    max_days: Annotated[int, msgspec.Meta(ge=1, le=3650)] = 90
    deadline_hours: Annotated[int, msgspec.Meta(ge=1, le=2160)] = 240
    emergency_hours: Annotated[int, msgspec.Meta(ge=0, le=240)] = 8
    off: bool = False

    def __post_init__(self) -> None:
        """What a basis names is there, and is no deeper than it says.

        Raises:
            ValueError: it is not; msgspec makes it a problem of the policy with its place.
        """
        unknown = [field for field in self.fields if field not in FIELDS]
        if unknown:
            raise ValueError(f"there is no field {unknown[0]}; there are {', '.join(FIELDS)}")
        if not self.content and (deep := content_of(self.fields)):
            raise ValueError(f"{deep[0]} is content, and content is false")

    def within(self, *, emergency: bool) -> timedelta:
        """How long there is to answer."""
        return timedelta(hours=self.emergency_hours if emergency else self.deadline_hours)


def content_of(fields: Iterable[str]) -> tuple[str, ...]:
    """Which of the fields hold what people wrote."""
    return tuple(field for field in fields if FIELDS.get(field) is Level.CONTENT)


def bases_in(shipped: Mapping[str, Basis], policy: Mapping[str, Basis]) -> dict[str, Basis]:
    """The bases on which may be asked: those that ship, the policy's own first; none that is off."""
    return {name: basis for name, basis in {**shipped, **policy}.items() if not basis.off}


def in_order(fields: Iterable[str]) -> tuple[str, ...]:
    """Fields as they stand in the table, each once."""
    wanted = set(fields)
    return tuple(field for field in FIELDS if field in wanted)
