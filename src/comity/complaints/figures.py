"""Owns the figures of complaints that a policy sets: weights, how messages are looked for, kinds, how often (P6, G7).

It must not know the figures themselves, which are policy, nor where a policy is kept.
"""

from __future__ import annotations

from typing import Annotated, Final, get_args

import msgspec

from comity.complaints.complaint import Channel, Kind

KINDS: Final[tuple[str, ...]] = get_args(Kind)
CHANNELS: Final[tuple[str, ...]] = get_args(Channel)
_Positive = Annotated[int, msgspec.Meta(gt=0)]
_Days = Annotated[int, msgspec.Meta(gt=0, le=90)]
_Hours = Annotated[int, msgspec.Meta(gt=0, le=720)]
_Weight = Annotated[float, msgspec.Meta(ge=0, le=100)]


class Weights(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a complaint weighs against an account's volume.

    Attributes:
        proven: one whose reporter is shown to have got the message.
        channels: how much more or less it weighs by the way it came in; a way that is not named counts once.
    """

    proven: _Weight
    channels: dict[str, _Weight] = {}


class Linking(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How messages are looked for.

    Attributes:
        days: how far back, when the reporter names no time.
        hours: how far the time that is named may be from when the message went.
        hours_without_text: the same where nobody gives its words, but a sender.
        distance: how far apart (of 64 bits) two texts may be to be versions of one.
        most: so many messages to the number are compared, the newest.
    """

    days: _Days
    hours: _Hours
    hours_without_text: _Hours
    distance: Annotated[int, msgspec.Meta(ge=0, le=24)]
    most: Annotated[int, msgspec.Meta(gt=0, le=1000)]


class KindOf(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What holds for complaints of a kind.

    Attributes:
        clause: id of the clause that it is about.
        priority: how soon it is looked at; 0 first.
        due_hours: within how many hours it is decided.
        scores: which scores of the message's text speak for it.
    """

    clause: str
    priority: Annotated[int, msgspec.Meta(ge=0, le=100)]
    due_hours: _Hours
    scores: tuple[str, ...]


class Ceilings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many texts go out to people who complain: to a number, its range, a country and over all."""

    number_day: _Positive
    range_day: _Positive
    country_day: _Positive
    all_hour: _Positive
    all_day: _Positive


class Claims(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How often claims of right may be made: by network, by the address that is mailed, by all who sign in nowhere."""

    network_hour: _Positive
    network_day: _Positive
    address_hour: _Positive
    address_day: _Positive
    proofs_network_hour: _Positive
    all_hour: _Positive
    all_day: _Positive


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How often complaints may be made, by network (a multiple from larger ones) and by the number that is named.

    Attributes:
        code_minutes: for how long a code is good.
        code_tries: for how many tries.
        unlinked_cases_day: so many cases a day for what fits no message and is not proven; what comes then shares one.
        codes: texts by which reporters show that a number is theirs.
        answers: answers to reports by text.
        takedowns: claims of right.
    """

    network_hour: _Positive
    network_day: _Positive
    number_hour: _Positive
    number_day: _Positive
    codes_network_day: _Positive
    code_minutes: Annotated[int, msgspec.Meta(gt=0, le=1440)]
    code_tries: Annotated[int, msgspec.Meta(gt=0, le=20)]
    lookups_network_hour: _Positive
    unlinked_cases_day: _Positive
    codes: Ceilings
    answers: Ceilings
    takedowns: Claims


class Figures(msgspec.Struct, frozen=True):
    """All figures that hold."""

    weights: Weights
    linking: Linking
    kinds: dict[str, KindOf]
    limits: Limits


class FigureTables(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a policy says of them; a table, or a kind, that it leaves out is as shipped."""

    weights: Weights | None = None
    linking: Linking | None = None
    kinds: dict[str, KindOf] = {}
    limits: Limits | None = None
