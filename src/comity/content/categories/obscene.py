"""Owns judging a text for being sexually explicit or foul; must not know who sends it or what follows.

The gravest word sets the beginning and each further one adds less; what turns them at a reader or into an offer adds
more. Medicine, teaching, protection, reports and quotations take words of their own sentence back. A mild oath says
hardly anything, and a word of health nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from comity.content.analysis import Analysis
from comity.content.cues import words
from comity.content.cues_weighed import probability
from comity.content.obscene_met import ACT, AIMED, BODY, IMAGE, JUDGED, MILD, STRONG, TOPIC, Met, met_in
from comity.content.obscene_turned import is_at_reader, is_offered, is_sold, is_used, is_wanted, names_people
from comity.content.scores import UNTOUCHED, Judged

_BIAS: Final = -3.2
_FIRST: Final = {ACT: 4.6, AIMED: 3.4, IMAGE: 2.8, STRONG: 2.2, BODY: 2.0, TOPIC: 1.4, MILD: 1.2}
_FURTHER: Final = {ACT: 1.8, AIMED: 1.2, IMAGE: 1.3, STRONG: 1.0, BODY: 1.2, TOPIC: 1.0, MILD: 0.5}
_AGAIN: Final = 0.4
"""Share of a further word's weight where it is one that came before."""
_EXCUSED: Final = {ACT: 0.55, AIMED: 0.4, IMAGE: 0.2, STRONG: 0.4, BODY: 0.2, TOPIC: 0.0, MILD: 0.2}
"""Share of a word's weight that an excuse leaves."""
_AT_READER: Final = {ACT: 0.8, IMAGE: 0.8, STRONG: 0.6, BODY: 0.8, TOPIC: 0.4}
_OFFERED: Final = {IMAGE: 1.7}
_OFFERED_ELSE: Final = 1.0
_PEOPLE: Final = 1.6
"""Added where people are offered."""
_OATH_IN_AD: Final = 1.2
"""Added to a strong oath in an advertisement: there it is no slip among friends."""
_SEXUAL: Final = frozenset({ACT, IMAGE, BODY, TOPIC})
_WANTED: Final = 1.8
"""Added where somebody wants to, or is invited to."""
_USED: Final = 2.4
"""Added where something is done to a part of the body."""
_MEANT: Final = 0.9
"""Added where sexual words stand together with an oath or with one another: then they are meant as they are said."""
_LEARNED_SHARE: Final = 0.15
_LEARNED_MOST: Final = 0.4
_MOST_SIGNS: Final = 6


def judge(analysis: Analysis) -> Judged:
    """Judge one text; one without any word of the lists is left alone at once."""
    if JUDGED.isdisjoint(analysis.places):
        return UNTOUCHED
    found = met_in(analysis)
    against = tuple(dict.fromkeys(one.excuse for one in found if one.excuse))
    meant = [one for one in found if not one.excuse]
    odds = _added(found)
    if odds <= 0:
        return Judged(0.0, against=against) if against else UNTOUCHED
    wanted = bool(meant) and is_wanted(analysis.searched.text)
    odds += _BIAS + _turned(analysis, meant, wanted=wanted) + _learned(analysis)
    is_sexual = wanted or any(one.cue in _SEXUAL for one in meant)
    signs = tuple(analysis.sign(one.start, one.end, words()[one.cue].title) for one in meant[:_MOST_SIGNS])
    return Judged(probability(odds), "sexually explicit" if is_sexual else "foul language", signs, against)


def _added(found: Sequence[Met]) -> float:
    """What the words add up to: the gravest in full, each further one less, the same again hardly anything."""
    seen: set[str] = set()
    total = 0.0
    for one in sorted(found, key=lambda each: -_FIRST[each.cue] * _share(each)):
        weight = (_FURTHER if seen else _FIRST)[one.cue] * _share(one)
        total += weight * _AGAIN if one.word in seen else weight
        seen.add(one.word)
    return total


def _share(one: Met) -> float:
    return _EXCUSED[one.cue] if one.excuse else 1.0


def _turned(analysis: Analysis, meant: Sequence[Met], *, wanted: bool) -> float:
    """What the words are turned to: at a reader, into an offer, or to mean what they say."""
    text = analysis.searched.text
    lists = {one.cue for one in meant}
    sexual = lists & _SEXUAL
    aimed = [one for one in meant if one.cue in _AT_READER]
    odds = _WANTED if wanted else 0.0
    if aimed and is_at_reader(text, aimed):
        odds += max(_AT_READER[one.cue] for one in aimed)
    if any(one.cue == BODY and is_used(text, one) for one in meant):
        odds += _USED
    elif sexual and (len(sexual) > 1 or STRONG in lists):
        odds += _MEANT
    return odds + _offered(analysis, lists, is_sexual=bool(sexual) or wanted)


def _offered(analysis: Analysis, lists: set[str], *, is_sexual: bool) -> float:
    if is_sexual and is_offered(analysis):
        people = _PEOPLE if names_people(analysis.searched.text) else 0.0
        return people + max(_OFFERED.get(name, _OFFERED_ELSE) for name in lists)
    is_ad = not is_sexual and lists & {STRONG, AIMED} and is_sold(analysis)
    return _OATH_IN_AD if is_ad else 0.0


def _learned(analysis: Analysis) -> float:
    odds = analysis.learned.get("obscene", 0.0) * _LEARNED_SHARE
    return max(-_LEARNED_MOST, min(_LEARNED_MOST, odds))
