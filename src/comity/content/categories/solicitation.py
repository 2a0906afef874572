"""Owns judging whether a text asks for confidential data; must not know who sends it or what follows.

What is asked, and how, is weighed: to hand a code over by reply says more than to fill a number in. A text that gives
a code, a warning never to share one, and what is done in an application or in person are no requests.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import Final

from comity.content.analysis import Analysis
from comity.content.asking import (
    ASKS,
    CODE,
    DATA,
    HANDS_IN,
    HANDS_OVER,
    OWN_HANDS,
    PASSED_ON,
    TOLD,
    Request,
    passed_on,
    requests_of,
)
from comity.content.clauses import SENTENCE_ENDS
from comity.content.codes import PLAIN
from comity.content.cues import words
from comity.content.cues_weighed import probability
from comity.content.scores import UNTOUCHED, Judged

_BIAS: Final = -2.5
_BY: Final = {HANDS_OVER: 3.2, ASKS: 2.4, HANDS_IN: 0.8}
_FOR: Final = {
    "data_code_theirs": 3.4,
    "code_named": 2.6,
    "data_code": 0.2,
    "data_card": 2.6,
    "data_card_secret": 2.8,
    "data_password": 2.4,
    "data_seed": 3.4,
    "data_identity": 2.4,
    "data_birth": -0.6,
    "data_bank": -0.8,
}
_BY_FORM: Final = _FOR | {
    "data_code_theirs": 0.0,
    "code_named": 0.0,
    "data_code": 0.0,
    "data_password": 1.8,
    "data_identity": 1.4,
}
"""To fill in a code is how codes are used, and accounts have passwords to be changed."""
_SEVERAL: Final = 1.3
"""Added when data of two sorts is asked for: a card's number and its PIN, a name's date of birth and passport."""
_PRESSED: Final = 0.7
_PRESSES: Final = ("code_lure", "presses_deadline", "presses_loss", "presses_alarm", "presses_legal")
_REACHED: Final = 0.6
_NOWHERE: Final = -1.6
_OWN_LINK: Final = -2.5
_BY_THEMSELVES: Final = -3.0
_GIVEN: Final = -2.4
_HANDED: Final = 0.8
"""Added for a code that is given only to be passed on."""
_CHAT: Final = -0.8
_PLACES: Final = ("link", "phone")
_ASIDE: Final = -1.5
_KEYED_IN: Final = -2.5
_OTHER: Final = "other_code"
_CODES: Final = frozenset(name for name, kind in DATA.items() if kind == CODE)
_AGENT: Final = "to_agent"
_TO_AGENT: Final = 2.4
_MOST_TO_AGENT: Final = 0.94
_SHARED: Final = -2.6
_DIALLED: Final = re.compile(r"\*\d{2,4}[*#]")


def judge(analysis: Analysis) -> Judged:
    """Judge one text."""
    met = analysis.places.keys()
    handed = passed_on(analysis.searched) if _speaks_of_code(analysis) else None
    requests = () if met.isdisjoint(DATA) or met.isdisjoint(_BY) else requests_of(analysis.searched)
    if not requests and not handed:
        return UNTOUCHED
    if handed:
        requests = (*requests, Request(handed.start, handed.end, HANDS_OVER, "code_named"))
    odds = _BIAS + max(map(_weight, requests)) + _around(analysis, requests, handed is not None)
    told = handed is None or handed.cue == TOLD
    strongest = max(requests, key=_weight)
    signs = tuple(analysis.sign(one.start, one.end, _title(one)) for one in requests)
    score = min(probability(odds), _MOST_TO_AGENT) if told and _is_for_agent(analysis, requests) else probability(odds)
    return Judged(score, DATA[strongest.data], signs, _against(analysis, requests))


def _speaks_of_code(analysis: Analysis) -> bool:
    """Whether "send it to us" may mean a one-time code: one is given or spoken of, and no code of another kind."""
    met = analysis.places.keys()
    if met.isdisjoint(PASSED_ON):
        return False
    return analysis.code.log_odds > 0 or (_OTHER not in met and not met.isdisjoint(_CODES))


def _weight(request: Request) -> float:
    return _BY[request.verb] + (_BY_FORM if request.verb == HANDS_IN else _FOR)[request.data]


def _around(analysis: Analysis, requests: tuple[Request, ...], handed: bool) -> float:
    """What the rest of the text adds: pressure, where it leads, and what shows that nothing is asked."""
    by_form = all(one.verb == HANDS_IN for one in requests)
    reached = any(place in analysis.shapes for place in _PLACES)
    odds = _SEVERAL if len({_FOR[one.data] for one in requests}) > 1 else 0.0
    odds += _PRESSED if analysis.has(*_PRESSES) else 0.0
    if by_form:
        odds += _REACHED if reached else _NOWHERE
        odds += _ASIDE if analysis.has("code_aside") else 0.0
        odds += _OWN_LINK if any(brand.links == "own" for brand in analysis.brands) else 0.0
    odds += _BY_THEMSELVES if not handed and _is_in_own_hands(analysis, requests) else 0.0
    odds += _TO_AGENT if analysis.has(_AGENT) and any(one.data == "data_code" for one in requests) else 0.0
    odds += _HANDED if handed else 0.0
    odds += _KEYED_IN if _stands_by("keyed_in", analysis, requests) else 0.0
    odds += _SHARED if _stands_by("data_shared", analysis, requests) else 0.0
    odds += _GIVEN if analysis.code.is_genuine and not handed else 0.0
    return odds + (_CHAT if analysis.personal and analysis.has("personal") else 0.0)


def _is_for_agent(analysis: Analysis, requests: tuple[Request, ...]) -> bool:
    """Whether a code that the text gives is to be told to somebody: some firms have it read to them by telephone."""
    given = analysis.code.log_odds >= PLAIN and analysis.has(_AGENT) and analysis.shapes.keys().isdisjoint(_PLACES)
    return given and all(DATA[one.data] == CODE for one in requests)


def _is_in_own_hands(analysis: Analysis, requests: tuple[Request, ...]) -> bool:
    """Whether it is done in an application, in person, or by dialling a service ("*144#")."""
    return _stands_by(OWN_HANDS, analysis, requests) or _DIALLED.search(analysis.searched.text) is not None


def _stands_by(name: str, analysis: Analysis, requests: tuple[Request, ...]) -> bool:
    """Whether words of a list stand in the sentence of a request: those of another sentence excuse nothing."""
    if name not in analysis.places:
        return False
    text = analysis.searched
    ends = text.clause_ends(SENTENCE_ENDS)
    asked = {bisect_right(ends, one.start) for one in requests}
    return any(mark.cue == name and bisect_right(ends, mark.start) in asked for mark in text.marks)


def _against(analysis: Analysis, requests: tuple[Request, ...]) -> tuple[str, ...]:
    found = [words()[OWN_HANDS].title] if _is_in_own_hands(analysis, requests) else []
    return (*found, "a one-time code given") if analysis.code.is_genuine else tuple(found)


def _title(request: Request) -> str:
    lists = words()
    return f"{lists[request.verb].title}: {lists[request.data].title}"
