"""Owns joining words whose letters stand apart ("f r e e", "f.r.e.e"); must not know what a word is wanted for.

A stretch of letters that stand equally far apart is surely spaced out when its letters make known words, or five and
more look like an unknown one. In company of a sure one, shorter ones are taken for words as well. Where words end is
told by wider gaps, by known words and by capitals.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final, NamedTuple

from comity.text.unmask_letters import Found, Seen
from comity.text.unmask_segments import is_known_word, parted
from comity.text.unmask_vocabulary import LONGEST_WORD

_SIGN: Final = r"[.\-_*|~^\\/+=\u00b7\u2022\u2219\u22c5]"
# Two letters and more, each as far from the next. A letter that an apostrophe ties to the next word is of that word
# ("p a s d'é t r a n g e r s"), and so is one that stands closer to it than to this one ("c o n t o  e  p r e m i o").
# An "s" behind an apostrophe begins nothing.
_LETTER: Final = r"(?:[^\W_]|[@$])"
_RUN: Final = re.compile(
    rf"(?<![^\W_])(?!(?<=\w')[sS]){_LETTER}(?P<gap>(?P<two>[ \t\u00a0]{{2}})|[ \t\u00a0]|{_SIGN}){_LETTER}"
    rf"(?:(?P=gap){_LETTER}){{0,999}}(?![^\W_])(?(two)(?! [^\W_](?![^\W_])))(?!'[^\Ws_](?P=gap)[^\W_](?![^\W_]))"
)
_WIDER: Final = re.compile(r"[ \t\u00a0]{2,}")
# Signs that are words or syllables: three may stand apart by chance.
_HAN: Final = "\u3040-\u30ff\u3400-\u9fff"
_HANGUL: Final = "\uac00-\ud7af"
_SIGNS_APART: Final = tuple(
    (
        re.compile(rf"(?<![{s}])[{s}](?: [{s}]){{{n - 1},}}(?![{s}])"),
        re.compile(rf"(?<![{s}])[{s}](?: [{s}])+(?![{s}])"),
    )
    for s, n in ((_HAN, 4), (_HANGUL, 5))
)
_OF_SYLLABLES: Final = re.compile(f"[{_HAN}{_HANGUL}\u0e00-\u0eff]")

# A cheap look before all else: four letters apart, in a text whose characters were made classes of one octet each.
# "?" is also what any character beyond ASCII becomes: a letter, or a sign between letters.
_CLASSES, _CLASSES_BEYOND = (
    bytes(
        ord("a" if char.isalnum() or char in letters else "." if char in signs else " " if char in " \t" else ",")
        for char in map(chr, range(128))
    )
    + bytes(128)
    for letters, signs in (("@$", ".-_*|~^\\/+=?"), ("@$?", ""))
)
_APART: Final = (b"a a a a", b"a  a  a  a", b"a.a.a.a")

_VOWELS: Final = frozenset("aeiou")
_GRADES: Final = frozenset("abcdefg")
_FEWEST_KNOWN: Final = 4
_FEWEST_UNKNOWN: Final = 5
_FEWEST_DIFFERENT: Final = 4
_FEWEST_IN_COMPANY: Final = 3
_LEAST_VOWELS: Final = 0.25
_NEVER, _IN_COMPANY, _BESIDE, _SURE = range(4)


class _Run(NamedTuple):
    """Letters that stand equally far apart."""

    start: int
    end: int
    step: int
    letters: str
    strength: int


def classes_of(text: str) -> bytes:
    """Return one octet a character: "a" for letters, digits and signs for them, "." between letters, " ", "," else."""
    return text.encode("ascii", "replace").translate(_CLASSES)


def join_spaced(seen: Seen, found: Found, classes: bytes) -> bytes:
    """Join words that were spaced out, with one space where one ends, until none is left; return the classes then."""
    while _may_be_spaced(seen.text, classes):
        joined = [_join_syllables(seen, found), _join_letters(seen, found)]
        if not any(joined):
            break
        classes = classes_of(seen.text)
    return classes


def _may_be_spaced(text: str, classes: bytes) -> bool:
    if _APART[0] in classes or _APART[1] in classes or _APART[2] in classes:
        return True
    return not text.isascii() and any(
        shape in text.encode("ascii", "replace").translate(_CLASSES_BEYOND) for shape in _APART
    )


def _join_syllables(seen: Seen, found: Found) -> bool:
    if seen.text.isascii():
        return False
    runs = [
        run.span()
        for sure, apart in _SIGNS_APART
        if sure.search(seen.text)
        for run in apart.finditer(seen.text)
    ]  # fmt: skip
    gaps = sorted((at, at + 1) for start, end in runs for at in range(start + 1, end, 2))
    found += [("spacing", *seen.place(*run)) for run in runs]
    if gaps:
        seen.drop(gaps)
    return bool(gaps)


def _join_letters(seen: Seen, found: Found) -> bool:
    runs = [_Run(*run.span(), 1 + len(run["gap"]), *_weighed(run)) for run in _RUN.finditer(seen.text)]
    if not any(run.strength == _SURE for run in runs) and not any(kind == "spacing" for kind, *_ in found):
        return False
    beside = [_is_wider(seen.text[one.end : other.start], one) for one, other in pairwise(runs)]
    joined = _in_company(runs, beside)
    gaps: list[tuple[int, int]] = []
    borders: list[int] = []
    for at, run in enumerate(runs):
        lengths = parted(run.letters, has_gaps=any(beside)).lengths if joined[at] else ()
        if 0 < len(lengths) < len(run.letters):
            found.append(("spacing", *seen.place(run.start, run.end)))
            _part(run, lengths, gaps, borders)
            if at < len(beside) and beside[at] and joined[at + 1]:
                gaps.append((run.end + 1, runs[at + 1].start))
    if not gaps:
        return False
    letters = list(seen.text)
    for border in borders:
        letters[border] = " "
    seen.text = "".join(letters)
    seen.drop(gaps)
    return True


def _part(run: _Run, lengths: tuple[int, ...], gaps: list[tuple[int, int]], borders: list[int]) -> None:
    """Note what to take out between the letters of a run, and where to put a space."""
    ends = set()
    count = 0
    for length in lengths:
        count += length
        ends.add(count)
    for nth in range(1, len(run.letters)):
        gap = run.start + (nth - 1) * run.step + 1
        if nth in ends:
            borders.append(gap)
        if nth not in ends or run.step > 2:  # noqa: PLR2004  a letter and one space
            gaps.append((gap + (nth in ends), gap + run.step - 1))


def _is_wider(between: str, run: _Run) -> bool:
    """Tells the gap between two words from the one between their letters."""
    return bool(_WIDER.fullmatch(between)) and len(between) > run.step - 1


def _in_company(runs: list[_Run], beside: list[bool]) -> list[bool]:
    """Tell which of the runs are words spaced out, now that one surely is."""
    joined = [run.strength in {_SURE, _IN_COMPANY} for run in runs]
    for at in range(1, len(runs)):
        joined[at] = joined[at] or (joined[at - 1] and beside[at - 1] and runs[at].strength == _BESIDE)
    for at in range(len(runs) - 2, -1, -1):
        joined[at] = joined[at] or (joined[at + 1] and beside[at] and runs[at].strength == _BESIDE)
    return joined


def _weighed(run: re.Match[str]) -> tuple[str, int]:
    """Return the letters of a run, and when they are taken for a word."""
    letters = run[0][:: 1 + len(run["gap"])]
    small = letters.lower()
    if len(small) != len(letters) or _OF_SYLLABLES.search(small) or sum(map(str.isalpha, small)) * 2 <= len(small):
        return letters, _NEVER
    known = is_known_word(small)
    if _is_sure(small, known=known):
        return letters, _SURE
    if not small.isalpha():
        return letters, _NEVER
    is_rising = _is_rising(small)
    if len(small) >= _FEWEST_IN_COMPANY and (known or (letters[-1].islower() and not is_rising)):
        return letters, _IN_COMPANY
    return letters, _NEVER if is_rising and not known and len(small) >= _FEWEST_IN_COMPANY else _BESIDE


def _is_sure(small: str, *, known: bool) -> bool:
    """Tells a word from a list of letters, grades, codes and initials; whether they are capitals must not matter."""
    if known:
        return len(small) >= _FEWEST_KNOWN
    if len(small) < _FEWEST_UNKNOWN or (len(small) > LONGEST_WORD and len(set(small)) < _FEWEST_DIFFERENT):
        return False
    if parted(small, has_gaps=False).is_known:
        return True
    different = set(small)
    if not small.isalpha() or len(different) < _FEWEST_DIFFERENT or different <= _GRADES or _is_rising(small):
        return False
    vowels = sum(letter in _VOWELS for letter in small)
    return not small.isascii() or _LEAST_VOWELS <= vowels / len(small) < 1


def _is_rising(small: str) -> bool:
    return all(one < other for one, other in pairwise(small))
