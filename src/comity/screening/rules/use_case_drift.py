"""What is sent fits what the account said it would send (U20).

Compared are the category, the recipient's country, the sender, the number of messages today, and for promotional texts
whether they are anything like the samples; each has its own action. What was not declared is not held against anybody.
A text counts as unlike only when it is far from every sample, so a new offer in the old manner passes, and a text of
which nothing can be compared does too.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Final, Literal

import msgspec

from comity.accounts.record import UseCase
from comity.messages.submission import Category
from comity.messages.verdict import Action, Evidence
from comity.screening.judging import MISS, Abstain, Answer, Facts, Hit, Message, Rule
from comity.text.similar import NOTHING_TO_COMPARE, distance

_Action = Literal["allow", "note", "hold", "refuse"]
_STRENGTH: Final = {action.word: action for action in Action}


class _Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An action for each kind of drift; `volume_percent` of the declared number may go a day.

    `distance`: a promotional text further than this from each sample is unlike them.
    """

    category_action: _Action = "note"
    country_action: _Action = "note"
    sender_action: _Action = "note"
    volume_action: _Action = "hold"
    text_action: _Action = "note"
    volume_percent: Annotated[int, msgspec.Meta(ge=100, le=10_000)] = 150
    distance: Annotated[int, msgspec.Meta(ge=0, le=64)] = 22


class _Drift(msgspec.Struct, frozen=True):
    what: str
    observed: str
    limit: str
    action: str


def _check(message: Message, facts: Facts, settings: _Settings) -> Answer:
    if facts.account is None:
        return Abstain("account")
    declared = facts.account.use_case
    if declared is None:
        return MISS
    drifts = [
        *_whereabouts(message, declared, settings),
        *_volume(facts, declared, settings),
        *_text(message, declared, settings),
    ]
    if not drifts:
        return Abstain("traffic") if declared.daily_volume is not None and facts.traffic is None else MISS
    return Hit(
        evidence=tuple(Evidence(one.what, observed=one.observed, limit=one.limit) for one in drifts),
        sentence=f"This is not what the account declared: {', '.join(one.what for one in drifts)}.",
        remedy="Send what you declared, or have the declaration of your use case extended first.",
        action=max((one.action for one in drifts), key=_STRENGTH.__getitem__),
    )


def _whereabouts(message: Message, declared: UseCase, settings: _Settings) -> Iterator[_Drift]:
    for what, seen, allowed, action in (
        ("category", message.category.value, declared.categories, settings.category_action),
        ("country", message.country, declared.countries, settings.country_action),
        ("sender", message.sender.key if message.sender else None, declared.senders, settings.sender_action),
    ):
        if allowed and seen and seen not in allowed:
            yield _Drift(what, seen, ", ".join(allowed), action)


def _volume(facts: Facts, declared: UseCase, settings: _Settings) -> Iterator[_Drift]:
    if declared.daily_volume is None or facts.traffic is None:
        return
    if (facts.traffic.account_day + 1) * 100 > declared.daily_volume * settings.volume_percent:
        limit = f"{declared.daily_volume} a day, {settings.volume_percent} %"
        yield _Drift("volume", str(facts.traffic.account_day + 1), limit, settings.volume_action)


def _text(message: Message, declared: UseCase, settings: _Settings) -> Iterator[_Drift]:
    own = message.similarity
    samples = [one for one in declared.samples if one != NOTHING_TO_COMPARE]
    if message.category is not Category.PROMOTIONAL or own is None or own == NOTHING_TO_COMPARE or not samples:
        return
    nearest = min(distance(own, one) for one in samples)
    if nearest > settings.distance:
        limit = f"{settings.distance} from a sample"
        yield _Drift("text", f"{nearest} of 64 bits from the nearest sample", limit, settings.text_action)


RULE: Final = Rule(
    id="use-case-drift",
    clauses=("U20",),
    title="Not what was declared",
    needs=("account", "traffic"),
    check=_check,
    settings=_Settings,
)
