"""Owns judging a text for fraud: something held out or threatened to get at people's money; must not know who sends it.

Words, combinations and weights lie in `data/fraud.toml`. An offer that deceives is judged by `content.offers` and
counted here as one feature; a one-time code and what its sender says beside it are no fraud.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from typing import Final

from comity.content.analysis import Analysis
from comity.content.clauses import readings_of
from comity.content.cues import Mark, tables, words
from comity.content.cues_shapes import Places
from comity.content.cues_weighed import Weights, first_places, probability, weights_of
from comity.content.offers import judge_offer
from comity.content.scores import UNTOUCHED, Judged, Sign

_AGAINST: Final = frozenset({"conditions", "sober", "f_lawful", "genuine_prize", "personal", "kind_reminder"})
_DECEPTIVE: Final = (("deceptive", 0.5), ("deceptive_likely", 0.85))
_MOST_SIGNS: Final = 12


def judge(analysis: Analysis) -> Judged:
    """Judge one text."""
    if _core().isdisjoint(analysis.places) or analysis.code.is_genuine:
        return UNTOUCHED
    shapes = analysis.shapes | _others(analysis)
    core = [mark.start for mark in analysis.searched.marks if mark.cue in _core()]
    readings = readings_of(analysis.searched, core, _AGAINST)
    places = max((_places(marks, shapes) for marks in readings), key=_model().log_odds)
    return _judged(analysis, places)


def _others(analysis: Analysis) -> Places:
    """What is found by other judges: an offer that deceives, links that are the name's own."""
    whole = (0, len(analysis.searched.text))
    offer = judge_offer(analysis.reading, personal=analysis.personal).score
    found = {name: whole for name, least in _DECEPTIVE if offer >= least}
    if any(brand.links == "own" for brand in analysis.brands):
        found["own_link"] = whole
    return found


def _places(marks: Collection[Mark], shapes: Places) -> Places:
    return first_places(mark for mark in marks if mark.cue in _weighed()) | shapes


def _judged(analysis: Analysis, places: Places) -> Judged:
    model = _model()
    met = {name: one.weight for name, one in model.combinations.items() if not any(map(set(places).isdisjoint, one.groups))}
    score = probability(model.log_odds(places))
    if not score:
        return UNTOUCHED
    kind = tables("fraud")["kinds"][max(met, key=lambda name: met[name])] if met else ""
    signs = [(place, model.title(name)) for name, place in places.items() if model.weights.get(name, 0.0) > 0]
    against = tuple(model.title(name) for name in places if model.weights.get(name, 0.0) < 0)
    return Judged(score, kind, tuple(_sign(analysis, *sign) for sign in sorted(signs)[:_MOST_SIGNS]), against)


def _sign(analysis: Analysis, place: tuple[int, int], title: str) -> Sign:
    return analysis.sign(*place, title)


@cache
def _model() -> Weights:
    """Made when first needed: not every process judges texts."""
    return weights_of("fraud")


@cache
def _weighed() -> frozenset[str]:
    model = _model()
    return frozenset(model.weights) | {name for one in model.combinations.values() for group in one.groups for name in group}


@cache
def _core() -> frozenset[str]:
    """Words without which no text is looked at: those of this judge's own lists that speak for it."""
    own = tables("fraud")["words"]
    return frozenset(name for name in own if name in words() and _model().weights.get(name, 0.0) > 0)
