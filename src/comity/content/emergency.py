"""Judging whether a text offers to reach emergency services: "reply SOS and we send an ambulance".

It must not know who sends it or what follows. Telling people to call the emergency number is no such offer.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Final

import msgspec

from comity.content.cues import picked, searched
from comity.content.cues_weighed import CueSpan, Weights, first_places, probability, weights_of
from comity.content.reading import Reading

_MOST_KEPT: Final = 2048
_WAYS: Final = frozenset({"distress_word", "write_here", "instead_of_call"})
_HELP: Final = frozenset({"emergency_named", "service_named", "help_promised", "instead_of_call"})


class EmergencyOffer(msgspec.Struct, frozen=True):
    """The judgement on one text.

    Attributes:
        score: probability, 0 to 1, that it offers to reach emergency services; 0 where it names no way or no help.
        spans: what speaks for it, in reading order.
    """

    score: float
    spans: tuple[CueSpan, ...] = ()


_NONE: Final = EmergencyOffer(0.0)


@lru_cache(maxsize=_MOST_KEPT)
def judge_emergency_offer(reading: Reading) -> EmergencyOffer:
    """Judge one text."""
    text = searched(reading)
    met = {mark.cue for mark in text.marks}
    if met.isdisjoint(_WAYS) or met.isdisjoint(_HELP):
        return _NONE
    model = _model()
    places = first_places(picked(text.marks, frozenset(model.weights)))
    if places.keys().isdisjoint(_WAYS) or places.keys().isdisjoint(_HELP):
        return _NONE
    return EmergencyOffer(probability(model.log_odds(places)), model.spans(text, places))


@cache
def _model() -> Weights:
    """Made when first needed: not every process judges texts."""
    return weights_of("emergency")
