"""No text whose words are hidden from filters while people can read them (U16, U1).

Letters of another alphabet that look alike, signs without width inside words, letters spaced out, struck through or
cut, digits for letters, an order turned round: whoever writes several words so wants a filter to miss them. What the
words say is for other rules, which read them as people do. This one weighs how many words were hidden, and how: each
word counts once, by the heaviest way in which it was hidden (`weights`), and words in a decorative dress alone are
noted at most (`decorative`), for shops like to greet so.

One word written oddly passes: a name spelled out, a headline in spaced capitals, letters from a wrong keyboard.
Genuine texts of several scripts, the joiners of Persian, Indic scripts and emoji, direction marks in
texts that run from right to left, and soft hyphens where a word may be divided hide nothing.

Limits: docs/explanation/disguise.md tells what is not seen through at all.
"""

from __future__ import annotations

import re
from typing import Annotated, Final

import msgspec

from comity.messages.verdict import Evidence
from comity.policy.document import PolicyDocument
from comity.screening.judging import MISS, Answer, Facts, Hit, Message, Rule
from comity.text.unmask import Disguise

_HOW: Final = {
    "invisible": "signs without width inside words",
    "homoglyph": "letters of another alphabet",
    "styled": "letters in another dress",
    "marks": "letters struck through or under marks",
    "spacing": "letters spaced out",
    "leet": "digits or signs for letters",
    "bidi": "letters in turned order",
    "split": "signs that cut words",
}
_MOST_SHOWN: Final = 12
_SOFT_HYPHENS: Final = re.compile(r"\u00ad+")
_DIRECTIONS: Final = re.compile(r"[\u061c\u200e\u200f\u202a-\u202c\u2066-\u2069]+")
_RIGHT_TO_LEFT: Final = re.compile(r"[\u0590-\u08ff]")
_DIVIDED: Final = 2


class _Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    weights: dict[str, Annotated[float, msgspec.Meta(ge=0, le=10)]] = {}
    decorative: tuple[str, ...] = ()
    note_at: Annotated[float, msgspec.Meta(gt=0, le=100)] = 1.5
    hold_at: Annotated[float, msgspec.Meta(gt=0, le=100)] = 3.0


def _prepare(settings: _Settings, _document: PolicyDocument) -> _Settings:
    unknown = {*settings.weights, *settings.decorative} - _HOW.keys()
    if unknown:
        raise ValueError(f"there is no disguise {min(unknown)!r}; known: {', '.join(sorted(_HOW))}")
    if settings.note_at > settings.hold_at:
        raise ValueError("note_at is above hold_at")
    return settings


def _check(message: Message, _facts: Facts, settings: _Settings) -> Answer:
    disguises = message.reading.unmasked.disguises
    if not disguises:
        return MISS
    text = message.reading.text
    words = _hidden_words(text, disguises, settings.weights)
    total = sum(settings.weights[one.kind] for one in words)
    if total < settings.note_at:
        return MISS
    is_plain = any(one.kind not in settings.decorative for one in words)
    return _hit(words, "hold" if is_plain and total >= settings.hold_at else "note")


def _hidden_words(text: str, disguises: tuple[Disguise, ...], weights: dict[str, float]) -> list[Disguise]:
    """Return what hides each word, the heaviest way where a word was hidden in several."""
    runs_back = _RIGHT_TO_LEFT.search(text) is not None
    by_word: dict[int, Disguise] = {}
    for one in disguises:
        if not weights.get(one.kind) or (one.kind == "invisible" and _hides_nothing(text, one.span, runs_back)):
            continue
        start = one.span[0]
        word = max(text.rfind(" ", 0, start), text.rfind("\n", 0, start))
        heaviest = by_word.setdefault(word, one)
        if weights[one.kind] > weights[heaviest.kind]:
            by_word[word] = one
    return list(by_word.values())


def _hides_nothing(text: str, span: tuple[int, int], runs_back: bool) -> bool:
    """Tells hyphens of web pages between syllables, and direction marks where scripts of both directions meet."""
    start, end = span
    signs = text[start:end]
    if _SOFT_HYPHENS.fullmatch(signs):
        before, after = text[max(0, start - _DIVIDED) : start], text[end : end + _DIVIDED]
        return len(before) == len(after) == _DIVIDED and before.isalpha() and after.isalpha()
    return runs_back and _DIRECTIONS.fullmatch(signs) is not None


def _hit(words: list[Disguise], action: str) -> Hit:
    how = ", ".join(_HOW[kind] for kind in _HOW if any(one.kind == kind for one in words))
    count = "A word is" if len(words) == 1 else f"{len(words)} words are"
    return Hit(
        evidence=tuple(Evidence("text", observed=_HOW[one.kind], span=one.span) for one in words[:_MOST_SHOWN]),
        sentence=f"{count} hidden from filters by {how}.",
        remedy="Write words in plain letters of one alphabet, without signs, spaces or digits inside them.",
        action=action,
    )


RULE: Final = Rule(
    id="text-disguised",
    clauses=("U16", "U1"),
    title="Hidden words",
    needs=(),
    check=_check,
    settings=_Settings,
    prepare=_prepare,
)
