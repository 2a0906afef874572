"""Owns telling a person's traffic from a program's by its figures; must not know who sends or what is done about it.

A person types, waits and is answered; a program sends much, to many, and hears little. The figures of a person's
traffic are those of the CTIA Messaging Principles and Best Practices (2023), section 4.2: 15 to 60 messages a minute,
1,000 a day, at most 100 distinct recipients, about as many messages in as out.
"""

from __future__ import annotations

import enum
from typing import Annotated, Final, Protocol

import msgspec

_Count = Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]


class Counts(Protocol):
    """What a sender did lately; `comity.screening.judging.Traffic` is one.

    Attributes:
        sender_day: messages sent in 24 hours.
        sender_minute: messages sent in the busiest minute.
        recipients: distinct recipients in 24 hours.
        replies: messages received in 24 hours.
    """

    @property
    def sender_day(self) -> int: ...  # noqa: D102  said above
    @property
    def sender_minute(self) -> int: ...  # noqa: D102  said above
    @property
    def recipients(self) -> int: ...  # noqa: D102  said above
    @property
    def replies(self) -> int: ...  # noqa: D102  said above


class Traffic(enum.StrEnum):
    """Whose traffic it is by its figures."""

    P2P = "person to person"
    A2P = "application to person"


class Profile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How much a person sends at most.

    Attributes:
        minute: messages a minute.
        day: messages a day.
        recipients: distinct recipients a day.
        sent_for_each_reply: messages sent for each one received.
        judged_from: fewer messages a day than this say nothing about answers.
    """

    minute: _Count = 60
    day: _Count = 1_000
    recipients: _Count = 100
    sent_for_each_reply: _Count = 5
    judged_from: _Count = 50


class Excess(msgspec.Struct, frozen=True):
    """A figure beyond a person's, in words with its number."""

    what: str
    observed: int
    limit: int


CONSUMER: Final = Profile()


def excesses(traffic: Counts, profile: Profile = CONSUMER) -> tuple[Excess, ...]:
    """What of the traffic is more than a person's; a figure that equals its limit is not."""
    found = [
        Excess("messages a minute", traffic.sender_minute, profile.minute),
        Excess("messages in 24 hours", traffic.sender_day, profile.day),
        Excess("recipients in 24 hours", traffic.recipients, profile.recipients),
    ]
    if traffic.sender_day >= profile.judged_from:
        answered = traffic.replies * profile.sent_for_each_reply
        found.append(Excess(f"messages in 24 hours for {traffic.replies} replies", traffic.sender_day, answered))
    return tuple(one for one in found if one.observed > one.limit)


def classify(traffic: Counts, profile: Profile = CONSUMER) -> Traffic:
    """Whose traffic it is: a program's as soon as one figure is beyond a person's."""
    return Traffic.A2P if excesses(traffic, profile) else Traffic.P2P
