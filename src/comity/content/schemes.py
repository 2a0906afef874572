"""Finding arrangements of word classes near each other, such as "a gain, a sum, each day"; must not know their meaning.

A scheme names groups of classes; it is met where one word of each group lies within so many characters of a word of
its first group. Classes are lists of words, or shapes such as a sum of money, whose names begin with "#".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from functools import cache
from typing import Final

import msgspec

from comity.content.cues import Mark, tables, words
from comity.content.cues_shapes import Places
from comity.content.cues_weighed import Weights

_CURRENCIES: Final = (
    r"(?:k|rb|ribu|jt|juta|mio|mil|euros?|eur|dollars?|pounds?|zl|zloty\w?|tl|lira|reais|pesos|kr|naira|rands?|usdt"
    r"|rupia)(?![a-z])"
)
_WITH_SIGN: Final = (
    r"(?:[€$£₹₺]|(?<![a-z])(?:r\$|rp|rs|ksh?|kes|ngn|n|r|eur|usd|gbp|php|rm))\.? ?\d[\d.,]{0,12}"
    rf"|(?<![\d.,])\d[\d.,]{{0,12}} ?(?:[€$£₹₺]|{_CURRENCIES})"
)
_SUM: Final = rf"{_WITH_SIGN}|(?<![\d.,+])\d[\d.,]{{2,12}}"
_EACH: Final = r"(?:(?<![a-z])(?:an?|per|every|each|elke|par|chaque|am|pro|im|jeden|jede|al|a la|por|cada|alla?|ogni|ao"
_EACH_IT: Final = rf"{_EACH}|todo|toda|na|co|tiap|setiap)|/) ?(?:single )?"
_DAY: Final = r"(?:days?|dag|jour|tag|dia|giorno|dzien|hari|nights?|evening|sera|noche|soir|abend|avond|aksam)"
_WEEK: Final = r"(?:weeks?|fortnight|semaine|woche|semana|settimana|tydzien|minggu)"
_MONTH: Final = r"(?:month|maand|mois|monat|mes|mese|miesiac|bulan)"
_DAILY: Final = (
    r"(?:daily|dagelijks|quotidien\w{0,3}|taglich\w{0,2}|diari[oa]s?|giornalier[oi]|dziennie|codziennie|gunde|gunluk"
    r"|her gun|sehari)"
)
_REGULARLY: Final = (
    r"(?:weekly|monthly|wekelijks|maandelijks|monatlich\w{0,2}|mensuel\w{0,3}|mensil[ei]|wochentlich\w{0,2}|semana(?:l|les|is)"
    r"|mensual\w{0,2}|settimanal[ei]|mensa(?:l|is)"
    r"|tygodniowo|miesiecznie|haftada|haftalik|ayda|aylik|her (?:hafta|ay)|seminggu|sebulan)"
)
_DAYS: Final = (
    r"(?:h|hrs?|hours?|uur|heures?|stunden?|std|horas?|or[ea]|godzin\w{0,3}|saat\w{0,4}|jam|min|minut\w{0,4}|minuti?"
    r"|nights?|days?|dag(?:en)?|jours?|tag(?:en?)?|dias?|giorn[io]|dni|dzien|gun\w{0,3}|hari|weeks?|weken|semaines?"
    r"|wochen?|semanas?|settiman[ae]|tydzien|tygodni\w{0,2}|hafta\w{0,3}|minggu)"
)
_MONTHS: Final = r"(?:months?|maand\w{0,2}|mois|monat\w{0,2}|mes|meses|mes[ei]|miesi\w{1,4}|ay\w{0,2}|bulan)"
_FEW: Final = (
    r"(?:\d{1,3}|an?|one|two|three|four|six|een|twee|drie|une?|deux|trois|ein(?:er|em|en|e)?|zwei|drei|una?|dos|tres"
    r"|uma?|duas|due|tre|bir|iki|uc|w|jeden|dwa|dwoch|just one|a single|next)"
)
_SEND: Final = (
    r"(?:text|txt|sms|send|message|type|reply|whatsapp|stuur|app|bericht|envoyez|envoie|tapez|senden?|sie|schick\w?"
    r"|schreib\w{0,2}|envia|envie|manda|mande|invia|scrivi|wyslij|napisz|kirim|ketik|responde|escribe)"
)
# Great Britain's numbering plan: 09 is premium rate, 087 costs a fee beside the call. A price may be glued on.
_REST_OF_NUMBER: Final = r"(?: ?\d){7}(?:\d{2,3}(?=p))?(?!\d)"
_ABROAD: Final = r"(?<![\d+])(?:0|\+?44 ?(?:\(0\) ?)?|0044 ?)"
_PENCE: Final = (
    r"(?<![\d.,])(?:£ ?\d{1,2}(?:\.\d\d?)?|\d{2,3} ?p(?:ence)?|\d{1,2}(?:\.\d\d)? ?gbp|gbp ?\d{1,2}(?:\.\d\d)?) ?"
)
_PER_UNIT: Final = (
    r"(?:/|p/|per |a |each )? ?(?:p?pm|min|mins|minute|msg|mesg|message|txt|text|sms|wk|week|mth|month|call|mob)"
)
SHAPES: Final[Mapping[str, re.Pattern[str]]] = {
    "#sum": re.compile(_SUM),
    "#money": re.compile(rf"{_WITH_SIGN}|(?<![\d.,+])(?:\d{{4,9}}|\d{{1,3}}(?:[.,]\d{{3}}){{1,3}})(?!\d)"),
    "#share": re.compile(r"(?<!\d)\d{1,3}(?:[.,]\d{1,2})? ?%|%\d{1,3}(?!\d)"),
    "#nearly_all": re.compile(r"(?<!\d)(?:9\d(?:[.,]\d{1,2})?|100) ?%|% ?(?:9\d|100)(?!\d)"),
    "#each": re.compile(
        rf"{_EACH_IT}(?:{_DAY}|{_WEEK}|{_MONTH})(?![a-z])|(?<![a-z])(?:{_DAILY}|{_REGULARLY})(?![a-z])"
    ),
    "#each_day": re.compile(rf"{_EACH_IT}{_DAY}(?![a-z])|(?<![a-z]){_DAILY}(?![a-z])"),
    "#soon": re.compile(
        rf"(?<![a-z\d])(?:{_FEW} ?(?:(?:short|single|full|working|straight|kurzen) )?{_DAYS}|overnight|same day"
        r"|by (?:tomorrow|next week(?:end)?|\w{3,6}day)|seminggu|sehari|in days|vannacht|du jour au lendemain"
        r"|uber nacht)(?![a-z])"
    ),
    "#months": re.compile(rf"(?<![a-z\d]){_FEW} {_MONTHS}(?![a-z])"),
    "#weight": re.compile(
        r"(?<![\d.,])(?<!\d )\d{1,3} ?"
        r"(?:kgs?|kilos?|quilos?|chili|lbs?|pounds?|livres|pfund|stone|(?:dress )?sizes)(?![a-z])"
    ),
    "#nightly": re.compile(
        r"(?<![a-z\d])(?:1|an?|one|une?|ein|een|una|uma|half a|\d) ?(?:kilo|kg|pound|chilo|quilo|livre|pfund|lb)"
        r"(?: \w{2,5}){0,2} (?:per|a|each|every|par|pro|por|al|na|co) (?:night|noche|notte|noite|nacht|nuit|noc|malam)"
        r"(?![a-z])"
    ),
    "#turned": re.compile(
        r"\d[\d.,]{1,12} ?(?:[€$£k]|[a-z]{2,6})? (?:in ?to|becomes?|werden|worden|wordt|jadi|menjadi|devien\w{2,6}"
        r"|diventano|vira[mn]?|se convierten? en) (?:[€$£]|rp|r\$|rs|ksh?|kes|n)? ?\d[\d.,]{1,12}"
    ),
    "#into": re.compile(
        r"\d[\d.,]{1,12} ?(?:[€$£k]|[a-z]{2,7})? (?:in ?to|en|in|em|w|na|auf) (?:[€$£]|r\$)? ?\d[\d.,]{2,12}"
    ),
    "#minutes": re.compile(r"(?<!\d)\d{1,2} ?(?:min(?:ut\w{0,4})?|menit|dakika\w{0,2})(?![a-z])"),
    "#sent_then": re.compile(
        rf"(?<![a-z]){_SEND} (?:[^\s,.!?]{{1,14}} ){{0,3}}[^\s,.!?]{{1,14}}"
        r"(?:, ?| and | en | et | und | y | e | i | dan )"
        r"(?:we|our|an?|the|wij?|onze|nous|notre|wir|unsere?|die|der|nuestr\w|nostr\w|la|noss\w|nasz\w|biz|kami|pusat)"
        r"(?![a-z])"
    ),
    "#premium_line": re.compile(rf"{_ABROAD}9[018]\d{_REST_OF_NUMBER}"),
    "#rated_line": re.compile(rf"{_ABROAD}87[0-3]{_REST_OF_NUMBER}"),
    "#short_code": re.compile(
        r"(?<![a-z])(?:txt|text|send|reply|sms)(?![a-z])[^.!?]{0,40}?"
        r"(?<![a-z\d])(?:to|2|on)(?: no\.?:?| code)? ?\d{5}(?!\d)"
    ),
    "#small_print": re.compile(
        rf"(?<![\d.,])(?=[£\dg])(?:{_PENCE}{_PER_UNIT}|\d{{2,3}} ?ppm|\d{{3}} ?pm|150 ?p|1\.50 ?p)(?![a-z])"
        r"|(?<![a-z])(?=[pblns])(?:p\.? ?o\.? ?box|ppm ?\d{2,3}|bo?x ?\d{2,5}"
        r"|(?:land ?lines?|national rate|s\.?a\.?e)(?![a-z]))"
    ),
    "#sent_here": re.compile(
        rf"(?<![a-z]){_SEND} (?:\S{{1,14}} ){{0,4}}"
        r"(?:to|us|here|at|naar|ons|au|a ce|nous|an|uns|al|a est[ae]|a questo|para|na|ke|bu numara\w{0,2})(?![a-z])"
        r"|(?<![a-z])(?:an|au|al|to|naar|para|na|ke) (?:diese )?\d{4,6}(?!\d)"
    ),
}
"""What a class is that is no list of words; every repetition is bounded. Texts are read without accents."""


_SHARES: Final = frozenset({"#share", "#nearly_all"})
_ENDS: Final = re.compile(r"[!?;…。]|\.(?= )")


class Scheme(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An arrangement of word classes.

    Attributes:
        gives: what it is a case of.
        title: what it shows, in words.
        weight: what it adds to the log-odds.
        groups: one class of each group must be near a word of the first, and none of them the same words. The first
            is of words, and best of rare ones: only texts that have one of them are looked at.
        within: how many characters may lie between their beginnings.
        unless: lists of words that make it another thing, where one stands in a sentence of its words.
        words: the groups without shapes, made when read.
        classes: all that it asks for, made when read.
        needed: a sign without which no text meets it, made when read.
    """

    gives: str
    title: str
    weight: float
    groups: tuple[frozenset[str], ...]
    within: int = 90
    unless: frozenset[str] = frozenset()
    words: tuple[frozenset[str], ...] = ()
    classes: frozenset[str] = frozenset()
    needed: str = ""


