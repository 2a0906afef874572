"""Judging whether a text tells something of a named person's health; must not know recipient, account or country.

Identifiers are those of 45 CFR 164.514(b)(2) that a short text can show. A date, a place, a telephone number or a
link by itself names nobody to a reader of the text and is not counted.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Final

import msgspec

from comity.content.clauses import readings_of, without_false_excuses
from comity.content.cues import Mark, Searched, picked, searched
from comity.content.cues_weighed import CueSpan, Weights, first_places, probability, weights_of
from comity.content.reading import Reading
from comity.text.unmask import Unmasked

_MOST_KEPT: Final = 2048
TERMS: Final = frozenset({"diagnosis", "medication", "test_result", "treatment", "specialist"})
"""Lists of words that tell something of a person's health."""
_SAYS_LITTLE: Final = "care"
# What these say of a person a hint at a portal does not take back; "your results are in" it does.
_TELLING: Final = frozenset({"diagnosis", "medication", "treatment"})
_AGAINST: Final = frozenset({"portal", "public_health", "animal", "other_sense", "personal"})
# Read in the original letters: a name shows by its capital. Every repetition is bounded.
_NAME: Final = r"[A-Z](?:'[A-Z])?[a-z-]{1,20}"
_NOBODY: Final = (
    r"(?!(?:Customer|Patient|Member|Client|Parent|Parents|Team|Neighbou?rs?|All|Everyone|There"
    r"|Friends?|Sir|Madam|Resident"
    r"|Guest|Valued|Caregiver|Family|Doctor|Colleagues?|Staff|User|Subscriber|Paciente|Cliente"
    r"|Miembro|Your|Our|The|This|We"
    r"|You|It|Please|Reminder|New|Todos|Reply|Free|Happy|Hello|Hi|Dear)\b)"
)
_GREETED: Final = re.compile(
    rf"\b(?:Hi|Hello|Hey|Dear|HI|DEAR|Hola|Estimad[oa]|Querid[oa]|Good (?:morning|afternoon|evening)),? "
    rf"(?:(?:Mr|Mrs|Ms|Miss|Dr|Sr|Sra|Srta)\.? )?(?P<name>{_NOBODY}{_NAME}(?: [A-Z][a-z'.-]{{0,20}}){{0,2}})"
)
_ADDRESSED: Final = re.compile(
    rf"(?:\A|[:.!] )(?P<name>{_NOBODY}{_NAME}(?: {_NAME})?), (?:your|you|we|it|this|the|time|please|su|sus|tu|le)\b"
)
_NAMED: Final = re.compile(
    rf"\b(?:[Pp]atient|[Mm]ember|[Pp]aciente|[Nn]ame|[Rr]esults for|[Aa]ppointment for|[Rr]e|[Pp]t"
    rf"|[Mm]r|[Mm]rs|[Mm]s)"
    rf"(?:\.|:)? (?P<name>{_NOBODY}{_NAME}(?: [A-Z][a-z'.-]{{0,20}}){{1,2}})"
)
_RELATED: Final = re.compile(
    rf"\b(?:[Rr]eminder for|[Yy]our (?:son|daughter|child|wife|husband)) (?P<name>{_NOBODY}{_NAME})"
)
_ENDING: Final = re.compile(rf"[a-z0-9], (?P<name>{_NOBODY}{_NAME})[.!?](?: |\Z)")
_TITLED: Final = re.compile(rf"\b(?:Mr|Mrs|Ms|Sr|Sra)\.? (?P<name>{_NAME})")
_NUMBER: Final = r"(?: ?(?:no|number|num|nr|id|#)\.?)?[ :#]{0,3}[a-z]{0,4}[ -]?\d[\da-z-]{3,15}"
_IN_PLAIN: Final = {
    "birth_date": re.compile(
        r"\b(?:dob|d\.o\.b\.|date of birth|born(?: on)?|birthdate|birth date|fecha de nacimiento|nacid[oa](?: el)?)"
        r"[ :]{0,3}(?:\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d{4}-\d{2}-\d{2}|[a-z]{3,9}\.? \d{1,2},? \d{4}"
        r"|\d{1,2} (?:de )?[a-z]{3,10} (?:de )?\d{4})"
    ),
    "record_number": re.compile(
        rf"\b(?:mrn|medical record|chart|health record|patient(?: id)?|historia clinica|expediente){_NUMBER}"
    ),
    "social_security": re.compile(
        r"(?<![\d-])\d{3}-\d{2}-\d{4}(?![\d-])|\b(?:ssn|social security)\D{0,24}\d{4,9}"
        r"|\bseguro social\D{0,16}\d{4,9}"
    ),
    "member_number": re.compile(
        rf"\b(?:policy|member|subscriber|beneficiary|plan|group|account|acct|medicare|medicaid|claim"
        rf"|rx|licen[cs]e|certificate"
        rf"|insurance|poliza|miembro|cuenta){_NUMBER}"
    ),
    "email": re.compile(r"\b[a-z0-9._%+-]{1,40}@[a-z0-9-]{1,40}(?:\.[a-z0-9-]{1,20}){1,3}\b"),
    "street_address": re.compile(
        r"\b(?:your home|home address|residing|lives|residence|domicilio|who lives) (?:at |of "
        r"|en )?\d{1,5} [a-z0-9. ]{2,30}"
    ),
    "device_or_plate": re.compile(
        r"\b(?:device|pump|pacemaker|monitor|meter|vin|plate|serial)(?: (?:serial|id))?(?: (?:no"
        r"|number))?[ :#.]{0,3}[a-z]{0,3}-?\d[\da-z-]{4,16}"
    ),
    "great_age": re.compile(r"\b(?:9\d|1[01]\d)[ -](?:years?[ -]old|year[ -]old|yo\b|anos)|\baged? (?:9\d|1[01]\d)\b"),
}
_IN_CASED: Final = (_GREETED, _ADDRESSED, _NAMED, _TITLED, _RELATED, _ENDING)


