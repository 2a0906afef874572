"""Owns the sentences by which people are insulted, hounded or threatened, by language; must not know their weight."""

from __future__ import annotations

import re
from functools import cache
from typing import Any, Final

import msgspec

from comity.content.abuse_needs import Needs
from comity.content.cues import tables

LANGUAGES: Final = ("en", "nl", "fr", "de", "es", "it", "pt", "more")
_MACRO: Final = re.compile(r"\{(\w+)\}")
# Between words; none before what hangs on to a word: "you'll", "youll".
_GAP: Final = "(?:[ ,]{1,3}|(?=')|(?<=you)(?=(?:ll|re|ve|d)(?!\\w)))"
_PLACES: Final = {"start": r'(?:(?<![^|",])[ ,]{0,3})', "end": r'(?=[ ,]{0,6}(?:[|"]|\Z))'}
_EDGES: Final = r"(?<!\w){}(?!\w)"
_NOTHING: Final = r"(?!)"
_OPEN: Final = re.compile(r"(?<=\w)\*")


class Sentence:
    """A pattern, compiled when a text may match it for the first time: all of them take seconds, and few are met.

    Args:
        pattern: as `re.compile` takes it.
    """

    __slots__ = ("_compiled", "_pattern")

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._compiled: re.Pattern[str] | None = None

    @property
    def compiled(self) -> re.Pattern[str]:
        """The pattern, ready to search with."""
        if self._compiled is None:
            self._compiled = re.compile(self._pattern)
        return self._compiled


class Sentences(msgspec.Struct, frozen=True):
    """What is known of a language.

    Attributes:
        acts: of each category, patterns with the name of their act.
        needs: of each category, which of its patterns a text may match.
        reported: words before a sentence that make it somebody else's.
        denied: words before a sentence that take it back.
        supposed: words right before a sentence that only suppose it.
        quoting: words near a quotation that say where it is from.
        laughs: laughter and affection.
        staged: games, films, drills.
        lawful: those who come in the name of the law or to do work.
    """

    acts: dict[str, tuple[tuple[str, Sentence], ...]]
    needs: dict[str, Needs]
    reported: re.Pattern[str]
    denied: re.Pattern[str]
    supposed: re.Pattern[str]
    quoting: re.Pattern[str]
    laughs: re.Pattern[str]
    staged: re.Pattern[str]
    lawful: re.Pattern[str]


@cache
def sentences_of(language: str) -> Sentences:
    """Read a language's sentences, when first needed: not every process judges texts."""
    table = tables(f"abuse_{language}")
    words = {name: _alternatives(terms) for name, terms in table["vocabulary"].items()}
    spelt = {
        category: [(name, _expanded(p, words)) for name, patterns in table.get(category, {}).items() for p in patterns]
        for category in ("harassment", "threat")
    }
    acts = {
        category: tuple((name, Sentence(_EDGES.format(pattern))) for name, pattern in listed)
        for category, listed in spelt.items()
    }
    needs = {category: Needs([pattern for _, pattern in listed]) for category, listed in spelt.items()}
    excuses = {name: _excuse(table, name) for name in Sentences.__struct_fields__[2:]}
    return Sentences(acts, needs, **excuses)


def _excuse(table: dict[str, Any], name: str) -> re.Pattern[str]:
    pattern = table["excuses"].get(name)
    spelt = _spelt(_OPEN.sub(r"\\w{0,9}", pattern)) if pattern else _NOTHING
    return re.compile(rf"(?<![\w'])(?:{spelt})(?!\w)")


def _alternatives(terms: str) -> str:
    """The words of a list as a pattern, the longest first so that none is cut short."""
    listed = sorted((term.strip() for term in terms.split(",")), key=len, reverse=True)
    return "|".join(_term(term) for term in listed)


def _term(term: str) -> str:
    ends_open = term.endswith("*")
    bare = term.removesuffix("*").replace(r"\*", "*").replace("*", r"\*")
    return bare + (r"[\w']{0,9}" if ends_open else "")


def _expanded(pattern: str, words: dict[str, str], depth: int = 2) -> str:
    """A pattern with its lists and gaps put in."""

    def put(macro: re.Match[str]) -> str:
        name = macro[1]
        if name in _PLACES:
            return _PLACES[name]
        if name.isdigit():
            return rf"(?:(?!(?:{_spelt(words['not'])})(?!\w))[\w'*]{{1,20}}{_GAP}){{0,{name}}}?"
        return f"(?:{words[name]})"

    for _ in range(depth):
        pattern = _MACRO.sub(put, pattern) if depth else pattern
    return _spelt(_MACRO.sub(put, pattern))


def _spelt(pattern: str) -> str:
    """A pattern in which several signs may stand between words, and apostrophes may be missing."""
    return _BLANK.sub(_GAP.replace("\\", r"\\"), pattern).replace("'", "'?").replace("'??", "'?")


# A blank that stands for itself, not one within brackets of signs.
_BLANK: Final = re.compile(r"(?<!\[) (?!,\]|\{0)")