class Schemes(msgspec.Struct, frozen=True):
    """The schemes of one file.

    Attributes:
        named: by name.
        begun: by list of words, the schemes that begin with it.
        first: all lists of words that any scheme begins with.
    """

    named: dict[str, Scheme]
    begun: dict[str, tuple[str, ...]]
    first: frozenset[str]

    def weighed(self, model: Weights) -> Weights:
        """Return a model in which each scheme counts with its own weight and title."""
        own = {name: scheme.weight for name, scheme in self.named.items()}
        titles = {name: scheme.title for name, scheme in self.named.items()}
        return msgspec.structs.replace(model, weights=model.weights | own, shapes=model.shapes | titles)

    def possible(self, met: AbstractSet[str]) -> list[str]:
        """Return which schemes the lists of words present allow."""
        first = self.first & met  # few texts have any, and this is all that the others cost
        if not first:
            return []
        begun = {name for cue in first for name in self.begun[cue]}
        return [name for name in sorted(begun) if not any(group.isdisjoint(met) for group in self.named[name].words)]

    def found(self, text: str, marks: Iterable[Mark], names: Iterable[str]) -> Places:
        """Return where each of these schemes is met, from a word of its first group to the end of the last."""
        wanted = [(name, scheme) for name in names if (scheme := self.named[name]).needed in text]
        if not wanted:
            return {}
        spans = _Spans(text)
        asked = {one for _, scheme in wanted for one in scheme.classes}
        for start, end, cue in marks:
            if cue in asked:
                spans.setdefault(cue, []).append((start, end))
        met = ((name, _met(scheme, spans)) for name, scheme in wanted)
        return {name: span for name, span in met if span}


