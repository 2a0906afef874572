"""Owns how a text speaks: as whom, for what, with what pressure, leading where; must not know what follows from it.

speech = analysis.speech
"bank" in speech.claimed                by words, or by a protected name that the text speaks in
speech.road in ASTRAY                   it leads where the claimed would hardly lead
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import cache
from typing import TYPE_CHECKING, Final

import msgspec

from comity.content.cues import words
from comity.content.damage import is_link_gone
from comity.content.leads import Lead
from comity.content.reading import Reading

if TYPE_CHECKING:
    from comity.content.analysis import Analysis, NamedBrand

_SPEAKS: Final = 0.0
"""Log-odds from which a text is taken to speak in a name."""
_SPEAKS_OPENING: Final = -1.5
_SETS_OFF: Final = frozenset({":", "-", "]", ")", "|"})
_ASTRAY_FROM: Final = 1.0
_KNOWN_TO: Final = -1.5
_LEAST_LABEL: Final = 4
_MOST_WORDS: Final = 5
"""Of which a name is made up that a domain is called by."""
_NAMED_BELOW: Final = 1.0
_WORD: Final = re.compile(r"[^\W_]+")
_KINDS_OF_BRANDS: Final = {
    "energy": "utility",
    "payment": "wallet",
    "platform": "platform",
    "shop": "marketplace",
    "other": "company",
}
ASTRAY: Final = frozenset({"imitated", "astray"})
"""Roads that an honest text hardly takes."""
OPEN: Final = ASTRAY | {"plain", "gone"}
"""Roads of which nobody knows that they are the sender's own."""

# The recipient's own card or account, shortened: "ending 4410", "xx2201", "*882", "...3320", "card 1122".
_LAST_DIGITS: Final = re.compile(r"(?<!\d)\d{3,4}(?!\d)")
_BEFORE_LAST_DIGITS: Final = re.compile(
    r"(?:\*|\bx{1,12}|\bending(?: in| with)?:?|\bends in|\.{3}|\u2026|\beindigend op|\bterminad[oa] en|\bterminando em"
    r"|\bacc?t?\.{0,4}|\bfinal|\bterminant par|\bendet auf|\bendend auf|\bendziffern?|\bpas|\btermina con"
    r"|\bcard(?: no\.?| number)?)"
    r"\s?[*x.]{0,12}$"
)
_AFTER_LAST_DIGITS: Final = " ile biten"
_FARTHEST: Final = 28
_SIGNED: Final = re.compile(r"\W{0,3}[^\W_][\w&'.+ ]{1,28}(?:[\])>*]|\s?[:|>](?!/)|\s-)")
_ACCOUNT: Final = re.compile(r"\ba/c\s?(?:no\.?\s?)?[x*]")
_COUNTED: Final = re.compile(r"(?<![\d.,])\d{1,2} ?([^\W\d_]{1,8})")
_TIMES: Final = frozenset(
    """
    h hr hrs hour hours hora horas hs heure heures uur uren u std stunden ore godzin godziny saat jam timmar timer min
    mins minute minutes minuten dakika day days dagen tage tagen jours dias giorni dni gun hari dagar dage ghante zile
    hodin часов часа 小时 天 小时内 天内 ساعة
    """.split()  # noqa: SIM905  words read and merge better without quotes
)

_FAMILIES: Final = ("claims", "asks", "presses", "kind")
PASSING: Final = frozenset({"about_service", "says_wrong", "says_free", "urges"})
"""Lists of single words that are common in lawful texts too."""


class Speech(msgspec.Struct, frozen=True):
    """How one text speaks.

    Attributes:
        claimed: as whom, or in whose affairs: "bank", "parcel", "tax", "relative", ... as the lists `claims_*` and the
            kinds of protected names go.
        asked: for what: "click", "pay", "verify", ... as the lists `asks_*` go.
        pressed: how: "deadline", "loss", "alarm", ... as the lists `presses_*` go, and from hours and days counted.
        kinds: what kind of text it is: "code", "receipt", ... as the lists `kind_*` go.
        name: the protected name that it speaks in, the surest one; None where it speaks in none.
        road: where it leads: "own" to the domain of a name it speaks in, "known" to another known one, "named" to a
            domain that is called as the text says, "plain" to another that tells nothing, "astray" to one that tells
            against it, "imitated" to one that takes a protected name, "gone" to a link that was cut off or blacked out,
            "number" to a telephone number alone, "" nowhere.
        particular: whether it names a card or an account of the recipient by its last digits.
        signed: whether it opens as organisations sign: "Acme: ...", "[Acme] ...".
        passing: which lists of single words, common in lawful texts too, it has outside its links.
    """

    claimed: frozenset[str] = frozenset()
    asked: frozenset[str] = frozenset()
    pressed: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    name: NamedBrand | None = None
    road: str = ""
    particular: bool = False
    signed: bool = False
    passing: frozenset[str] = frozenset()


