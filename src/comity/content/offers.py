"""Judging whether an offer deceives: prizes nobody entered for, free things that cost, sure profit, miracle cures.

It must not know who sends it or what follows. Figures: docs/explanation/content-rules.md.
"""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet
from functools import cache, lru_cache
from typing import Final

import msgspec

from comity.content.clauses import readings_of, without_false_excuses
from comity.content.cues import Mark, Searched, picked, searched
from comity.content.cues_shapes import Places, shapes_of
from comity.content.cues_weighed import CueSpan, Weights, first_places, probability, weights_of
from comity.content.reading import Reading
from comity.content.schemes import Schemes, schemes_of

_MOST_KEPT: Final = 2048
KINDS: Final = {
    "unasked_prize": "a prize nobody entered for",
    "sure_profit": "profit promised as sure",
    "miracle": "a cure or result that cannot be promised",
    "windfall": "money owed out of nowhere",
    "costly_way": "a pretext for a call or text that costs",
    "recurring": "something free that is charged for",
}
"""What a deceptive offer is, by the list of words that makes it one."""
# "1.50/msg", "3 p/w": what is charged again and again, in small print.
_RATE: Final = re.compile(
    r"\d ?(?:[€$£]|p|c|kr|zl|tl|lei|kc|rp|eur)?(?: ?/ ?|p/)(?:wk|weeks?|w|msg|mesg|txt|text|sms"
    r"|day|min|month|mth|mo|semaine|mois|woche|monat"
    r"|semana|mes|settimana|mese|mesaj|hafta|minggu|bln|bulan|vecka|man|saptamana|luna|tyden"
    r"|mesic|tydz|mies|week|maand)\b"
)
_FREE: Final = "costless"
_CHARGED: Final = "recurring"
_OPEN_PRICE: Final = "open_price"
_CORE: Final = frozenset({*KINDS, _FREE, "prize"})
# Conditions, a warning or an order excuse what stands in their own clause; the full price, told anywhere, does more.
_AGAINST: Final = frozenset({
    "conditions", "sober", "genuine_prize", "own_order", "own_payment", "code", "appointment", "news", "personal",
    "plain_job",
})  # fmt: skip
# An unasked prize or a sure profit that can be had now is a case that few words excuse.
_PLAIN: Final = frozenset({"unasked_prize", "sure_profit", "miracle"})
_PITCH: Final = frozenset({"claiming", "advance_fee", "loss", "premium_number", "calling", "contacting", "link"})
_LEAST_AGAINST: Final = -1.5
# Word classes side by side are a reason to look; only words that leave no doubt are one to refuse.
_MOST_BY_ARRANGEMENT: Final = 0.94
# Two arrangements are more than a stray "rate", "account" or "results" beside them can excuse.
_PLAINLY_AGAINST: Final = frozenset({
    "sober", "conditions", "genuine_prize", "plain_job", "open_price", "personal", "code", "own_order", "appointment",
})  # fmt: skip
_WEAKLY: Final = -0.6
_ALONE: Final = frozenset(KINDS.keys() - {_CHARGED})
"""What makes a case by itself; something free does with a charge alone."""


class DeceptiveOffer(msgspec.Struct, frozen=True):
    """The judgement on one text.

    Attributes:
        score: probability, 0 to 1, that it deceives about what is offered; 0 where nothing of the kind is offered.
        kinds: of the keys of `KINDS`.
        spans: what speaks for it, in reading order.
    """

    score: float
    kinds: tuple[str, ...] = ()
    spans: tuple[CueSpan, ...] = ()


_NONE: Final = DeceptiveOffer(0.0)


@lru_cache(maxsize=_MOST_KEPT)
def judge_offer(reading: Reading, promotional: bool = False, personal: bool = False) -> DeceptiveOffer:
    """Judge one text.

    Args:
        reading: the text.
        promotional: whether it was declared or found to be promotional.
        personal: whether one person may be writing to another, whose style then speaks against deceit.
    """
    text = searched(reading)
    met = {mark.cue for mark in text.marks}
    schemes = _schemes()
    arranged = schemes.found(text.text, text.marks, schemes.possible(met))
    if not arranged and met.isdisjoint(_ALONE) and not _is_charged(text, met):
        return _NONE
    core = [mark.start for mark in text.marks if mark.cue in _CORE] + [start for start, _ in arranged.values()]
    shapes = shapes_of(text, reading) | ({"promotional": (0, len(text.text))} if promotional else {})
    # A price told openly counts wherever it stands, even in a clause that says nothing else.
    shapes |= first_places(mark for mark in text.marks if mark.cue == _OPEN_PRICE)
    judged = (_judged(text, marks, shapes, arranged, personal) for marks in readings_of(text, core, _AGAINST))
    return max(judged, key=lambda one: one.score)


def _is_charged(text: Searched, met: AbstractSet[str]) -> bool:
    return _FREE in met and (_CHARGED in met or _RATE.search(text.text) is not None)


def _judged(
    text: Searched, marks: tuple[Mark, ...], shapes: Places, arranged: Places, personal: bool
) -> DeceptiveOffer:
    model = _model()
    places = first_places(picked(marks, frozenset(model.weights)))
    if rate := _RATE.search(text.text):
        places.setdefault(_CHARGED, rate.span())
    named = places.keys() - ({_CHARGED} if _FREE not in places else set())
    given = {_schemes().named[name].gives for name in arranged}
    kinds = tuple(kind for kind in KINDS if kind in named or kind in given)
    if not kinds:
        return _NONE
    places = without_false_excuses(places | shapes, len(text.text), personal)
    score = max(_by_words(places) if named & KINDS.keys() else 0.0, _by_arrangement(places, arranged))
    return DeceptiveOffer(score, kinds, model.spans(text, places | arranged))


def _by_words(places: Places) -> float:
    return probability(_model().log_odds(places, _LEAST_AGAINST if _is_plain(places) else None))


def _by_arrangement(places: Places, arranged: Places) -> float:
    """Judge by the heaviest arrangement, in place of the words that it is made of."""
    if not arranged:
        return 0.0
    heaviest = max(arranged, key=lambda name: _schemes().named[name].weight)
    present = {heaviest, *(name for name in places if name not in KINDS)}
    doubtful = len(arranged) == 1 or not _PLAINLY_AGAINST.isdisjoint(present)
    return round(_MOST_BY_ARRANGEMENT * probability(_model().log_odds(present, None if doubtful else _WEAKLY)), 3)


def _is_plain(places: Places) -> bool:
    return not _PLAIN.isdisjoint(places) and not _PITCH.isdisjoint(places)


@cache
def _model() -> Weights:
    """Made when first needed: not every process judges texts."""
    return _schemes().weighed(weights_of("offers"))


def _schemes() -> Schemes:
    return schemes_of("offers")
