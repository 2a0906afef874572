"""Owns which sections a page about a country has, and the facts in each; must not know how they are shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

import msgspec

from comity.countries import phrases
from comity.countries.demands import SenderKind, Senders
from comity.countries.fact import Fact
from comity.countries.facts import Country
from comity.countries.page_shapes import Line, Section, evidence_of
from comity.countries.rulebook import embargo_defaults

_Row = tuple[str, str, Fact]
"""About, says, and the fact it is said by."""


class _Part(msgspec.Struct, frozen=True):
    id: str
    title: str
    nothing: str
    rows: Callable[[Country], Iterable[_Row]]


def sections_of(record: Country) -> Iterable[Section]:
    """Every section, empty ones too, in the order in which somebody plans a campaign."""
    for part in _PARTS:
        lines = tuple(Line(about, says, evidence_of(fact)) for about, says, fact in part.rows(record))
        yield Section(part.id, part.title, "" if lines else part.nothing, lines)


def _senders(record: Country) -> Iterable[_Row]:
    senders = record.senders
    if senders is None:
        return
    plain = msgspec.structs.replace(senders, note="")
    for kind, name in phrases.KINDS.items():
        yield name, _sender(record, senders, kind), plain
    if senders.note:
        yield "Note", senders.note, plain


def _sender(record: Country, senders: Senders, kind: SenderKind) -> str:
    if kind in senders.persons_only:
        return phrases.PERSONS_ONLY
    asked = [one for one in record.registrations if one.kind in (kind, "any")]
    if senders.rule(kind) == "registered" and asked and all(one.national_numbers_only for one in asked):
        return phrases.OWN_NUMBERS
    return phrases.SENDER_RULES[senders.rule(kind)]


def _registrations(record: Country) -> Iterable[_Row]:
    return ((one.what, phrases.registration(one), one) for one in record.registrations)


def _affixes(record: Country) -> Iterable[_Row]:
    yield from ((f'Names: "{one.written}"', phrases.affix(one), one) for one in record.affixes)
    for one in record.labels:
        words = " or ".join(f'"{written}"' for written in (one.written, *one.also))
        yield f"Texts: {words}", phrases.affix(one), one


def _content(record: Country) -> Iterable[_Row]:
    return ((phrases.SUBJECTS[rule.content], phrases.content(rule), rule) for rule in record.content)


def _links(record: Country) -> Iterable[_Row]:
    return [("Links", phrases.links(record.links), record.links)] if record.links else []


def _opt_out(record: Country) -> Iterable[_Row]:
    return [("Wording", phrases.opt_out(record.opt_out), record.opt_out)] if record.opt_out else []


def _registries(record: Country) -> Iterable[_Row]:
    return ((one.name, phrases.registry(one), one) for one in record.registries)


def _two_way(record: Country) -> Iterable[_Row]:
    return [("Answers", phrases.two_way(record.two_way), record.two_way)] if record.two_way else []


def _emergency(record: Country) -> Iterable[_Row]:
    return (("Numbers", ", ".join(fact.numbers), fact) for fact in record.emergency)


def _reports(record: Country) -> Iterable[_Row]:
    for one in record.reports:
        yield phrases.CHANNELS[one.kind], f"{one.value} ({one.about})" if one.about else one.value, one


def _authorities(record: Country) -> Iterable[_Row]:
    return (("Complaints", one.name, one) for one in record.authorities)


def _embargo(record: Country) -> Iterable[_Row]:
    for entry in embargo_defaults():
        if entry.iso2 == record.iso2:
            says = phrases.STATUSES[entry.status]
            yield entry.region or record.name, f"{says}: {entry.programme}" if entry.programme else says, entry


_PARTS: Final = (
    _Part("senders", "Senders", "Nothing was found on which senders are carried.", _senders),
    _Part("registration", "Registration", "No registration was found that somebody has to make.", _registrations),
    _Part("affixes", "What names and texts begin or end with", "Nothing was found.", _affixes),
    _Part("content", "Subjects", "No rule was found; the operator's policy has its own.", _content),
    _Part("links", "Links", "No rule was found.", _links),
    _Part("opt-out", "How to stop", "Nothing was found on what texts must say.", _opt_out),
    _Part("registries", "Do-not-call registers", "No register was found.", _registries),
    _Part("two-way", "Answers", "Whether recipients can answer was not found.", _two_way),
    _Part(
        "emergency", "Emergency numbers", "No number was found beyond 112 and 911, which count everywhere.", _emergency
    ),
    _Part("reports", "Where people report spam", "No channel was found.", _reports),
    _Part("authorities", "Who takes complaints", "No authority was found.", _authorities),
    _Part("embargo", "Embargo", "Not on the list that Comity proposes to operators.", _embargo),
)
