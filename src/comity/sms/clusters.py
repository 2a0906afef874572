"""Owns cuts that leave what a reader sees as one character whole; must not know encodings.

A phone joins the parts again, so this matters only where a part is lost or shown alone: then half a flag or a bare
accent is a nuisance, but never worth the price of another part.
"""

from __future__ import annotations

import unicodedata
from itertools import accumulate
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_FIRST_MARK: Final = "\u0300"
_JOINER: Final = "\u200d"
_SKIN_TONES: Final = ("\U0001f3fb", "\U0001f3ff")
_REGIONAL: Final = ("\U0001f1e6", "\U0001f1ff")


def cluster_ends(text: str, ends: list[int], limit: int, width: Callable[[str], int]) -> list[int]:
    """Moves the ends of parts to where no character is cut that a reader sees as one.

    Args:
        text: the whole text.
        ends: the ends of the parts, in units, as full as they can be.
        limit: units that fit in a part.
        width: units of one character.

    Returns:
        As many ends; the old ones where nothing better costs no part more.
    """
    if max(text) < _FIRST_MARK or not any(map(_attaches, set(text))):
        return ends
    offsets = list(accumulate(map(width, text), initial=0))
    needed = _parts_needed(offsets, limit)
    better = []
    start = 0
    while start < len(text):
        full = _furthest(offsets, start, limit)
        start = _whole_end(text, start, full, spare=needed[start] - 1, needed=needed)
        better.append(offsets[start])
    return better


def _attaches(char: str) -> bool:
    return char == _JOINER or unicodedata.category(char)[0] == "M" or _between(char, _SKIN_TONES, _REGIONAL)


def _between(char: str, *ranges: tuple[str, str]) -> bool:
    return any(first <= char <= last for first, last in ranges)


def _cuts_cluster(text: str, start: int, index: int) -> bool:
    """Returns whether a cut before `text[index]` parts what belongs together, in a part that begins at `start`."""
    if _between(text[index], _REGIONAL):
        run = index
        while run > start and _between(text[run - 1], _REGIONAL):
            run -= 1
        return (index - run) % 2 == 1  # flags are pairs
    return text[index - 1] == _JOINER or _attaches(text[index])


def _parts_needed(offsets: list[int], limit: int) -> list[int]:
    """Returns for each character the fewest parts that the text from there on takes."""
    last = len(offsets) - 1
    needed = [0] * (last + 1)
    end = last
    for start in range(last - 1, -1, -1):
        while offsets[end] - offsets[start] > limit:
            end -= 1
        needed[start] = 1 + needed[end]
    return needed


def _furthest(offsets: list[int], start: int, limit: int) -> int:
    end = start
    while end + 1 < len(offsets) and offsets[end + 1] - offsets[start] <= limit:
        end += 1
    return end


def _whole_end(text: str, start: int, full: int, *, spare: int, needed: list[int]) -> int:
    end = full
    while end > start and end < len(text) and needed[end] <= spare and _cuts_cluster(text, start, end):
        end -= 1
    return end if end > start and needed[end] <= spare else full