class _Spans(dict[str, list[tuple[int, int]]]):
    """Where each class is met; a shape is looked for when it is first asked for."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def are_one_sentence(self, one: int, other: int) -> bool:
        """Whether no sentence ends between two places."""
        return not _ENDS.search(self._text, min(one, other), max(one, other))

    def __missing__(self, name: str) -> list[tuple[int, int]]:
        found: list[tuple[int, int]] = []
        if shape := SHAPES.get(name):
            found += [match.span() for match in shape.finditer(self._text)]
        self[name] = found
        return found


def _met(scheme: Scheme, spans: _Spans) -> tuple[int, int] | None:
    barred = [start for name in scheme.unless for start, _ in spans[name]]
    for first in _of(scheme.groups[0], spans):
        chosen = _chosen(first, scheme, spans)
        if chosen and not any(spans.are_one_sentence(start, own) for start in barred for own, _ in chosen):
            return first[0], max(end for start, end in chosen if start >= first[0])
    return None


def _of(group: Iterable[str], spans: _Spans) -> list[tuple[int, int]]:
    return sorted(span for name in group for span in spans[name])


def _chosen(first: tuple[int, int], scheme: Scheme, spans: _Spans) -> list[tuple[int, int]]:
    """Return a word of each group near the first, none over another; nothing where one lacks."""
    chosen = [first]
    for group in scheme.groups[1:]:
        near = next((span for span in _of(group, spans) if _fits(span, chosen, scheme.within)), None)
        if near is None:
            return []
        chosen.append(near)
    return chosen


def _fits(span: tuple[int, int], chosen: list[tuple[int, int]], within: int) -> bool:
    apart = all(span[1] <= start or end <= span[0] for start, end in chosen)
    return apart and abs(span[0] - chosen[0][0]) <= within


@cache
def schemes_of(file: str) -> Schemes:
    """Read the schemes of one packaged file.

    Raises:
        ValueError: a class is neither a list of words nor a shape, or a scheme does not begin with words.
    """
    named = {name: _whole(msgspec.convert(table, Scheme)) for name, table in tables(file).get("schemes", {}).items()}
    asked = {one for scheme in named.values() for one in scheme.classes}
    if unknown := asked - words().keys() - SHAPES.keys():
        raise ValueError(f"{file} has schemes of what is not there: {', '.join(sorted(unknown))}")
    if ill := [name for name, scheme in named.items() if scheme.groups[0] not in scheme.words]:
        raise ValueError(f"{file} has schemes that begin with a shape: {', '.join(ill)}")
    begun: dict[str, tuple[str, ...]] = {}
    for name, scheme in named.items():
        for cue in scheme.groups[0]:
            begun[cue] = (*begun.get(cue, ()), name)
    return Schemes(named, begun, frozenset(begun))


def _whole(scheme: Scheme) -> Scheme:
    without_shapes = tuple(group for group in scheme.groups if not any(one.startswith("#") for one in group))
    needed = "%" if any(group <= _SHARES for group in scheme.groups) else ""
    classes = scheme.unless.union(*scheme.groups)
    return msgspec.structs.replace(scheme, words=without_shapes, classes=classes, needed=needed)
