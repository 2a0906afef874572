"""Owns what is known around a text does to its score: shifts on the log-odds scale, each told in words.

What is not known shifts nothing. It must not know how scores are made, or which action follows from one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from math import exp, log
from typing import Annotated, Final

import msgspec

from comity.messages.verdict import Evidence
from comity.screening.judging import Facts, History, Message, Template

Shift = Annotated[float, msgspec.Meta(ge=0, le=10)]
"""Log-odds: 0.7 doubles or halves the odds, 2.2 makes of 0.90 either 0.99 or 0.50; 0 is no shift."""
_Count = Annotated[int, msgspec.Meta(ge=0)]
_Share = Annotated[float, msgspec.Meta(ge=0, le=1)]

# Beyond these no shift could be told from none: scores have three decimals.
_LOWEST: Final = 0.0005
_HIGHEST: Final = 0.9995
_UNITS: Final = ((86_400, "day"), (3_600, "hour"), (60, "minute"))


class Context(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How far what is known moves a score, and when it counts as known.

    Attributes:
        new_template: added for a text with a link while its template is new to the account.
        new_hours: for so long after its first message a template is new.
        first_traffic: added while the account is new.
        first_days: for so long after its first message an account is new.
        first_messages: and for so many messages.
        complained: added where many people stopped the account's messages on getting the template.
        complained_from: so many people at the least.
        complained_share: of the messages sent.
        trusted: taken off where the template was sent for long and nearly without complaint.
        trusted_sent: messages of it.
        trusted_days: days with any.
        trusted_share: complaints of the messages sent, at the most.
        own_links: taken off where every link leads to a domain of the account's own.
        trust_until: from this score on, nothing is taken off.
    """

    new_template: Shift = 0.0
    new_hours: _Count = 24
    first_traffic: Shift = 0.0
    first_days: _Count = 7
    first_messages: _Count = 500
    complained: Shift = 0.0
    complained_from: _Count = 5
    complained_share: _Share = 0.02
    trusted: Shift = 0.0
    trusted_sent: _Count = 1_000
    trusted_days: _Count = 14
    trusted_share: _Share = 0.002
    own_links: Shift = 0.0
    trust_until: _Share = 0.98

    @property
    def excuses(self) -> bool:
        """Whether anything is ever taken off a score."""
        return bool(self.trusted or self.own_links)


class Weighed(msgspec.Struct, frozen=True):
    """A score with what was known: each shift told with its effect."""

    score: float
    told: tuple[Evidence, ...] = ()


def weigh(score: float, message: Message, facts: Facts, own: frozenset[str], context: Context) -> Weighed:
    """Shift a score by all that speaks against the message, and then by what speaks for it.

    Args:
        score: probability by the text alone.
        message: the message.
        facts: what is known around it.
        own: registrable domains of the account's own.
        context: how far each thing shifts; what excuses is left out where `trusted` and `own_links` are 0.
    """
    at = facts.history.at if facts.history is not None else message.at
    raised = _told(score, _against(message, facts, at, context))
    if not context.excuses or raised.score >= context.trust_until:
        return raised
    lowered = _told(raised.score, _in_favour(message, facts, own, context))
    return Weighed(lowered.score, raised.told + lowered.told)


def _told(score: float, shifts: Iterable[tuple[float, str]]) -> Weighed:
    told = []
    for shift, words in shifts:
        after = _shifted(score, shift)
        if after != score:
            told.append(Evidence("context", words, f"{score:g} becomes {after:g}"))
        score = after
    return Weighed(score, tuple(told))


def _against(message: Message, facts: Facts, at: datetime | None, context: Context) -> Iterator[tuple[float, str]]:
    template, history = facts.template, facts.history
    if context.first_traffic and history is not None and _is_new_account(history, context):
        yield context.first_traffic, _beginning(history)
    if template is None:
        return
    if context.new_template and message.reading.links and _is_new(template.since, at, hours=context.new_hours):
        yield context.new_template, _first_sent(template.since, at)
    if context.complained and _is_complained_of(template, context):
        yield context.complained, f"{template.complaints:,} people stopped the messages on getting it"


def _in_favour(message: Message, facts: Facts, own: frozenset[str], context: Context) -> Iterator[tuple[float, str]]:
    template = facts.template
    if context.trusted and template is not None and _is_trusted(template, context):
        yield -context.trusted, _track_record(template)
    domains = sorted({link.domain for link in message.reading.links})
    if context.own_links and domains and own.issuperset(domains):
        yield -context.own_links, f"every link leads to {', '.join(domains)}, the account's own"


def _is_new_account(history: History, context: Context) -> bool:
    return history.sent < context.first_messages or _is_new(history.since, history.at, hours=24 * context.first_days)


def _is_new(since: datetime | None, at: datetime | None, hours: int) -> bool:
    return since is None or (at is not None and at - since < timedelta(hours=hours))


def _is_complained_of(template: Template, context: Context) -> bool:
    enough = max(context.complained_from, 1)
    return template.complaints >= enough and template.complaints >= context.complained_share * template.sent


def _is_trusted(template: Template, context: Context) -> bool:
    return (
        template.sent >= max(context.trusted_sent, 1)
        and template.days >= context.trusted_days
        and template.complaints <= context.trusted_share * template.sent
    )


def _shifted(score: float, shift: float) -> float:
    """A probability moved by log-odds, to thousandths; never against the shift's direction."""
    if not shift:
        return score
    bounded = min(max(score, _LOWEST), _HIGHEST)
    moved = round(1 / (1 + exp(-log(bounded / (1 - bounded)) - shift)), 3)
    return max(score, moved) if shift > 0 else min(score, moved)


def _beginning(history: History) -> str:
    if history.since is None:
        return "the account never sent before"
    return f"the account first sent {elapsed(history.at - history.since)} ago, {history.sent:,} messages since"


def _first_sent(since: datetime | None, at: datetime | None) -> str:
    if since is None or at is None:
        return "never sent before, and it has a link"
    return f"first sent {elapsed(at - since)} ago, and it has a link"


def _track_record(template: Template) -> str:
    begun = f" since {template.since:%Y-%m-%d}" if template.since is not None else ""
    complaints = f"with {template.complaints:,} complaints" if template.complaints else "without complaint"
    return f"sent {template.sent:,} times{begun} {complaints}"


def elapsed(time: timedelta) -> str:
    """A stretch of time in its largest whole unit: "3 minutes", "1 day"."""
    seconds = max(int(time.total_seconds()), 0)
    for length, unit in _UNITS:
        if seconds >= length:
            count = seconds // length
            return f"{count} {unit}{'s' if count > 1 else ''}"
    return "moments"
