"""Owns who asks for which confidential data in a text, and whether it is asked at all; must not know any score.

A word that asks ("send us", "enter") and a word for data ("the code you received", "card number") in one sentence are
a request, unless the word that asks is denied ("never send"), or tells of others who ask ("anyone who asks you to").
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from comity.content.clauses import SENTENCE_ENDS
from comity.content.cues import Mark, Searched

HANDS_OVER: Final = "hands_over"
HANDS_IN: Final = "hands_in"
ASKS: Final = "asks_data"
TOLD: Final = "code_told"
PASSED_ON: Final = frozenset({"code_passed_on", TOLD})
OWN_HANDS: Final = "in_own_hands"
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
_MISTAKE: Final = "code_mistake"
_CAME: Final = "code_came"
_CAME_WITHIN: Final = 32
_ANY_CODE: Final = frozenset({"data_code", "code_named"})
_DENIES: Final = "warns_never_share"
_TELLS: Final = "sender_sends"
# How far the data may stand behind the word that asks, in signs; and before it ("your PIN and send it", Turkish).
_BEHIND: Final = {HANDS_OVER: 64, HANDS_IN: 56, ASKS: 14}
_BEFORE: Final = {HANDS_OVER: 44, HANDS_IN: 32, ASKS: 0}
# Beyond it nothing bears on anything: the widest of these spans, and the longest words there are.
_FARTHEST: Final = 200
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
    came = [mark.start for mark in text.marks if mark.cue == _CAME]
    data = [_theirs(mark, came, ends) for mark in data] if came else data
    against = sorted((mark for mark in text.marks if mark.cue in {_DENIES, _TELLS}), key=_start)
    asking = [verb for verb in verbs if not _is_denied(text.text, verb, against, ends)]
    return (*_requests(text.text, asking, data, ends), *_mistaken(text, asking, data, ends))


def _theirs(mark: Mark, came: list[int], ends: list[int]) -> Mark:
    """A code of which the same sentence says soon after that it came to the reader is the reader's own."""
    sentence = bisect_right(ends, mark.start)
    if mark.cue not in _ANY_CODE or not any(
        0 <= place - mark.end <= _CAME_WITHIN and bisect_right(ends, place) == sentence for place in came
    ):
        return mark
    return mark._replace(cue="data_code_theirs")


def _mistaken(text: Searched, asking: list[Mark], data: list[Mark], ends: list[int]) -> Iterator[Request]:
    """A code said to be sent by mistake, and somebody who wants something handed over: that is what he wants."""
    wanted = [verb for verb in asking if verb.cue != HANDS_IN]
    for mark in text.marks if wanted else ():
        if mark.cue == _MISTAKE and not _WHETHER.search(text.text[max(0, mark.start - _DENIED_FROM) : mark.start]):
            sentence = bisect_right(ends, mark.start)
            codes = [one for one in data if DATA[one.cue] == CODE and bisect_right(ends, one.start) == sentence]
            yield from (Request(one.start, one.end, wanted[0].cue, "data_code_theirs") for one in codes[:1])


def passed_on(text: Searched) -> Mark | None:
    """Return where a code that was just spoken of is to be passed on, unless that is denied."""
    found = [mark for mark in text.marks if mark.cue in PASSED_ON]
    if not found:
        return None
    ends = text.clause_ends(SENTENCE_ENDS)
    against = sorted((mark for mark in text.marks if mark.cue in {_DENIES, _TELLS}), key=_start)
    return next((mark for mark in found if not _is_denied(text.text, mark, against, ends)), None)


def wants_more(text: Searched, code: int) -> bool:
    """Whether a text that gives a code wants it passed on, or other confidential data handed over.

    Args:
        text: the text searched.
        code: where the code begins in it. In the code's own sentence ("provide this code 3832"), and to a courier or
            a clerk, a code is given to be used.
    """
    if passed_on(text) is not None:
        return True
    found = [one for one in requests_of(text) if one.verb != HANDS_IN]
    if not found:
        return False
    ends = text.clause_ends(SENTENCE_ENDS)
    to_use = {
        bisect_right(ends, code),
        *(bisect_right(ends, mark.start) for mark in text.marks if mark.cue == OWN_HANDS),
    }
    return any(
        DATA[one.data] != CODE or one.data == "data_code_theirs" or bisect_right(ends, one.start) not in to_use
        for one in found
    )


def _whole(marks: Iterable[Mark]) -> list[Mark]:
    """The words for data, without those inside longer ones; of two alike the one that is dearer to give."""
    kept: list[Mark] = []
    order = list(DATA)
    for mark in sorted(marks, key=lambda one: (one.start, -one.end, order.index(one.cue))):
        if not kept or mark.end > kept[-1].end:
            kept.append(mark)
    return kept


def _start(mark: Mark) -> int:
    return mark.start


def _requests(text: str, verbs: list[Mark], data: list[Mark], ends: list[int]) -> Iterator[Request]:
    verbs = sorted(verbs, key=_start)
    for item in data:
        # Only what is near is looked at, or a text full of both would cost the product of their numbers.
        first = bisect_left(verbs, item.start - _FARTHEST, key=_start)
        last = bisect_right(verbs, item.end + _FARTHEST, key=_start)
        found = [verb for verb in verbs[first:last] if _is_asked(text, verb, item, ends)]
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
    first = bisect_left(against, verb.start - _FARTHEST, key=_start)
    for mark in against[first : bisect_left(against, verb.end, key=_start)]:
        if mark.start < verb.end and verb.start < mark.end:
            return True
        same = bisect_right(ends, mark.start) == bisect_right(ends, verb.start)
        gap = text[mark.end : verb.start]
        if mark.end <= verb.start and same and len(gap) <= _DENIED_FROM and not _PAUSE.search(gap):
            return True
    return False
