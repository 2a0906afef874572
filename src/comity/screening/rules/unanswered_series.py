"""Who never answers is left alone: a series of promotional messages ends when nothing is heard (P7).

Counted are the promotional messages to the recipient within the window since they last wrote, or agreed anew. A word
from them, whatever it says, or a newer consent begins a new series. A recipient who was never heard is counted from the
consent on file. Only the newest texts are looked up, so that what lies before them counts for nothing.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Final

import msgspec

from comity.messages.submission import Category
from comity.messages.verdict import Evidence
from comity.screening.judging import MISS, Abstain, Answer, Facts, Hit, Message, RecentText, Rule


class _Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`most` promotional messages may stay unanswered within `window_days`."""

    most: Annotated[int, msgspec.Meta(ge=1, le=40)] = 10
    window_days: Annotated[int, msgspec.Meta(ge=1, le=366)] = 90

    @property
    def days(self) -> int:
        """How many days of earlier texts are needed."""
        return self.window_days


def _check(message: Message, facts: Facts, settings: _Settings) -> Answer:
    if message.category is not Category.PROMOTIONAL:
        return MISS
    if facts.recent is None or message.at is None:
        return Abstain("recent")
    if len(facts.recent) < settings.most:
        return MISS
    if facts.heard is None:
        return Abstain("heard")
    since = message.at - timedelta(days=settings.window_days)
    if facts.heard.at is not None:
        since = max(since, facts.heard.at)
    if facts.consent is not None:
        since = max(since, facts.consent.at)
    unanswered = sum(one.at > since and _is_promotional(one) for one in facts.recent)
    if unanswered < settings.most:
        return MISS
    heard = facts.heard.at.isoformat(timespec="seconds") if facts.heard.at else "never"
    return Hit(
        evidence=(
            Evidence("unanswered messages", observed=str(unanswered), limit=f"{settings.most} in a row"),
            Evidence("last heard", observed=heard),
        ),
        sentence=f"The last {unanswered} promotional messages to this recipient stayed without any answer.",
        remedy="Leave the recipient out until they write to you, or ask anew for their consent on another way.",
    )


def _is_promotional(earlier: RecentText) -> bool:
    """Of old rows without a category only promotional ones have a likeness."""
    if earlier.category:
        return earlier.category == Category.PROMOTIONAL.value
    return earlier.similarity is not None


RULE: Final = Rule(
    id="unanswered-series",
    clauses=("P7",),
    title="Nothing heard from the recipient",
    needs=("recent", "heard", "consent"),
    check=_check,
    settings=_Settings,
)
