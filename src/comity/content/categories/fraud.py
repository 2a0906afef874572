"""Owns judging a text for fraud: something held out or threatened to get at people's money; must not know who sends it.

Words, combinations and weights lie in `data/fraud.toml`. An offer that deceives is judged by `content.offers` and
counted here as one feature. A genuine one-time code speaks against it, and is never refused.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache
from typing import Final

from comity.content.analysis import Analysis
from comity.content.clauses import readings_of
from comity.content.cues import Mark, searched, tables
from comity.content.cues_shapes import Places
from comity.content.cues_weighed import Weights, first_places, probability, weights_of
from comity.content.fraud_schemes import begins_with, may_be_met, sums_of, wants, weighed, worst_scheme
from comity.content.fraud_ways import WAYS, ways_of
from comity.content.offers import judge_offer
from comity.content.reading import reading_of
from comity.content.scores import UNTOUCHED, Judged

_AGAINST: Final = frozenset({
    "conditions", "sober", "f_lawful", "f_debt", "genuine_prize", "personal", "kind_reminder", "t_of_operator",
    "t_ordered", "t_of_friends", "t_voucher", "t_greeting", "t_reports", "t_airtime_offered",
})  # fmt: skip
# Digits that a template would mask; it keeps the first ones of long numbers.
_COUNTED: Final = re.compile(r"(?<!\d)0{0,7}[1-9]\d{0,7}(?!\d)")
_DIGIT: Final = re.compile(r"\d")
_DECEPTIVE: Final = (("deceptive", 0.5), ("deceptive_likely", 0.85))
_DOUBTFUL: Final = 1.5
_MOST_SIGNS: Final = 12
_LEAST: Final = 0.001
_CALL_BACK: Final = "call-back"
_BAIT: Final = "f_bait"
_OF_BANK: Final = frozenset({"bank_named", "claims_bank", "f_at_bank"})
_MOST_OF_BANK: Final = 0.94
"""A bank that tells of a charge and whom to call is held at most: genuine ones write so too."""
_CHARGE_WITH_CODE: Final = -2.5
_MOST_WITH_CODE: Final = 0.94


def judge(analysis: Analysis) -> Judged:
    """Judge one text."""
    counted = _with_digits(analysis)
    met = analysis.places.keys() | {mark.cue for mark in counted} if counted else analysis.places.keys()
    if met.isdisjoint(_core()) or not may_be_met(met, _combinations()):
        return UNTOUCHED
    shapes = analysis.shapes | sums_of(analysis.searched) | _others(analysis)
    if wants(WAYS, met):
        shapes |= ways_of(analysis.searched.text)
    core = [mark.start for mark in analysis.searched.marks if mark.cue in _core()]
    readings = readings_of(analysis.searched, core, _AGAINST)
    found = (_judged(analysis, _places((*marks, *counted), shapes)) for marks in readings)
    return max(found, key=lambda one: one.score)


def _with_digits(analysis: Analysis) -> tuple[Mark, ...]:
    """Words that stand in the lists with digits masked ("keep 00%"), found in a text whose digits are not."""
    if not _COUNTED.search(analysis.text):
        return ()
    masked = searched(reading_of(_DIGIT.sub("0", analysis.text)))
    if len(masked.text) != len(analysis.searched.text):
        return ()
    return tuple(mark for mark in masked.marks if "0" in masked.text[mark.start : mark.end])


def _others(analysis: Analysis) -> Places:
    """What others find: an offer that deceives, where links lead, links that are the name's own."""
    whole = (0, len(analysis.searched.text))
    offer = judge_offer(analysis.reading, personal=analysis.personal).score
    found = {name: whole for name, least in _DECEPTIVE if offer >= least}
    if analysis.lead is not None and analysis.lead.odds >= _DOUBTFUL:
        found["doubtful_lead"] = whole
    if any(brand.links == "own" for brand in analysis.brands):
        found["own_link"] = whole
    if any(brand.kind == "bank" for brand in analysis.brands):
        found["bank_named"] = whole
    return found


def _places(marks: Collection[Mark], shapes: Places) -> Places:
    return first_places(mark for mark in marks if mark.cue in _weighed()) | shapes


def _judged(analysis: Analysis, places: Places) -> Judged:
    odds, kind, weights = _likeliest(places)
    score = _beside_code(odds, kind) if analysis.code.is_genuine else probability(odds)
    if kind == _CALL_BACK and _BAIT not in places and not _OF_BANK.isdisjoint(places):
        score = min(score, _MOST_OF_BANK)
    if score < _LEAST:
        return UNTOUCHED
    model = _model()
    for_it = sorted((place, model.title(name)) for name, place in places.items() if weights.get(name, 0.0) > 0)
    signs = tuple(analysis.sign(*place, title) for place, title in for_it[:_MOST_SIGNS])
    against = tuple(
        model.title(name) for name in places if min(weights.get(name, 0.0), model.weights.get(name, 0.0)) < 0
    )
    return Judged(score, kind, signs, against)


def _likeliest(places: Places) -> tuple[float, str, dict[str, float]]:
    """The log-odds of what the text is most likely, the sort of fraud, and the weights by which it is."""
    model, scheme = _model(), worst_scheme(places)
    met = _met(places)
    weights = [model.weights[name] for name in places if name in model.weights]
    weights += [model.combinations[name].weight for name in met]
    odds = model.bias + sum(weight for weight in weights if weight > 0)
    odds += max(model.floor, sum(weight for weight in weights if weight < 0))
    if scheme is not None and scheme.odds > odds:
        return scheme.odds, scheme.scheme.kind, scheme.scheme.weights
    kinds: dict[str, str] = tables("fraud")["kinds"]
    strongest = max(
        (name for name in met if name in kinds), key=lambda name: model.combinations[name].weight, default=""
    )
    return odds, kinds.get(strongest, ""), model.weights


def _met(places: Places) -> list[str]:
    """The combinations that are there, looked for by the words of their first groups."""
    begun = _by_first()
    names = dict.fromkeys(name for word in places for name in begun.get(word, ()))
    combinations = _model().combinations
    return [name for name in names if not any(group.isdisjoint(places) for group in combinations[name].groups)]


@cache
def _by_first() -> dict[str, tuple[str, ...]]:
    """The combinations by each word of their first group."""
    found: dict[str, tuple[str, ...]] = {}
    for name, one in _model().combinations.items():
        for word in one.groups[0]:
            found[word] = (*found.get(word, ()), name)
    return found


def _beside_code(odds: float, kind: str) -> float:
    """The score of a text that gives a code: such texts do tell of charges and whom to call, and are never refused."""
    return min(probability(odds + (_CHARGE_WITH_CODE if kind == _CALL_BACK else 0.0)), _MOST_WITH_CODE)


@cache
def _model() -> Weights:
    """Made when first needed: not every process judges texts."""
    return weights_of("fraud")


@cache
def _weighed() -> frozenset[str]:
    groups = (group for one in _model().combinations.values() for group in one.groups)
    return frozenset(_model().weights).union(*groups) | weighed()


@cache
def _combinations() -> tuple[tuple[frozenset[str], ...], ...]:
    """What each combination wants of words alone: its groups without those that a shape may stand for."""
    model = _model()
    return tuple(
        tuple(group for group in one.groups if group.isdisjoint(model.shapes)) for one in model.combinations.values()
    )


@cache
def _core() -> frozenset[str]:
    """Words with which a scheme begins: without one of them no text is looked at."""
    return frozenset[str]().union(*(groups[0] for groups in _combinations() if groups)) | begins_with()