def speech_of(analysis: Analysis) -> Speech:
    """Read how a text speaks. Never fails; linear in its length."""
    found: dict[str, set[str]] = {family: set() for family in _FAMILIES}
    families = _families()
    for cue in analysis.places:
        if cue in families:
            family, member = families[cue]
            found[family].add(member)
    name = _speaking(analysis)
    if name is not None:
        found["claims"].add(_KINDS_OF_BRANDS.get(name.kind, name.kind))
    plain = analysis.searched.text
    if any(unit in _TIMES for unit in _COUNTED.findall(plain)):
        found["presses"].add("deadline")
    return Speech(
        claimed=frozenset(found["claims"]),
        asked=frozenset(found["asks"]),
        pressed=frozenset(found["presses"]),
        kinds=frozenset(found["kind"]),
        name=name,
        road=_road(analysis, plain, name),
        particular=_has_particular(plain),
        passing=_passing(analysis),
        signed=_SIGNED.match(analysis.reading.text) is not None,
    )


@cache
def _families() -> dict[str, tuple[str, str]]:
    parts = {name: name.partition("_") for name in words()}
    return {name: (family, member) for name, (family, _, member) in parts.items() if family in _FAMILIES}


def _passing(analysis: Analysis) -> frozenset[str]:
    links = [link.span for link in analysis.reading.links]
    if not links:
        return PASSING & analysis.places.keys()
    searched = analysis.searched
    found: set[str] = set()
    for mark in searched.marks:
        if mark.cue in PASSING and mark.cue not in found:
            at = searched.span(mark.start, mark.end)[0]
            if not any(start <= at < end for start, end in links):
                found.add(mark.cue)
    return frozenset(found)


def _speaking(analysis: Analysis) -> NamedBrand | None:
    """The name that a text speaks in, if any: one that it opens with, set off, needs less to be one."""
    plain = analysis.reading.unmasked.plain
    spoken = [
        (brand.speaks, place)
        for place, brand in enumerate(analysis.brands)
        if brand.speaks >= (_SPEAKS_OPENING if _opens(brand, plain) else _SPEAKS)
    ]
    return analysis.brands[max(spoken)[1]] if spoken else None


def _opens(brand: NamedBrand, plain: str) -> bool:
    return brand.start <= 1 and plain[brand.end : brand.end + 2].strip()[:1] in _SETS_OFF


def _road(analysis: Analysis, plain: str, name: NamedBrand | None) -> str:
    links = analysis.reading.links
    if not links:
        return _road_without_links(analysis, plain)
    if any(brand.links == "own" for brand in analysis.brands):
        return "own"
    odds = worst(analysis.leads)
    if odds <= _KNOWN_TO:
        return "known"
    if any(brand.links == "imitated" for brand in analysis.brands):
        return "imitated"
    if name is None and odds < _NAMED_BELOW and _is_named(analysis.reading):
        return "named"
    return "astray" if odds >= _ASTRAY_FROM else "plain"


def _road_without_links(analysis: Analysis, plain: str) -> str:
    if "link_told" in analysis.places or is_link_gone(plain):
        return "gone"
    return "number" if "phone" in analysis.shapes else ""


def _has_particular(plain: str) -> bool:
    """Whether a card or an account is named by its last digits."""
    if "a/c" in plain and _ACCOUNT.search(plain):
        return True
    return any(
        _BEFORE_LAST_DIGITS.search(plain[max(0, digits.start() - _FARTHEST) : digits.start()])
        or plain.startswith(_AFTER_LAST_DIGITS, digits.end())
        for digits in _LAST_DIGITS.finditer(plain)
    )


def _is_named(reading: Reading) -> bool:
    """Whether each link's domain is called as the text calls its sender ("Acme: see acme.example")."""
    around = _words_around_links(reading)
    return all(_is_name_in(around, link.domain.partition(".")[0].replace("-", "")) for link in reading.links)


def _words_around_links(reading: Reading) -> list[str]:
    kept: list[str] = []
    at = 0
    for link in reading.links:
        kept.append(reading.text[at : link.span[0]])
        at = link.span[1]
    return _WORD.findall(" ".join((*kept, reading.text[at:])))


def _is_name_in(words: list[str], label: str) -> bool:
    """Whether a label is one of the words and written as a name is, or what the text opens or ends with."""
    if len(label) < _LEAST_LABEL:
        return False
    if any(word.lower() == label and word != label and word != label.capitalize() for word in words):
        return True
    return label in _joined(words) or label in _joined(words[-_MOST_WORDS:], from_end=True)


def _joined(words: list[str], *, from_end: bool = False) -> Iterator[str]:
    """The first words of a text run together, or its last ones."""
    for count in range(1, min(_MOST_WORDS, len(words)) + 1):
        yield "".join(words[-count:] if from_end else words[:count]).lower()


def worst(leads: Collection[Lead]) -> float:
    """The log-odds of the lead that says most, 0 where there is none."""
    return max((lead.odds for lead in leads), default=0.0)
