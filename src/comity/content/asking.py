"""Owns who asks for which confidential data in a text, and whether it is asked at all; must not know any score.

A word that asks ("send us", "enter") and a word for data ("the code you received", "card number") in one sentence are
a request, unless the word that asks is denied ("never send"), or tells of others who ask ("anyone who asks you to").
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from comity.content.clauses import SENTENCE_ENDS
from comity.content.cues import Mark, Searched

HANDS_OVER: Final = "hands_over"
HANDS_IN: Final = "hands_in"
ASKS: Final = "asks_data"
PASSED_ON: Final = "code_passed_on"
CODE: Final = "one-time code"
DATA: Final = {
    "data_code_theirs": CODE,
    "code_named": CODE,
    "data_code": CODE,
    "data_card": "card",
    "data_card_secret": "card",
    "data_password": "password",
    "data_seed": "password",
    "data_identity": "identity number",
    "data_birth": "identity number",
    "data_bank": "bank details",
}
"""Lists of words for confidential data, and the kind of it."""
VERBS: Final = (HANDS_OVER, HANDS_IN, ASKS)
_DENIES: Final = "warns_never_share"
_TELLS: Final = "sender_sends"
# How far the data may stand behind the word that asks, in signs; and before it ("your PIN and send it", Turkish).
_BEHIND: Final = {HANDS_OVER: 64, HANDS_IN: 56, ASKS: 14}
_BEFORE: Final = {HANDS_OVER: 44, HANDS_IN: 32, ASKS: 0}
_DENIED_FROM: Final = 48
_DENIED_AFTER: Final = 24
_PAUSE: Final = re.compile(r"[.,:;!?](?=\s|$)|[。！？，；]")  # noqa: RUF001  other scripts' own
# Languages that put "never" behind the verb: "Senden Sie uns nie Ihre PIN", "Stuur uw pincode nooit".
_NEVER: Final = re.compile(
    r"\b(?:nicht(?! sp[aä]ter)|nie|niemals|keine[nrsm]?|niet|nooit|geen|jamais|inte|ikke|aldrig|aldri)\b"
)
_WHETHER: Final = re.compile(r"\b(?:if|wenn|falls|als|indien|si|om|hvis)\b")


class Request(NamedTuple):
    """Something asked for: where, in offsets of the text searched, and by which lists of words."""

    start: int
    end: int
    verb: str
    data: str


def requests_of(text: Searched) -> tuple[Request, ...]:
    """Return what is asked for, in reading order of the data; each piece of data once, by its strongest verb."""
    verbs = [mark for mark in text.marks if mark.cue in VERBS]
    data = _whole(mark for mark in text.marks if mark.cue in DATA)
    if not verbs or not data:
        return ()
    ends = text.clause_ends(SENTENCE_ENDS)
    against = [mark for mark in text.marks if mark.cue in {_DENIES, _TELLS}]
    asking = [verb for verb in verbs if not _is_denied(text.text, verb, against, ends)]
    return tuple(_requests(text.text, asking, data, ends))


def passed_on(text: Searched) -> Mark | None:
    """Return where a code that the text gives is to be passed on, unless that is denied."""
    found = [mark for mark in text.marks if mark.cue == PASSED_ON]
    if not found:
        return None
    ends = text.clause_ends(SENTENCE_ENDS)
    against = [mark for mark in text.marks if mark.cue in {_DENIES, _TELLS}]
    return next((mark for mark in found if not _is_denied(text.text, mark, against, ends)), None)


def wants_more(text: Searched) -> bool:
    """Whether a text that gives a code wants it passed on, or other confidential data handed over."""
    return passed_on(text) is not None or any(
        one.verb != HANDS_IN and (DATA[one.data] != CODE or one.data == "data_code_theirs") for one in requests_of(text)
    )


def _whole(marks: Iterable[Mark]) -> list[Mark]:
    """The words for data, without those inside longer ones; of two alike the one that is dearer to give."""
    kept: list[Mark] = []
    order = list(DATA)
    for mark in sorted(marks, key=lambda one: (one.start, -one.end, order.index(one.cue))):
        if not kept or mark.end > kept[-1].end:
            kept.append(mark)
    return kept


def _requests(text: str, verbs: list[Mark], data: list[Mark], ends: list[int]) -> Iterator[Request]:
    for item in data:
        found = [verb for verb in verbs if _is_asked(text, verb, item, ends)]
        if found:
            verb = min(found, key=lambda one: (VERBS.index(one.cue), abs(one.start - item.start)))
            yield Request(min(verb.start, item.start), max(verb.end, item.end), verb.cue, item.cue)


def _is_asked(text: str, verb: Mark, data: Mark, ends: list[int]) -> bool:
    if bisect_right(ends, verb.start) != bisect_right(ends, data.start):
        return False
    behind = data.start >= verb.start
    gap = text[verb.end : data.start] if behind else text[data.end : verb.start]
    if len(gap) > (_BEHIND if behind else _BEFORE)[verb.cue]:
        return False
    after = _PAUSE.split(text[data.end : data.end + _DENIED_AFTER], maxsplit=1)[0] if behind else ""
    return not any(_NEVER.search(part) and not _WHETHER.search(part) for part in (gap, after))


def _is_denied(text: str, verb: Mark, against: list[Mark], ends: list[int]) -> bool:
    """Whether a word that asks is denied, or told of others."""
    for mark in against:
        if mark.start < verb.end and verb.start < mark.end:
            return True
        same = bisect_right(ends, mark.start) == bisect_right(ends, verb.start)
        gap = text[mark.end : verb.start]
        if mark.end <= verb.start and same and len(gap) <= _DENIED_FROM and not _PAUSE.search(gap):
            return True
    return False
