"""Judging whether a text offers to reach emergency services: "reply SOS and we send an ambulance".

It must not know who sends it or what follows. Telling people to call the emergency number is no such offer.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Final

import msgspec

from comity.content.clauses import readings_of, without_false_excuses
from comity.content.cues import Mark, Searched, picked, searched
from comity.content.cues_shapes import Places
from comity.content.cues_weighed import CueSpan, Weights, first_places, probability, weights_of
from comity.content.reading import Reading
from comity.content.schemes import Schemes, schemes_of

_MOST_KEPT: Final = 2048
_WAYS: Final = frozenset({"distress_word", "write_here", "instead_of_call"})
_DONE: Final = frozenset({"em_write", "em_comes", "em_help_comes", "em_replaces", "em_menu"})
_HELP: Final = frozenset({"emergency_named", "service_named", "help_promised", "instead_of_call"})

# What tells people to call the number, or that this reaches nobody, counts wherever it stands.
_AGAINST: Final = frozenset(
    {"other_help", "public_channel", "event_notice", "warning_notice", "fraud_named", "personal"}
)
# Help promised for a message is a case that few words excuse, unless the text takes it back.
_PLAIN: Final = frozenset({"help_promised", "instead_of_call"})
_HELD_OUT: Final = frozenset({"not_for_emergencies", "fraud_named", "other_help", "public_channel"})
_LEAST_AGAINST: Final = -1.5


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
def judge_emergency_offer(reading: Reading, personal: bool = False) -> EmergencyOffer:
    """Judge one text; `personal` says whether one person may be writing to another."""
    text = searched(reading)
    met = {mark.cue for mark in text.marks}
    schemes = _schemes()
    arranged = schemes.found(text.text, text.marks, schemes.possible(met))
    if not arranged and (met.isdisjoint(_WAYS) or met.isdisjoint(_HELP)):
        return _NONE
    core = [mark.start for mark in text.marks if mark.cue in (_WAYS | _DONE if arranged else _WAYS)]
    judged = (_judged(text, marks, arranged, personal) for marks in readings_of(text, core, _AGAINST))
    return max(judged, key=lambda one: one.score)


def _judged(text: Searched, marks: tuple[Mark, ...], arranged: Places, personal: bool) -> EmergencyOffer:
    model = _model()
    places = first_places(picked(marks, frozenset(model.weights)))
    by_words = not (places.keys().isdisjoint(_WAYS) or places.keys().isdisjoint(_HELP))
    if not arranged and not by_words:
        return _NONE
    places = without_false_excuses(places, len(text.text), personal)
    score = max(_by_words(places) if by_words else 0.0, _by_arrangement(places, arranged))
    return EmergencyOffer(score, model.spans(text, places | arranged))


def _by_words(places: Places) -> float:
    floor = _LEAST_AGAINST if _HELD_OUT.isdisjoint(places) and not _PLAIN.isdisjoint(places) else None
    return probability(_model().log_odds(places, floor))


def _by_arrangement(places: Places, arranged: Places) -> float:
    """Judge by one arrangement and what speaks against it, in place of the words that it is made of."""
    if not arranged:
        return 0.0
    against = {name for name in places if _model().weights[name] < 0}
    return probability(_model().log_odds({*against, next(iter(arranged))}))


@cache
def _model() -> Weights:
    """Made when first needed: not every process judges texts."""
    return _schemes().weighed(weights_of("emergency"))


def _schemes() -> Schemes:
    return schemes_of("emergency")
