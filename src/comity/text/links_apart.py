"""Owns addresses whose dots are words, in brackets, apart or other signs; must not know schemes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

import msgspec

from comity.text.links_endings import CLEAR, DOT_WORDS, KNOWN_HOSTS, SURE, endings
from comity.text.links_found import Found, found_address
from comity.text.links_shapes import DOT, LABEL, plain_dots
from comity.text.unmask import Unmasked

_WORDS: Final = "|".join(DOT_WORDS)
_BRACKETED_DOT: Final = rf"(?:\s?[\[({{<]\s?(?:[.,\u3002\uff61]|{_WORDS})\s?[\])}}>]\s?|\\\.|\.)"
_BRACKETED: Final = re.compile(rf"{LABEL}(?:{_BRACKETED_DOT}{LABEL}){{1,8}}")
_BRACKET: Final = re.compile(rf"[\[({{<]\s?(?:[.,\u3002\uff61]|{_WORDS})\s?[\])}}>]|\\\.")
_SPACED: Final = re.compile(rf"{LABEL}(?:\s{{0,2}}\.\s{{0,2}}{LABEL}){{1,6}}")
_SPACED_DOT: Final = re.compile(r"\s\.\s{0,2}[^\W_]|\.\s{1,2}(?:com|net|org|xyz)(?![^\W_])")
_WORDED: Final = re.compile(rf"{LABEL}(?:(?:\s{{1,2}}(?:{_WORDS})\s{{1,2}}|\.){LABEL}){{1,6}}")
_WORD: Final = re.compile(rf"\s(?:{_WORDS})\s")
_WORD_ALONE: Final = re.compile(rf"(?<=\s)(?:{_WORDS})(?=\s)")
_ENDINGS_AFTER_WORDS: Final = frozenset().union(*DOT_WORDS.values())
_COMMAS: Final = re.compile(rf"www\s?[,.]\s?{LABEL}(?:[,.]{LABEL}){{1,4}}|{LABEL},(?:com|net|org)(?=/)")
_COMMA: Final = re.compile(r",(?:[^\W_]|\s?/)|www\s,")
_PATH: Final = re.compile(r"\s{0,2}/\s?[^\W_]")
_LONGEST_LEFT: Final = 64
_FEWEST_LETTERS: Final = 2
# "The dot com years", "the point org": no names.
_NO_NAMES: Final = frozenset(
    """
    the this that these a an to of in on at my our your his her its no any some first last le la les el los il lo um uma
    un une der die das den dem ein eine een het de dit dat deze bu bir
    """.split()  # noqa: SIM905  words read and merge better without quotes
)


class _Name(msgspec.Struct, frozen=True):
    """A stretch of a text that has the shape of a host name, with plain dots."""

    plain: str
    end: int
    name: str
    written: str
    cased: str

    @property
    def before(self) -> str:
        return self.name.rpartition(".")[0]

    @property
    def ending(self) -> str:
        return self.name.rpartition(".")[2]

    @property
    def has_path(self) -> bool:
        return _PATH.match(self.plain, self.end) is not None


def _has_known_ending(name: _Name) -> bool:
    return name.ending in endings()


def _stands_out_spaced(name: _Name) -> bool:
    """Tells a name from the end of a sentence and the beginning of the next."""
    before = name.before
    if name.ending not in endings() or before.replace(".", "").isdigit():
        return False
    own = name.cased[-len(name.ending) :]
    if own != own.lower() and not name.cased.isupper():
        return False
    apart = " ." in name.written or "\n." in name.written
    if name.name in KNOWN_HOSTS or name.ending in CLEAR - SURE:
        return apart
    return name.has_path or (name.ending in SURE and len(before) > 1 and before not in _NO_NAMES)


def _stands_out_worded(name: _Name) -> bool:
    if len(name.before) < _FEWEST_LETTERS or name.before in _NO_NAMES:
        return False
    if name.ending in _ENDINGS_AFTER_WORDS:
        return name.has_path or any(name.ending in DOT_WORDS[said] for said in _WORD_ALONE.findall(name.written))
    return name.has_path


def _may_end(plain: str, start: int, end: int) -> bool:
    """Whether a label is a known ending: asked of each before a name is made of what stands before it."""
    return plain[start:end] in endings()


def _may_end_worded(plain: str, start: int, end: int) -> bool:
    """The same of names with words for dots, which prose is full of: only endings said so, or a path behind."""
    label = plain[start:end]
    return label in _ENDINGS_AFTER_WORDS or (label in endings() and _PATH.match(plain, end) is not None)


class _Way(msgspec.Struct, frozen=True):
    """A way of disguising dots: one such dot, the shape of a name with it, and what is asked of an end and a name."""

    dot: re.Pattern[str]
    shape: re.Pattern[str]
    may_end: Callable[[str, int, int], bool]
    stands_out: Callable[[_Name], bool]


_WAYS: Final = (
    _Way(_BRACKET, _BRACKETED, _may_end, _has_known_ending),
    _Way(_COMMA, _COMMAS, _may_end, _has_known_ending),
    _Way(_WORD, _WORDED, _may_end_worded, _stands_out_worded),
    _Way(_SPACED_DOT, _SPACED, _may_end, _stands_out_spaced),
)
_GATES: Final = (
    ("[", "(", "{", "<", "\\."),
    ("www", ",com/", ",net/", ",org/"),
    tuple(DOT_WORDS),
    (" .", "\n.", ". com", ". net", ". org", ". xyz", ".\n"),
)


def apart_addresses(read: Unmasked) -> Iterator[Found]:
    """Yield names with a dot in brackets, a comma or a word for a dot, or spaces around it.

    For instance "example[.]com", "www,example,com", "voorbeeld punt nl", "bit . ly / abc".
    """
    for gates, way in zip(_GATES, _WAYS, strict=True):
        if any(gate in read.plain for gate in gates):
            yield from _addresses(read, way)


def _addresses(read: Unmasked, way: _Way) -> Iterator[Found]:
    """Yield the names of a shape around each place where a dot is disguised."""
    plain, done = read.plain, 0
    for place in way.dot.finditer(plain):
        if place.start() < done:
            continue
        start = _left(plain, place.start(), done)
        found = way.shape.match(plain, start)
        if found is None or found.end() < place.end() - 1 or plain[start - 1 : start] == "@":
            continue
        for end in _ends(plain, found, way):
            name, disguises = plain_dots(plain[start:end])
            if disguises and way.stands_out(_Name(plain, end, name, plain[start:end], read.cased[start:end])):
                done = end
                if address := found_address(read, (start, start, end), "", disguises):
                    done = address.span[1]
                    yield address
                break


def _left(plain: str, at: int, done: int) -> int:
    """Return where the name begins that ends at a disguised dot, a space before it left out."""
    start = at
    while start > done and start > at - 2 and plain[start - 1].isspace():
        start -= 1
    while start > max(done, at - _LONGEST_LEFT) and (plain[start - 1].isalnum() or plain[start - 1] in "-_."):
        start -= 1
    while start < at and not plain[start].isalnum():
        start += 1
    return start


def _ends(plain: str, found: re.Match[str], way: _Way) -> Iterator[int]:
    """Yield where a name can end: after all its labels, else after fewer, as the last may be the next sentence."""
    dots = [dot.span() for dot in DOT.finditer(plain, *found.span())]
    ends = [*(start for start, _ in dots[1:]), found.end()]
    for (_, label), end in zip(reversed(dots), reversed(ends), strict=True):
        if way.may_end(plain, label, end):
            yield end
