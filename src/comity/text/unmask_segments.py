"""Owns telling where words end in letters that stood apart with nothing between the words; must not know the text.

It weighs the ways to part the letters as a reader does: known words are likely, long ones more so, words of one
letter only next to longer ones, and words end where small letters go over to a capital or capitals to small letters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from comity.text.unmask_vocabulary import LONGEST_WORD, beginning_of, known_words

# Costs were chosen so that "receiveafree" and "nomuslims" come apart and unknown words but very long ones stay whole.
_KNOWN: Final = {2: 2.6, 3: 1.8}
_KNOWN_LONGER: Final = 1.2
_BEGUN: Final = 1.5
_ENDING_LETTER: Final = 0.15
_LONG_ENDING: Final = 4
_IN_LEET: Final = 1.6
_UNKNOWN: Final = 3.0
_UNKNOWN_PART: Final = 4.0
_UNKNOWN_LETTER: Final = 0.25
_LONG_UNKNOWN: Final = 8
# Where words may meet and there is no border to mind, two unknown words cost less than one that is longer.
_LONGEST_UNKNOWN: Final = 13
_LETTER_BEYOND: Final = 0.75
_NUMBER: Final = 1.5
_BORDER_INSIDE: Final = 3.0
# Words of one letter: those of many languages, and those that are endings more often than words.
_ALONE: Final = dict.fromkeys("aeiouyаивяоηοו", 2.8) | dict.fromkeys("vzkswксу", 4.0)  # noqa: RUF001  Cyrillic, Greek
_SHORTEST_UNKNOWN: Final = 4
_LONG: Final = 3
_DIGITS: Final = str.maketrans("034578@$", "oeastbas")
_NEVER: Final = float("inf")
_WORD, _SINGLE, _FIGURES = range(3)


# "noMuslims", "SOSemandiamo", but not "iPhone" when it is known, nor "Hello".
_CASE_BORDER: Final = re.compile("aA|(?<=A)Aa")


class Parted(NamedTuple):
    """Letters parted into words.

    Attributes:
        lengths: of each word, in order; they add up to the letters.
        is_known: every word was known, and one of them has three letters or more.
    """

    lengths: tuple[int, ...]
    is_known: bool


class _Way(NamedTuple):
    """The cheapest way to part the letters so far that ends in a piece of one kind."""

    cost: float
    before: tuple[int, int]
    """Where the last piece began, and the kind of the piece before it."""
    is_known: bool


class _Piece(NamedTuple):
    """A stretch as a word of its own: its kind, what it costs, whether the word is known."""

    kind: int
    cost: float
    is_known: bool


def is_known_word(word: str) -> bool:
    """Tells whether a small word is known, by itself, by its beginning or with its digits read as letters."""
    return word in known_words() or beginning_of(word) > 0 or _read_in_leet(word)


@lru_cache(maxsize=256)
def parted(letters: str, *, has_gaps: bool) -> Parted:
    """Part letters into words. Takes time in proportion to their number.

    Args:
        letters: as written, without what stood between them.
        has_gaps: the writer left gaps between words, so that two longer words do not stand in one stretch.
    """
    small = letters.lower()
    borders = [border.start() + 1 for border in _CASE_BORDER.finditer(_cases(letters))]
    inside_numbers = {at for at in range(1, len(letters)) if letters[at].isdigit() and letters[at - 1].isdigit()}
    ways: list[list[_Way | None]] = [[None, None, None] for _ in range(len(letters) + 1)]
    ways[0][_FIGURES] = _Way(0.0, (0, _FIGURES), is_known=True)
    for start in range(len(letters)):
        if start in inside_numbers or not any(ways[start]):
            continue
        befores = _befores(ways[start], gapless=has_gaps and start not in borders)
        for end, (kind, piece_cost, is_known) in _pieces(small, start, borders, are_long=has_gaps or bool(borders)):
            # Most pieces are dearer than what is there already.
            so_far, before, was_known = befores[kind]
            cost = so_far + piece_cost
            best = ways[end][kind]
            if (best is None or cost < best.cost) and cost < _NEVER and end not in inside_numbers:
                ways[end][kind] = _Way(cost, (start, before), is_known=was_known and is_known)
    return _traced(ways, small)


def _pieces(small: str, start: int, borders: list[int], *, are_long: bool) -> list[tuple[int, _Piece]]:
    """Return every stretch from a place on that may be a word, with its end."""
    size = min(LONGEST_WORD, len(small) - start)
    border = next((one for one in borders if one > start), len(small))
    if size < len(small) and small[start : start + size].isalpha():
        sizes = range(2, size + 1), range(_SHORTEST_UNKNOWN, (size if are_long else min(size, _LONGEST_UNKNOWN)) + 1)
        return _pieces_of_letters(small, start, sizes, border - start)
    return list(_pieces_of_any(small, start, size, border))


def _pieces_of_letters(small: str, start: int, sizes: tuple[range, range], unbroken: int) -> list[tuple[int, _Piece]]:
    """Return what `_pieces_of_any` yields where no digit stands in it, by tables: letters apart are mostly such.

    Args:
        small: all letters.
        start: where the pieces begin.
        sizes: of known words, and of unknown ones.
        unbroken: how far it is to the next border.
    """
    known = known_words()
    begun = beginning_of(small[start : start + sizes[0].stop - 1])
    ended = range(begun, sizes[0].stop) if begun else range(0)
    unknown = sizes[1] if not begun else range(sizes[1].start, min(begun, sizes[1].stop))
    alone = _ALONE.get(small[start])
    return [
        *([(start + 1, _Piece(_SINGLE, alone, is_known=True))] if alone else ()),
        *[(start + n, _KNOWN_PIECES[n]) for n in sizes[0] if small[start : start + n] in known],
        *[(start + n, (_UNKNOWN_PIECES if n <= unbroken else _UNKNOWN_OVER_BORDER)[n]) for n in unknown],
        *[(start + n, (_BEGUN_PIECES if n <= unbroken else _BEGUN_OVER_BORDER)[n - begun]) for n in ended],
    ]


def _pieces_of_any(small: str, start: int, size: int, border: int) -> Iterator[tuple[int, _Piece]]:
    known = known_words()
    begun = beginning_of(small[start : start + LONGEST_WORD])
    for end in range(start + 1, start + size + 1):
        word = small[start:end]
        if word in known and end > start + 1:
            yield end, _KNOWN_PIECES[end - start]
            continue
        piece = _piece(word, begun, is_whole=len(word) == len(small))
        if piece.cost < _NEVER:
            is_dear = end > border and piece.kind == _WORD
            yield end, piece._replace(cost=piece.cost + _BORDER_INSIDE) if is_dear else piece


def _cases(letters: str) -> str:
    return "".join(["A" if letter.isupper() else "a" if letter.islower() else "." for letter in letters])


def _befores(ways: list[_Way | None], *, gapless: bool) -> list[tuple[float, int, bool]]:
    """Return for each kind of piece the cheapest way that it may go on: cost, kind of its last piece, all known."""
    befores = []
    for kind in (_WORD, _SINGLE, _FIGURES):
        cheapest = (_NEVER, _FIGURES, False)
        for before, way in enumerate(ways):
            if way is not None and way.cost < cheapest[0] and _may_follow(before, kind, gapless=gapless):
                cheapest = (way.cost, before, way.is_known)
        befores.append(cheapest)
    return befores


def _may_follow(before: int, kind: int, *, gapless: bool) -> bool:
    if before == _SINGLE and kind == _SINGLE:
        return False
    return not (gapless and before == _WORD and kind == _WORD)


def _piece(word: str, begun: int, *, is_whole: bool) -> _Piece:
    """Return what a stretch is as a word of its own, `begun` being how many letters of it may take any ending."""
    size = len(word)
    if word.isdigit():
        return _Piece(_FIGURES, _NUMBER, is_known=True)
    if size == 1:
        return _Piece(_SINGLE, _ALONE.get(word, _NEVER), is_known=True)
    if 0 < begun <= size:
        return _begun(size - begun, _BEGUN)
    if _read_in_leet(word):
        return _Piece(_WORD, _IN_LEET, is_known=True)
    if is_whole:
        return _unknown(size, _UNKNOWN)
    return _unknown(size, _UNKNOWN_PART if size >= _SHORTEST_UNKNOWN else _NEVER)


def _begun(ending: int, cost: float) -> _Piece:
    cost += _ENDING_LETTER * ending + _LETTER_BEYOND * max(0, ending - _LONG_ENDING)
    return _Piece(_WORD, cost, is_known=True)


def _unknown(size: int, cost: float) -> _Piece:
    cost += _UNKNOWN_LETTER * size + _LETTER_BEYOND * max(0, size - _LONG_UNKNOWN)
    return _Piece(_WORD, cost, is_known=False)


_SIZES: Final = range(LONGEST_WORD + 1)
_KNOWN_PIECES: Final = tuple(_Piece(_WORD, _KNOWN.get(size, _KNOWN_LONGER), is_known=True) for size in _SIZES)
_UNKNOWN_PIECES: Final = tuple(_unknown(size, _UNKNOWN_PART) for size in _SIZES)
_UNKNOWN_OVER_BORDER: Final = tuple(_unknown(size, _UNKNOWN_PART + _BORDER_INSIDE) for size in _SIZES)
_BEGUN_PIECES: Final = tuple(_begun(size, _BEGUN) for size in _SIZES)
_BEGUN_OVER_BORDER: Final = tuple(_begun(size, _BEGUN + _BORDER_INSIDE) for size in _SIZES)


def _read_in_leet(word: str) -> bool:
    if word.isalpha():
        return False
    read = word.translate(_DIGITS)
    return any(read.replace("1", letter) in known_words() for letter in "il")


def _traced(ways: list[list[_Way | None]], small: str) -> Parted:
    """Follow the cheapest way back from its end."""
    reached = [(way.cost, kind) for kind, way in enumerate(ways[-1]) if way is not None]
    if not reached:
        return Parted((len(small),), is_known=False)
    end, kind = len(small), min(reached)[1]
    last = way = ways[end][kind]
    lengths: list[int] = []
    while end and way is not None:
        start, kind = way.before
        lengths.append(end - start)
        end, way = start, ways[start][kind]
    return Parted(tuple(reversed(lengths)), is_known=last is not None and last.is_known and max(lengths) >= _LONG)
