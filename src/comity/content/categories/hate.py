"""Owns judging a text for hate: attacks on people for what they are; must not know who sends it or what follows."""

from __future__ import annotations

from typing import Final

from comity.content.analysis import Analysis
from comity.content.cues import tables
from comity.content.cues_weighed import probability
from comity.content.hate.attacks import Attack, attacks
from comity.content.scores import UNTOUCHED, Judged, Sign

_DOORS: Final = frozenset(tables("hate")["words"])
_BIAS: Final = -0.4
_MORE: Final = 0.6
_MOST_MORE: Final = 1.2
_LEARNED_SHARE: Final = 0.2
_LEARNED_MOST: Final = 0.4
_MOST_SIGNS: Final = 6


def judge(analysis: Analysis) -> Judged:
    """Judge one text by what it says of whom; a text that names no group is left alone at once."""
    if _DOORS.isdisjoint(analysis.places):
        return UNTOUCHED
    unmasked = analysis.reading.unmasked
    found = attacks(unmasked.plain)
    meant = [attack for attack in found if not attack.excuse]
    against = tuple(dict.fromkeys(attack.excuse for attack in found if attack.excuse))
    if not meant:
        return Judged(0.0, against=against) if against else UNTOUCHED
    weight = max(attack.weight for attack in meant)
    more = min(_MOST_MORE, _MORE * (len({attack.title for attack in meant}) - 1))
    odds = analysis.learned.get("hate", 0.0) * _LEARNED_SHARE
    learned = max(-_LEARNED_MOST, min(_LEARNED_MOST, odds))
    signs = tuple(Sign(*unmasked.span(attack.start, attack.end), attack.title) for attack in _shown(meant))
    ground = next((attack.ground for attack in _shown(meant) if attack.ground), "")
    return Judged(probability(_BIAS + weight + more + learned), ground, signs, against)


def _shown(meant: list[Attack]) -> list[Attack]:
    """The strongest of each place, in reading order."""
    kept: list[Attack] = []
    for attack in sorted(meant, key=lambda one: -one.weight):
        if all(attack.end <= other.start or other.end <= attack.start for other in kept):
            kept.append(attack)
    return sorted(kept[:_MOST_SIGNS], key=lambda one: one.start)
