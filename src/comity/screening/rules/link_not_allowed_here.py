"""No link where the recipient's country or its networks let none through, and no number to call back (P1).

Some countries keep links out of texts altogether, and some numbers to call too. What the rule book says of a country
decides; a fact that nobody has checked well enough to refuse by makes a person look instead (`unsure_action`).

Where links must be registered beforehand (`registered`, by country) a link is worth a note, unless the account has a
campaign registered there: networks drop what does not match.

A telephone number counts when it is one of the country's own and stands as such: written with a plus, with
separators, or behind a word for calling. Figures that merely have as many digits (references, amounts) do not.
Countries about which nothing is known let links pass.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from itertools import islice
from typing import Final, Literal

import msgspec

from comity.countries import LinkRule, link_rule, may_refuse, spoken_name
from comity.messages.verdict import Evidence
from comity.numbers import format_number
from comity.screening.judging import MISS, Answer, Facts, Hit, Message, Rule

_Action = Literal["allow", "note", "hold", "refuse"]
_FIGURES: Final = re.compile(r"(?<![\w.,/-])\+?\d[\d ().-]{5,18}\d(?![\w/-])")
_CALL: Final = re.compile(
    r"(?:call|phone|tel|ring|dial|whatsapp|hotline|helpline|contact|hubungi|telefon|talian|panggil|sms|"
    r"\u7535\u8bdd|\u96fb\u8a71|\u62e8\u6253|\u81f4\u7535|\u70ed\u7ebf|\u71b1\u7dda)\W{0,3}(?:\w{1,12}\W{1,3}){0,3}\Z"
)
_BEFORE: Final = 48
# A text has one number to call, or two; looking figures up in a numbering plan costs.
_MOST_TRIED: Final = 8
_CALLING: Final = frozenset({"tel", "sms", "smsto", "whatsapp", "facetime", "facetime-audio"})


class _Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    unsure_action: Literal["note", "hold"] = "hold"
    registered: dict[str, _Action] = {}


def _check(message: Message, facts: Facts, settings: _Settings) -> Answer:
    if message.country is None:
        return MISS
    on = message.at.date() if message.at is not None else None
    rule = link_rule(message.country, on)
    if rule is None:
        return MISS
    if rule.links == "prohibited" and (links := _spans_of_links(message)):
        return _forbidden(message, rule, settings, "link", links)
    if rule.call_back_numbers == "prohibited" and (numbers := list(_spans_of_numbers(message))):
        return _forbidden(message, rule, settings, "number", numbers)
    if rule.links == "whitelisted":
        return _unregistered(message, facts, settings, on)
    return MISS


def _forbidden(
    message: Message, rule: LinkRule, settings: _Settings, what: str, spans: list[tuple[int, int]]
) -> Answer:
    sure = may_refuse(rule.tier)
    thing = "links" if what == "link" else "telephone numbers to call"
    words = "let no texts with {0} through" if sure else "are said to let no texts with {0} through"
    return Hit(
        evidence=tuple(Evidence(what, limit=f"no {thing} in {message.country}", span=span) for span in spans),
        sentence=f"Networks in {_where(message)} {words.format(thing)}.",
        remedy=f"Say it without {thing}; point people to your app or to what they know already.",
        reviewer=f"The rule book on {_where(message)} ({rule.tier}): {thing} are prohibited. {rule.note}".strip(),
        action="" if sure else settings.unsure_action,
    )


def _unregistered(message: Message, facts: Facts, settings: _Settings, on: date | None) -> Answer:
    action = settings.registered.get(message.country or "", "allow")
    if action == "allow" or facts.account is None:
        return MISS
    spans = _spans_of_links(message)
    registrations = facts.account.registrations
    if not spans or any(
        one.kind == "campaign" and one.country == message.country and (on is None or one.holds(on))
        for one in registrations
    ):
        return MISS
    return Hit(
        evidence=tuple(Evidence("link", limit="a registered link", span=span) for span in spans),
        sentence=f"Networks in {_where(message)} drop links that were not registered beforehand.",
        remedy="Register the link with the text, and have the operator record the registration's number.",
        action=action,
    )


def _where(message: Message) -> str:
    return spoken_name(message.country or "")


def _spans_of_links(message: Message) -> list[tuple[int, int]]:
    return [link.span for link in message.reading.links if link.scheme not in _CALLING]


def _spans_of_numbers(message: Message) -> Iterator[tuple[int, int]]:
    """Where numbers stand that a person could call."""
    for link in message.reading.links:
        if link.scheme in _CALLING:
            yield link.span
    read = message.reading.unmasked
    standing = (found for found in _FIGURES.finditer(read.plain) if _stands_as_number(found, read.plain))
    for found in islice(standing, _MOST_TRIED):
        if format_number(found[0], message.country).valid:
            yield read.span(*found.span())


def _stands_as_number(found: re.Match[str], text: str) -> bool:
    written, before = found[0], text[max(0, found.start() - _BEFORE) : found.start()]
    digits = re.sub(r"\D", "", written)
    if len(digits) < 7:  # noqa: PLR2004  shorter ones are codes, and short numbers are the networks' own
        return False
    separated = re.fullmatch(r"\(?0\d{1,3}\)?[ -]\d{3,4}[ -]?\d{3,4}|1[ -]?[358]00[ -]\d{2,4}[ -]?\d{2,4}", written)
    return written.startswith("+") or separated is not None or _CALL.search(before) is not None


RULE: Final = Rule(
    id="link-not-allowed-here",
    clauses=("P1",),
    title="Link where none is let through",
    needs=("account",),
    check=_check,
    settings=_Settings,
)
