"""Owns what the acts of a text come to, with what speaks against them; must not know how either is found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from comity.content.abuse import Done, done_in, is_touched, laughs_in, sign_of
from comity.content.abuse_setting import LAUGHED, LAWFUL, STAGED
from comity.content.analysis import Analysis
from comity.content.cues_weighed import probability
from comity.content.scores import UNTOUCHED, Judged

_BIAS: Final = -2.2
_LAWFUL: Final = 2.6
"""What the law or work at the house takes off where nothing worse than a visit, regret or a demand is spoken of."""
_LAWFUL_OF: Final = frozenset({"fetched", "regretted", "warned", "shamed", "demanded", "silenced", "exposed"})
_LEARNED_SHARE: Final = 0.15
_LEARNED_MOST: Final = 0.4


def judged(analysis: Analysis, category: str) -> Judged:
    """Judge one text for harassment or for threat; one without any word of it is left alone at once."""
    if not is_touched(analysis, category):
        return UNTOUCHED
    found = done_in(analysis, category)
    meant = [done for done in found if not done.setting.excuse]
    excuses = [done.setting.excuse for done in found if done.setting.excuse]
    if not _is_something(meant):
        return Judged(0.0, against=tuple(dict.fromkeys(excuses))) if excuses else UNTOUCHED
    odds, against = _weighed(meant, laughed=analysis.personal and laughs_in(analysis, category))
    learned = analysis.learned.get(category, 0.0) * _LEARNED_SHARE
    odds += max(-_LEARNED_MOST, min(_LEARNED_MOST, learned))
    kind = max((done for done in meant if not done.act.bare), key=lambda done: done.act.weight).act.kind
    signs = tuple(sign_of(analysis, done) for done in meant)
    return Judged(probability(odds + _BIAS), kind, signs, tuple(dict.fromkeys((*excuses, *against))))


def _is_something(meant: Sequence[Done]) -> bool:
    """Whether there is an act that means something by itself, or one of a pair with another."""
    carrying = [done for done in meant if not done.act.bare]
    return (len(meant) > 1 and bool(carrying)) or any(not done.act.half for done in carrying)


def _weighed(meant: Iterable[Done], *, laughed: bool) -> tuple[float, list[str]]:
    """The log-odds of acts, and what was taken off them, in words."""
    total = 0.0
    against: list[str] = []
    for done in meant:
        act = done.act
        off = {LAUGHED: act.laughed if laughed else 0.0, STAGED: act.staged if done.setting.staged else 0.0}
        off[LAWFUL] = _LAWFUL if done.setting.lawful and done.name in _LAWFUL_OF else 0.0
        total += act.weight - min(act.weight, sum(off.values()))
        against += [words for words, weight in off.items() if weight]
    return total, against
