"""Don't spam: no same or similar messages to one person (P7).

Promotional texts are compared by similarity over days; transactional ones only for the
very same text within minutes, which is a sender's loop and not a wish; codes are left to
rate caps, since a person may well ask for the same code twice, and neither they nor alerts
count against anything else. A promotional text is compared with promotional ones alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Annotated, Final, Literal

import msgspec

from comity.messages.submission import Category
from comity.messages.verdict import Evidence
from comity.screening.judging import MISS, Abstain, Answer, Facts, Hit, Message, RecentText, Rule
from comity.text.similar import NEAR_DUPLICATE_DISTANCE, NOTHING_TO_COMPARE, distance

_NEVER_COMPARED: Final = frozenset({Category.OTP, Category.ALERT})
# Of old rows the category is not known: "" is compared with everything.
_WITH: Final = {
    Category.PROMOTIONAL: frozenset({Category.PROMOTIONAL.value, ""}),
    Category.TRANSACTIONAL: frozenset({Category.PROMOTIONAL.value, Category.TRANSACTIONAL.value, ""}),
}


class _Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    promotional_window_h: Annotated[int, msgspec.Meta(ge=0, le=24 * 366)] = 168
    distance: Annotated[int, msgspec.Meta(ge=0, le=64)] = NEAR_DUPLICATE_DISTANCE
    similar_action: Literal["allow", "note", "hold", "refuse"] = "hold"
    transactional_window_min: Annotated[int, msgspec.Meta(ge=0, le=60 * 24 * 366)] = 10


def _check(message: Message, facts: Facts, settings: _Settings) -> Answer:
    if message.category in _NEVER_COMPARED:
        return MISS
    if facts.recent is None or message.at is None:
        return Abstain("recent")
    if not facts.recent:
        return MISS
    recent = tuple(earlier for earlier in facts.recent if earlier.category in _WITH[message.category])
    if message.category is Category.PROMOTIONAL:
        return _judge_promotional(message, message.at, recent, settings)
    since = message.at - timedelta(minutes=settings.transactional_window_min)
    for earlier in _within(recent, since):
        if earlier.text_key == message.text_key:
            return _hit(earlier, f"{settings.transactional_window_min} minutes", "The very same text")
    return MISS


def _judge_promotional(message: Message, at: datetime, recent: tuple[RecentText, ...], settings: _Settings) -> Answer:
    window = f"{settings.promotional_window_h} hours"
    similar: RecentText | None = None
    for earlier in _within(recent, at - timedelta(hours=settings.promotional_window_h)):
        if earlier.text_key == message.text_key:
            return _hit(earlier, window, "The very same promotional text")
        if similar is None and _is_similar(earlier, message, settings.distance):
            similar = earlier
    if similar is None:
        return MISS
    return _hit(similar, window, "Nearly the same promotional text", action=settings.similar_action)


def _within(recent: Iterable[RecentText], since: datetime) -> Iterable[RecentText]:
    return (earlier for earlier in recent if earlier.at >= since)


def _is_similar(earlier: RecentText, message: Message, limit: int) -> bool:
    one, other = earlier.similarity, message.similarity
    if one is None or other is None or NOTHING_TO_COMPARE in {one, other}:
        return False
    return distance(one, other) <= limit


def _hit(earlier: RecentText, window: str, subject: str, action: str = "") -> Hit:
    return Hit(
        evidence=(Evidence("earlier message", observed=earlier.at.isoformat(timespec="seconds"), limit=window),),
        sentence=f"{subject} went to this recipient within the last {window}.",
        remedy="Send each recipient a text once; if it failed, wait for the delivery report before trying again.",
        action=action,
    )


RULE: Final = Rule(
    id="repeated-text",
    clauses=("P7",),
    title="Repeated text",
    needs=("recent",),
    check=_check,
    settings=_Settings,
)
