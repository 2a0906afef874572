"""Owns undoing what is done to single characters (dress, marks, invisible ones, order); must not know words."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from comity.text.unmask_signs import (
    END_OF_OVERRIDE,
    FLAG_LETTERS,
    INVISIBLE,
    MARKS,
    OVERRIDES,
    RIGHT_TO_LEFT_OVERRIDE,
    SPELLED_OUT,
    STYLED,
    USUAL_MARKS,
    as_class,
)

Found = list[tuple[str, int, int]]
"""Kind, start and end in the original of each disguise."""


class Seen:
    """A text on its way to being plain, and where its characters came from.

    Attributes:
        text: as far as it has been undone.
        starts: for each of its characters the offset in the original; None while they are the same.
        ends: for each of its characters the offset in the original after it; None while they are the same.
    """

    __slots__ = ("ends", "starts", "text")

    def __init__(self, text: str, starts: list[int] | None, ends: list[int] | None) -> None:
        self.text = text
        self.starts = starts
        self.ends = ends

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Return the stretch of the original that the non-empty `start:end` came from."""
        if self.starts is None or self.ends is None:
            return start, end
        return min(self.starts[start:end]), max(self.ends[start:end])

    def drop(self, gaps: list[tuple[int, int]]) -> None:
        """Take the stretches out, given in order and apart from each other."""
        starts = list(range(len(self.text))) if self.starts is None else self.starts
        ends = list(range(1, len(self.text) + 1)) if self.ends is None else self.ends
        bounds = [0, *(edge for gap in gaps for edge in gap), len(self.text)]
        kept = list(zip(bounds[::2], bounds[1::2], strict=True))
        self.text = "".join([self.text[start:end] for start, end in kept])
        self.starts = [offset for start, end in kept for offset in starts[start:end]]
        self.ends = [offset for start, end in kept for offset in ends[start:end]]


_STYLED_CLASS: Final = as_class(STYLED)
_SPELLED_CLASS: Final = as_class(SPELLED_OUT)
ODD: Final = re.compile(f"[{INVISIBLE}{MARKS}{_STYLED_CLASS}{_SPELLED_CLASS}]+")
"""A run of characters that are not what they look like; a text without any needs no `see_through`."""
_KINDS: Final = re.compile(
    f"(?P<invisible>[{INVISIBLE}]+)|(?P<marks>[{MARKS}]+)|(?P<styled>[{_STYLED_CLASS}]+)|(?P<spelled>[{_SPELLED_CLASS}])"
)
_JOINERS: Final = frozenset("\u200c\u200d")
_WIDE: Final = re.compile("[\uff10-\uff5a]+")
_EAST_ASIAN: Final = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_JOINED: Final = re.compile("[\u0600-\u109f\u2190-\u2bff\U0001f000-\U0001faff]")
_LAST_PLAIN_SCRIPT: Final = "\u0530"


class _Reader:
    """One pass over a text."""

    __slots__ = ("_chars", "_ends", "_found", "_starts", "_text", "_turned")

    def __init__(self, text: str, found: Found) -> None:
        self._text = text
        self._found = found
        self._chars: list[str] = []
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._turned: int | None = None

    def read(self) -> Seen:
        at = 0
        undo = {
            "invisible": self._drop_invisible,
            "marks": self._drop_marks,
            "styled": self._undress,
            "spelled": self._spell,
        }
        for run in ODD.finditer(self._text):
            self._copy(at, run.start())
            at = run.end()
            for odd in _KINDS.finditer(self._text, *run.span()):
                undo[odd.lastgroup or ""](*odd.span())
        self._copy(at, len(self._text))
        self._turn_back()
        return Seen("".join(self._chars), self._starts, self._ends)

    def _copy(self, start: int, end: int) -> None:
        if self._turned is not None and (line_end := self._text.find("\n", start, end)) >= 0:
            self._copy_plainly(start, line_end)
            self._turn_back()
            start = line_end
        self._copy_plainly(start, end)

    def _copy_plainly(self, start: int, end: int) -> None:
        self._chars += self._text[start:end]
        self._starts += range(start, end)
        self._ends += range(start + 1, end + 1)

    def _put(self, letters: str, start: int, end: int) -> None:
        self._chars += letters
        self._starts += [start] * len(letters)
        self._ends += [end] * len(letters)

    def _drop_invisible(self, start: int, end: int) -> None:
        text = self._text
        run = text[start:end]
        before, after = text[start - 1 : start], text[end : end + 1]
        if any(char in OVERRIDES or char == END_OF_OVERRIDE for char in run):
            self._override(run, start)
        elif _hides(before, after):
            self._found.append(("invisible", start, end))
        elif run in _JOINERS and _is_joined(before) and _is_joined(after):
            self._put(run, start, end)

    def _override(self, run: str, start: int) -> None:
        for offset, char in enumerate(run, start):
            if char in OVERRIDES:
                self._found.append(("bidi", offset, offset + 1))
            if char == RIGHT_TO_LEFT_OVERRIDE and self._turned is None:
                self._turned = len(self._chars)
            elif char == END_OF_OVERRIDE:
                self._turn_back()

    def _turn_back(self) -> None:
        """Put what stood under a right-to-left override in the order in which it is read."""
        at, self._turned = self._turned, None
        if at is not None:
            self._chars[at:] = self._chars[at:][::-1]
            self._starts[at:] = self._starts[at:][::-1]
            self._ends[at:] = self._ends[at:][::-1]

    def _drop_marks(self, start: int, end: int) -> None:
        base = self._text[start - 1 : start]
        if not base.isalpha() or not self._ends or self._ends[-1] != start:
            # On a sign, a digit or a space: a keycap when alone.
            if end - start > 1:
                self._found.append(("marks", start, end))
            return
        composed = unicodedata.normalize("NFC", self._text[start - 1 : end])
        left = composed[1:]
        if len(left) > 1 or (left and left not in USUAL_MARKS):
            self._found.append(("marks", start - 1, end))
        if composed[0] != base:
            self._chars[-1] = STYLED.get(composed[0], composed[0])
        self._ends[-1] = end

    def _undress(self, start: int, end: int) -> None:
        run = self._text[start:end]
        if all(char in FLAG_LETTERS for char in run) and len(run) % 2 == 0:
            self._copy_plainly(start, end)
            return
        for offset, char in enumerate(run, start):
            self._put(STYLED[char], offset, offset + 1)
        letters = sum(STYLED[char].isalpha() for char in run)
        beside = self._text[start - 1 : start].isalpha() or self._text[end : end + 1].isalpha()
        if _WIDE.fullmatch(run) and _EAST_ASIAN.search(self._text):
            return
        if len(run) > 1 or (letters and beside):
            self._found.append(("styled", start, end))

    def _spell(self, start: int, end: int) -> None:
        self._put(SPELLED_OUT[self._text[start]], start, end)


def _is_joined(char: str) -> bool:
    """Tells what is written with joiners: Arabic and Indic letters, emoji."""
    return bool(_JOINED.match(char)) and char not in STYLED


def _hides(before: str, after: str) -> bool:
    """Tells invisible characters inside a Latin, Greek or Cyrillic word from others, which scripts and emoji need."""
    return bool(before and after) and before.isalnum() and after.isalnum() and max(before, after) < _LAST_PLAIN_SCRIPT


def see_through(text: str, found: Found) -> Seen:
    """Return the text with each character as it is seen, and note what was disguised in `found`."""
    return _Reader(text, found).read()
