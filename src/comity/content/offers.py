"""Judging whether an offer deceives: prizes nobody entered for, free things that cost, sure profit, miracle cures.

It must not know who sends it or what follows. Figures: docs/explanation/content-rules.md.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Final

import msgspec

from comity.content.cues import picked, searched
from comity.content.cues_shapes import shapes_of
from comity.content.cues_weighed import CueSpan, Weights, first_places, probability, weights_of
from comity.content.reading import Reading

_MOST_KEPT: Final = 2048
KINDS: Final = {
    "unasked_prize": "a prize nobody entered for",
    "sure_profit": "profit promised as sure",
    "miracle": "a cure or result that cannot be promised",
    "windfall": "money owed out of nowhere",
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
_OFFERS: Final = frozenset({*KINDS, _FREE})


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
def judge_offer(reading: Reading, promotional: bool = False) -> DeceptiveOffer:
    """Judge one text.

    Args:
        reading: the text.
        promotional: whether it was declared or found to be promotional.
    """
    text = searched(reading)
    met = {mark.cue for mark in text.marks}
    if met.isdisjoint(_OFFERS):
        return _NONE
    model = _model()
    places = first_places(picked(text.marks, frozenset(model.weights)))
    if rate := _RATE.search(text.text):
        places.setdefault(_CHARGED, rate.span())
    kinds = tuple(kind for kind in KINDS if kind in places and (kind != _CHARGED or _FREE in places))
    if not kinds:
        return _NONE
    places |= shapes_of(text, reading)
    if promotional:
        places["promotional"] = (0, len(text.text))
    return DeceptiveOffer(probability(model.log_odds(places)), kinds, model.spans(text, places))


@cache
def _model() -> Weights:
    """Made when first needed: not every process judges texts."""
    return weights_of("offers")
