"""Owns judging a text for phishing; must not know who sends it or what follows.

A text is phishing by what it is made of: somebody trusted is claimed, something is said to be wrong or held out,
something is to be done about it, and it leads where the claimed would hardly lead. No word makes a case by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Final

from comity.content.analysis import Analysis
from comity.content.clauses import readings_of
from comity.content.cues import Mark
from comity.content.cues_shapes import Places
from comity.content.cues_weighed import Weights, first_places, probability, weights_of
from comity.content.scores import UNTOUCHED, Judged, Sign
from comity.content.speech import ASTRAY, OPEN, worst

_STORIES: Final = frozenset({
    "trouble_delivery", "trouble_address", "trouble_account", "trouble_access", "trouble_billing", "trouble_unpaid",
    "trouble_expiry", "lure_refund", "lure_prize", "lure_peek",
})  # fmt: skip
_DOING: Final = frozenset({"asks_click", "asks_verify", "asks_pay", "asks_call", "asks_reply", "asks_install"})
_CORE: Final = _STORIES | {"asks_unlock", "asks_secret", "not_you"}
_AGAINST: Final = frozenset({
    "safe_app", "safe_number", "safe_no_action", "kind_stop", "kind_receipt", "kind_delivery", "kind_reminder",
    "kind_balance", "kind_offer", "kind_chat", "kind_code", "advises",
})  # fmt: skip
_HIDING: Final = frozenset({"homoglyph", "leet", "spacing", "invisible", "split", "bidi"})
_LEAD_WEIGHT: Final = 0.8
_MOST_OF_LEAD: Final = 4.0
_MOST_SIGNS: Final = 12


def judge(analysis: Analysis) -> Judged:
    """Judge one text."""
    if _CORE.isdisjoint(analysis.places) or analysis.code.is_genuine:
        return UNTOUCHED
    searched = analysis.searched
    if analysis.speech.road in OPEN:
        core = [mark.start for mark in searched.marks if mark.cue in _CORE]
        readings = tuple(readings_of(searched, core, _AGAINST))
    else:
        readings = (searched.marks,)
    return max((_judged(analysis, marks) for marks in readings), key=lambda one: one.score)


def _judged(analysis: Analysis, marks: tuple[Mark, ...]) -> Judged:
    model = _model()
    words = first_places(marks)
    found = words | dict.fromkeys(_made_of(analysis, words), (0, 0))
    odds = model.log_odds(found)
    if analysis.speech.road in OPEN:
        odds += _LEAD_WEIGHT * min(worst(analysis.leads), _MOST_OF_LEAD)
    against = tuple(model.title(name) for name in found if model.weights.get(name, 0.0) < 0)
    return Judged(probability(odds), "", tuple(_signs(analysis, words)), against)


def _made_of(analysis: Analysis, words: Places) -> Iterator[str]:
    """What a text is made of, beyond the lists of words."""
    speech = analysis.speech
    stories = len(_STORIES & words.keys())
    if stories:
        yield "story"
    if stories > 1:
        yield "stories"
    if speech.claimed:
        yield "claim"
    if speech.name is not None:
        yield "name"
    if not _DOING.isdisjoint(words):
        yield "doing"
    if speech.pressed:
        yield "pressing"
    if len(speech.pressed) > 1:
        yield "pressing_hard"
    if speech.road:
        yield f"road_{speech.road}"
    if speech.particular and speech.road not in ASTRAY:
        yield "particular"
    if "amount" in analysis.shapes:
        yield "amount"
    if any(disguise.kind in _HIDING for disguise in analysis.reading.unmasked.disguises):
        yield "hidden"


def _signs(analysis: Analysis, words: Places) -> Iterator[Sign]:
    """The places that speak for it, in reading order."""
    weights = _model().weights
    telling = sorted((place, name) for name, place in words.items() if weights.get(name, 0.0) > 0)
    for place, name in telling[:_MOST_SIGNS]:
        yield analysis.sign(*place, _model().title(name))
    for lead in analysis.leads:
        if lead.odds > 0:
            yield Sign(*lead.span, lead.title)


@cache
def _model() -> Weights:
    """Made when first needed: not every process judges texts."""
    return weights_of("phishing")
