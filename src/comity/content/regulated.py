"""Judging whether a text offers something regulated: gambling, loans, alcohol and the like.

It must not know who sends it, who is cleared for what, or what a country allows. A text about a subject is no offer
of it: words of the subject count only together with how offers are made, and an order, a payment, news or a talk
among friends speaks against.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Final, get_args

import msgspec

from comity.content.clauses import readings_of, without_false_excuses
from comity.content.cues import Mark, Searched, picked, searched
from comity.content.cues_shapes import Places, shapes_of
from comity.content.cues_weighed import CueSpan, Weights, first_places, probability, weights_of
from comity.content.reading import Reading
from comity.countries import Content

TOPICS: Final[tuple[Content, ...]] = tuple(topic for topic in get_args(Content) if topic != "religious")
_MOST_KEPT: Final = 2048
_CONTEXT: Final = frozenset({
    "offering", "calling", "contacting", "hurrying", "conditions",
    "own_order", "own_payment", "code", "appointment", "news", "personal",
})  # fmt: skip
_AGAINST: Final = frozenset({"own_order", "own_payment", "code", "appointment", "news", "personal"})
# A subject's own word with two of these is an offer that few words excuse.
_PITCH: Final = frozenset({"offering", "calling", "contacting", "amount", "percent", "link", "second_subject"})
_PITCHES: Final = 2
_LEAST_AGAINST: Final = -1.5
_OFFERS: Final = frozenset({"offering", "calling", "contacting", "amount", "percent", "link", "promotional"})
# One word that only often means the subject is not enough, two different ones are, or three where they are common.
# A pharmacy has all the words of medicines, so only what needs a prescription, or the lack of one, names those.
_FEWEST_WEAK: Final = 2
_MORE_WEAK: Final = {"sex": 3, "political": 3, "medicines": 99}


class Regulated(msgspec.Struct, frozen=True):
    """The judgement on one subject.

    Attributes:
        topic: which.
        score: probability, 0 to 1, that the text offers it.
        spans: what speaks for it, in reading order.
    """

    topic: Content
    score: float
    spans: tuple[CueSpan, ...]


@lru_cache(maxsize=_MOST_KEPT)
def judge_regulated(reading: Reading, promotional: bool = False, personal: bool = False) -> tuple[Regulated, ...]:
    """Judge a text on every regulated subject whose words it has, the likeliest first.

    Args:
        reading: the text.
        promotional: whether it was declared or found to be promotional.
        personal: whether one person may be writing to another, whose style then speaks against an offer.
    """
    text = searched(reading)
    met = {mark.cue for mark in text.marks}
    found: list[Regulated] = []
    shapes: Places | None = None
    for topic, lists in _subjects().items():
        if topic not in met and f"{topic}_weak" not in met:
            continue
        named = _named(topic, text, picked(text.marks, lists))
        if not named:
            continue
        shapes = shapes if shapes is not None else _shapes(text, reading, promotional)
        core = [mark.start for mark in text.marks if mark.cue in lists]
        for marks in readings_of(text, core, _AGAINST):
            places = named | first_places(picked(marks, _CONTEXT)) | shapes
            if not _OFFERS.isdisjoint(places):
                found.append(_judged(topic, text, without_false_excuses(places, len(text.text), personal)))
    return _worst(found)


def _worst(found: list[Regulated]) -> tuple[Regulated, ...]:
    """Return each subject once, with the highest of its scores, the likeliest subject first."""
    worst = {one.topic: one for one in sorted(found, key=lambda one: one.score)}
    return tuple(sorted(worst.values(), key=lambda one: -one.score))


def _judged(topic: Content, text: Searched, places: Places) -> Regulated:
    model = _model()
    floor = _LEAST_AGAINST if "subject" in places and len(_PITCH & places.keys()) >= _PITCHES else None
    return Regulated(topic, probability(model.log_odds(places, floor)), model.spans(text, places))


def _named(topic: str, text: Searched, marks: tuple[Mark, ...]) -> Places:
    """Return the features of a subject's own words; none where they do not name it."""
    strong = _different(text, marks, topic)
    weak = _different(text, marks, f"{topic}_weak")
    if not strong and len(weak) < _MORE_WEAK.get(topic, _FEWEST_WEAK):
        return {}
    features = dict(zip(("subject", "second_subject"), strong, strict=False))
    features |= dict(zip(("weak_subject", "second_weak_subject"), weak, strict=False))
    aside = _different(text, marks, f"{topic}_aside")
    return features | ({"aside": aside[0]} if aside else {})


def _different(text: Searched, marks: tuple[Mark, ...], cue: str) -> list[tuple[int, int]]:
    """Return the places of a list's words, each word once."""
    places: dict[str, tuple[int, int]] = {}
    for mark in marks:
        if mark.cue == cue:
            places.setdefault(text.text[mark.start : mark.end], mark[:2])
    return list(places.values())


def _shapes(text: Searched, reading: Reading, promotional: bool) -> Places:
    places = shapes_of(text, reading)
    return places | ({"promotional": (0, len(text.text))} if promotional else {})


@cache
def _subjects() -> dict[Content, frozenset[str]]:
    return {topic: frozenset({topic, f"{topic}_weak", f"{topic}_aside"}) for topic in TOPICS}


@cache
def _model() -> Weights:
    """Made when first needed: not every process judges texts."""
    return weights_of("regulated")
