"""Owns finding the attacks on people in a text; must not know what a score leads to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import msgspec

from comity.content.hate.excuses import excuse_for
from comity.content.hate.frames import FRAMES, Frame
from comity.content.hate.people import with_people
from comity.content.hate.words import Sentences, read

_SAID: Final = frozenset("HhZDwfNJjKkXeRrLEUFSsOMWlqz")
_NAMED: Final = frozenset("GAgSs")
_MOST_TRIED: Final = 4


class Attack(msgspec.Struct, frozen=True):
    """Something said of people for what they are.

    Attributes:
        title: what it does, in words.
        weight: log-odds it speaks with.
        start: where it begins, in offsets of the text read.
        end: where it ends.
        ground: what people are attacked for, in a word; "" where a slur is for several.
        excuse: why it is none, in words, or "".
    """

    title: str
    weight: float
    start: int
    end: int
    ground: str
    excuse: str


def attacks(text: str) -> list[Attack]:
    """Find the attacks in a text (plain: small letters, no accents), excused ones too."""
    found: list[Attack] = []
    for sentences in read(text):
        met = set(sentences.kinds)
        if met & _NAMED and met & _SAID:
            language, speaks = sentences.grammar.language, sentences.tongues.speaks
            found += [one for one in _attacks(sentences) if speaks(language, one.start, one.end)]
    return found


def _attacks(sentences: Sentences) -> Iterator[Attack]:
    kinds, language = with_people(sentences), sentences.grammar.language
    met = frozenset(kinds)
    for frame in FRAMES:
        if not frame.needs.isdisjoint(met) and (not frame.languages or language in frame.languages):
            for number, match in enumerate(frame.pattern.finditer(kinds)):
                if number == _MOST_TRIED:
                    break
                yield _attack(sentences, kinds, frame, match)


def _attack(sentences: Sentences, kinds: str, frame: Frame, match: re.Match[str]) -> Attack:
    start, end = match.span()
    while kinds[start] in "|," and start < end - 1:
        start += 1
    who = match.start("who")
    named = next((at for at in range(who, -1, -1) if kinds[at] in "GS"), who)
    mended = not sentences.mended.isdisjoint(range(start, end))
    weight = frame.weight - (_FOR_A_PRONOUN if kinds[who] == "T" else 0) - (_FOR_A_SLIP if mended else 0)
    return Attack(
        title=frame.title,
        weight=weight + (_FOR_A_CURSE if "F" in match[0] else 0),
        start=sentences.spans[start][0],
        end=sentences.spans[end - 1][1],
        ground=sentences.grammar.ground.get(sentences.texts[named], ""),
        excuse=excuse_for(kinds, match, frame, sentences.grammar.language),
    )


_FOR_A_PRONOUN: Final = 0.5
_FOR_A_SLIP: Final = 0.4
_FOR_A_CURSE: Final = 0.4