class HealthData(msgspec.Struct, frozen=True):
    """The judgement on one text.

    Attributes:
        score: probability, 0 to 1, that it holds health data about an identified person; 0 where either is missing.
        identifiers: kinds of identifier found, in words.
        spans: health terms and identifiers, in reading order.
    """

    score: float
    identifiers: tuple[str, ...] = ()
    spans: tuple[CueSpan, ...] = ()


_NONE: Final = HealthData(0.0)


@lru_cache(maxsize=_MOST_KEPT)
def judge_health(reading: Reading, personal: bool = False) -> HealthData:
    """Judge one text; `personal` says whether one person may be writing to another."""
    text = searched(reading)
    met = {mark.cue for mark in text.marks}
    if met.isdisjoint(TERMS) and _SAYS_LITTLE not in met:
        return _NONE
    identifiers = _identifiers(reading.unmasked)
    if not identifiers:
        return _NONE
    core = [mark.start for mark in text.marks if mark.cue in TERMS]
    against = _AGAINST if not met.isdisjoint(_TELLING) else _AGAINST - {"portal"}
    judged = (
        _judged(text, marks, identifiers, (reading.unmasked, personal)) for marks in readings_of(text, core, against)
    )
    return max(judged, key=lambda one: one.score)


def _judged(
    text: Searched, marks: tuple[Mark, ...], identifiers: dict[str, tuple[int, int]], around: tuple[Unmasked, bool]
) -> HealthData:
    model = _model()
    unmasked, personal = around
    places = without_false_excuses(first_places(picked(marks, frozenset(model.weights))), len(text.text), personal)
    if places.keys().isdisjoint(TERMS) and _SAYS_LITTLE not in places:
        return _NONE
    score = probability(model.log_odds({*places, *identifiers}))
    titles = tuple(model.title(name) for name in identifiers)
    own = [CueSpan(*unmasked.span(*place), model.title(name)) for name, place in identifiers.items()]
    spans = sorted((*model.spans(text, places), *own), key=lambda span: (span.start, span.end))
    return HealthData(score, titles, tuple(spans))


def _identifiers(unmasked: Unmasked) -> dict[str, tuple[int, int]]:
    """Return where each kind of identifier stands, in offsets of the unmasked text."""
    found = {name: match.span() for name, shape in _IN_PLAIN.items() if (match := shape.search(unmasked.plain))}
    cased = unmasked.cased
    if cased.isupper():
        cased = " ".join(map(str.capitalize, cased.split(" ")))  # as long as before: only letters are made small
    name = next((match for shape in _IN_CASED if (match := shape.search(cased))), None)
    return {"name": name.span("name"), **found} if name else found


@cache
def _model() -> Weights:
    """Made when first needed: not every process judges texts."""
    return weights_of("health")
