"""Judging whether an offer leaves people out by what they are; must not know who sends it or what a country's law says.

A group's name means nothing by itself: it counts where a word of exclusion stands right beside it, and together
with what is on offer: work, housing, credit, a service.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Final

import msgspec

from comity.content.clauses import SENTENCE_ENDS, readings_of, without_false_excuses
from comity.content.cues import Mark, Searched, picked, searched
from comity.content.cues_shapes import Places, shapes_of
from comity.content.cues_weighed import CueSpan, Weights, first_places, probability, weights_of
from comity.content.reading import Reading

_MOST_KEPT: Final = 2048
GROUNDS: Final = {
    "origin": "race or origin",
    "religion": "religion",
    "nationality": "nationality",
    "sex": "sex",
    "disability": "disability",
    "orientation": "sexual orientation",
    "age": "age",
}
"""What people may not be left out by, in words."""
_GROUND_OF: Final = {ground: ground for ground in GROUNDS if ground not in {"sex", "age"}} | {
    "sexes": "sex",
    "old_people": "age",
}
_PEOPLE: Final = frozenset(_GROUND_OF)
_ON_OFFER: Final = frozenset({"work", "housing", "credit", "service"})
_BEFORE: Final = frozenset({"leaving_out", "only_these"})
_AFTER: Final = frozenset({"turned_away", "these_only"})
_AGAINST: Final = frozenset({"lawful", "shared_home", "inclusive", "news", "personal"})
_MARKERS: Final = _BEFORE | _AFTER
# Between a marker and a group stand at most a few words of the same sentence: "no [single] mothers".
_GAP_BEFORE: Final = 14
_GAP_AFTER: Final = 26
_GAP_OPEN: Final = 4
# A marker that begins further before a group cannot end beside it.
_REACH: Final = 60
_SENTENCE_ENDS: Final = re.compile(r"[.!?;:\n。！？،]")  # noqa: RUF001  other scripts' own
# "Only" and "for" open a door to many things; they must touch the group.
_TOUCHING: Final = frozenset({"only_these", "these_only"})
_MAY_BE_AGE: Final = re.compile(r"(?<![\d.,:/])(?:2[5-9]|[345]\d)(?![\d:/%]|[.,]\d)")
_AGE: Final = re.compile(
    r"\b(?:only|max(?:imum|imal)?|under|not over|no older than|younger than|up to|below"
    r"|aged? (?:under|up to|max)|maximaal|hoogstens"
    r"|jonger dan|niet ouder dan|tot|bis|hochstens|unter|nicht alter als|junger als|moins de"
    r"|pas plus de|jusqu'a|maximo|hasta"
    r"|menos de|menor(?:es)? de|no mayor(?:es)? de|massimo|fino a|meno di|under|no maximo|ate|do"
    r"|ponizej|najwyzej|en fazla|maksimal"
    r"|di bawah|hogst|upp till|yngre an|maxim|sub|pana la|do|mladsi|nejvyse|ne starshe|do|не старше|до)"
    r"\W{1,3}(?:(?:age|the age of|aged|van|alter|de|ani|wieku|usia|umur)\W{1,2}){0,2}(?:2[5-9]|[345]\d)"
    r"(?:s\b|\W{0,2}(?:years?|yrs|yo|jaar|ans|jahren?|anos|anni|lat|roku|yas\w{0,6}|tahun|th|ar|ani|let|roku|лет|岁)\b"
    r"|\W{0,3}(?:may|need|can|only|apply|please)\b)"
    r"|\bonly (?:people |applicants |candidates |girls |men |women )?(?:aged )?(?:under|below) (?:2[5-9]|[345]\d)\b"
    r"|\b(?:between|tussen|entre|zwischen|tra|miedzy|aged?|alter|edad|eta|idade|wiek|usia|umur"
    r"|yas|varsta|vek|alder|ages|leeftijd"
    r"|возраст)\W{1,3}(?:de |van |von |i )?(?:1[89]|2\d)\W{0,3}(?:and|en|et|und|y|e|i|to|tot|bis"
    r"|a|do|ile|si|az|och|sd|s/d|-)?"
    r"\W{0,3}(?:2[5-9]|3\d|4[0-5])\b"
    r"|(?<!\d)(?:1[89]|2\d)[ -]{1,3}(?:2[5-9]|3\d|40) yas|(?<!\d)(?:2[5-9]|3\d|4[05]) yas(?:ini"
    r"|indan)? (?:gecmemis|alti|buyuk)"
    r"|(?<!\d)(?:2[5-9]|3\d|4[05])岁以下"
    r"|\bmax(?:imum)? age\W{1,3}(?:2[5-9]|[345]\d)\b"
    r"|\b(?:niet ouder dan|nicht alter als|no mayor de) (?:2[5-9]|[345]\d)(?!\d|[ ](?:d|t|m|u|h|s)[a-z])"
)


class DiscriminatoryOffer(msgspec.Struct, frozen=True):
    """The judgement on one text.

    Attributes:
        score: probability, 0 to 1, that it offers something and leaves people out; 0 where it leaves out nobody.
        grounds: of the keys of `GROUNDS`.
        spans: what speaks for it, in reading order.
    """

    score: float
    grounds: tuple[str, ...] = ()
    spans: tuple[CueSpan, ...] = ()


_NONE: Final = DiscriminatoryOffer(0.0)


@lru_cache(maxsize=_MOST_KEPT)
def judge_discrimination(reading: Reading, personal: bool = False) -> DiscriminatoryOffer:
    """Judge one text; `personal` says whether one person may be writing to another."""
    text = searched(reading)
    met = {mark.cue for mark in text.marks}
    if met.isdisjoint(_ON_OFFER):
        return _NONE
    left_out = dict(_left_out(text, met))
    if not left_out:
        return _NONE
    shapes = shapes_of(text, reading)
    core = [start for start, _ in left_out.values()]
    readings = readings_of(text, core, _AGAINST, SENTENCE_ENDS)
    judged = (_judged(text, marks, left_out, (shapes, personal)) for marks in readings)
    return max(judged, key=lambda one: one.score)


def _judged(
    text: Searched, marks: tuple[Mark, ...], left_out: Places, around: tuple[Places, bool]
) -> DiscriminatoryOffer:
    model = _model()
    shapes, personal = around
    places = first_places(picked(marks, frozenset(model.weights) - {"turned_away"})) | shapes
    places = without_false_excuses(places, len(text.text), personal)
    met = {mark.cue for mark in text.marks}
    places |= {f"{ground}_excluded": place for ground, place in left_out.items()}
    if any(mark.cue == "turned_away" for mark in text.marks) and met & _PEOPLE:
        places["turned_away"] = next(mark[:2] for mark in text.marks if mark.cue == "turned_away")
    return DiscriminatoryOffer(probability(model.log_odds(places)), tuple(left_out), model.spans(text, places))


def _left_out(text: Searched, met: set[str]) -> Iterator[tuple[str, tuple[int, int]]]:
    """Yield the grounds on which people are left out, with the place from marker to group."""
    if met & _PEOPLE and met & _MARKERS:
        people = picked(text.marks, _PEOPLE)
        markers = [mark for mark in text.marks if mark.cue in _MARKERS]
        starts = [marker.start for marker in markers]
        for one in people:
            near = markers[bisect_left(starts, one.start - _REACH) : bisect_left(starts, one.end + _GAP_AFTER + 1)]
            place = next((place for marker in near if (place := _beside(text.text, marker, one))), None)
            if place:
                yield _GROUND_OF[one.cue], place
    # Most numbers are dates, times and amounts; looking for one that may be an age first is ten times quicker.
    if _MAY_BE_AGE.search(text.text) and (age := _AGE.search(text.text)):
        yield "age", age.span()


def _beside(text: str, marker: Mark, group: Mark) -> tuple[int, int] | None:
    """Return the stretch from marker to group, or None where they do not belong together."""
    if marker.cue in _BEFORE:
        gap, between = group.start - marker.end, text[marker.end : group.start]
        most = _GAP_OPEN if marker.cue in _TOUCHING else _GAP_BEFORE
        place = (marker.start, group.end)
    else:
        gap, between = marker.start - group.end, text[group.end : marker.start]
        most = _GAP_OPEN if marker.cue in _TOUCHING else _GAP_AFTER
        place = (group.start, marker.end)
    return place if 0 <= gap <= most and not _SENTENCE_ENDS.search(between) else None


@cache
def _model() -> Weights:
    """Made when first needed: not every process judges texts."""
    return weights_of("discrimination")
