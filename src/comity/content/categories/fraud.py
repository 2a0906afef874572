"""Owns judging a text for fraud: something held out or threatened to get at people's money; must not know who sends it.

Words, combinations and weights lie in `data/fraud.toml`. An offer that deceives is judged by `content.offers` and
counted here as one feature. A genuine one-time code speaks against it, and is never refused.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from typing import Final

from comity.content.analysis import Analysis
from comity.content.clauses import readings_of
from comity.content.cues import Mark, tables
from comity.content.cues_shapes import Places
from comity.content.cues_weighed import Weights, first_places, probability, weights_of
from comity.content.offers import judge_offer
from comity.content.scores import UNTOUCHED, Judged

_AGAINST: Final = frozenset({"conditions", "sober", "f_lawful", "genuine_prize", "personal", "kind_reminder"})
_DECEPTIVE: Final = (("deceptive", 0.5), ("deceptive_likely", 0.85))
_MOST_SIGNS: Final = 12
_LEAST: Final = 0.001
_CODE_GIVEN: Final = -2.5
_MOST_WITH_CODE: Final = 0.9


def judge(analysis: Analysis) -> Judged:
    """Judge one text."""
    if _core().isdisjoint(analysis.places):
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
    odds = model.log_odds(places)
    score = min(probability(odds + _CODE_GIVEN), _MOST_WITH_CODE) if analysis.code.is_genuine else probability(odds)
    if score < _LEAST:
        return UNTOUCHED
    for_it = sorted((place, model.title(name)) for name, place in places.items() if model.weights.get(name, 0.0) > 0)
    signs = tuple(analysis.sign(*place, title) for place, title in for_it[:_MOST_SIGNS])
    against = tuple(model.title(name) for name in places if model.weights.get(name, 0.0) < 0)
    return Judged(score, _kind(places), signs, against)


def _kind(places: Places) -> str:
    """The sort of fraud: that of the combination that weighs most."""
    schemes = _model().combinations
    met = [name for name, one in schemes.items() if not any(group.isdisjoint(places) for group in one.groups)]
    kinds: dict[str, str] = tables("fraud")["kinds"]
    return kinds[max(met, key=lambda name: schemes[name].weight)] if met else ""


@cache
def _model() -> Weights:
    """Made when first needed: not every process judges texts."""
    return weights_of("fraud")


@cache
def _weighed() -> frozenset[str]:
    groups = (group for one in _model().combinations.values() for group in one.groups)
    return frozenset(_model().weights).union(*groups)


@cache
def _core() -> frozenset[str]:
    """Words without which no text is looked at: those of this judge's own lists that speak for it."""
    return frozenset(name for name in tables("fraud")["words"] if _model().weights.get(name, 0.0) > 0)
