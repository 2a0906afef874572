"""Owns where in a text a name stands: at its opening, a sentence's or line's, or its end; must not know other cues.

What people write before they say who they are ("Dear customer,", "Ref 4471:", "(1)", "URGENT") is passed over, so that
no such word hides an opening. Those words lie in `speaking.toml`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

_WINDOW: Final = 96
_MOST_LEAD_IN: Final = 12
_WORD: Final = re.compile(r"[^\W_]+(?:['/-][^\W_]+)*")
_END_OF_SENTENCE: Final = re.compile(
    r"[.!?;:|>\])}\n\u2026\u3002\uff01\uff1f\uff1a]|\W[-\u2013\u2014~*]|^[-\u2013\u2014~*]"
)
_DASHES: Final = "-\u2013\u2014"
_SIGN: Final = re.compile(rf"\s{{0,2}}(?:[\])>]\s{{0,2}})?(?:[:\uff1a|]|[{_DASHES}]\s|\u2014)|\s{{0,2}}[\])>]")
_COLON: Final = re.compile(r"\s?[:\uff1a]")
_HERE: Final = re.compile(rf"\s{{1,2}}(?:here|hier|ici|aqui|qui|tutaj)\s?[.,:;!{_DASHES}]")
_FAREWELLS: Final = (
    "regards|greetings|thanks|groeten|groet|cordialement|gruss|grusse|saludos|saluti|atenciosamente|pozdrawiamy"
)
_SIGNED: Final = re.compile(rf"(?:[-\u2013\u2014~\n]|(?<![a-z])(?:{_FAREWELLS}))\W{{0,3}}$")
_CLOSING: Final = re.compile(r"\W{0,3}$")

_OPENS_WITH_SIGN: Final = ("opens with a sign", 3.3)
_SENTENCE_WITH_SIGN: Final = ("opens a sentence with a sign", 2.4)
_SET_OFF: Final = ("is set off by a colon", 1.7)
_SET_APART: Final = ("is set off by a dash", 1.0)
_OPENS: Final = ("opens", 1.3)
_OPENS_A_SENTENCE: Final = ("begins a sentence", 0.5)
_SIGNS: Final = ("signs", 3.2)


def place_of(
    plain: str, start: int, end: int, *, titled: int, leads_in: Callable[[str], bool]
) -> Iterator[tuple[str, float]]:
    """What the place of a name says: the cue, if any, and its weight.

    Args:
        plain: `comity.text.unmask.Unmasked.plain`.
        start: where the name begins.
        end: where it ends.
        titled: where what belongs to the name ends ("PayPal support team"), from `end` on.
        leads_in: whether a word says nothing but that something follows.
    """
    before = plain[max(0, start - _WINDOW) : start]
    sign = has_sign(plain, end) or (titled > end and has_sign(plain, titled))
    if start <= _WINDOW and _is_lead_in(before, leads_in, unknown=int(sign)):
        yield _OPENS_WITH_SIGN if sign else _OPENS
    elif _CLOSING.match(plain, end) and _SIGNED.search(before):
        yield _SIGNS
    elif _is_lead_in(_of_its_sentence(before), leads_in):
        yield _SENTENCE_WITH_SIGN if sign else _OPENS_A_SENTENCE
    elif _COLON.match(plain, end) or _COLON.match(plain, titled):
        yield _SET_OFF
    elif sign:
        yield _SET_APART


def has_sign(plain: str, end: int) -> bool:
    """Whether a name that ends here is set off from what it says: "PayPal:", "PayPal -", "[PayPal]", "PayPal here."."""
    return _SIGN.match(plain, end) is not None or _HERE.match(plain, end) is not None


def _of_its_sentence(before: str) -> str:
    ends = [found.end() for found in _END_OF_SENTENCE.finditer(before)]
    return before[ends[-1] :] if ends else before


def _is_lead_in(before: str, leads_in: Callable[[str], bool], unknown: int = 0) -> bool:
    """Whether these words only lead in; behind a greeting so many may be others: "Dear Anna,"."""
    words = _WORD.findall(before)
    if len(words) > _MOST_LEAD_IN:
        return False
    others = [word for word in words if not (any(map(str.isdigit, word)) or leads_in(word))]
    return not others or (len(others) <= unknown and others[0] != words[0])
