"""Cue words in one pass: reading the cue file and compiling it to one expression shaped as a trie.

It must not know what a cue's weight is used for.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from importlib import resources
from typing import Final

import msgspec

from comity.text.unmask import unmask

_NOT_INSIDE_A_WORD: Final = "(?<![a-z])"
_WORD_ENDS: Final = "(?![a-z])"


class Feature(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One row of the cue file.

    Attributes:
        title: the feature in words, as shown to people.
        weight: what its presence adds to the log-odds that a text is promotional; below 0 it speaks against.
        terms: by language, comma-separated words or phrases; a trailing `*` accepts any ending. Features of
            structure (amounts, links) have none.
    """

    title: str
    weight: float
    terms: dict[str, str] = {}


class Combination(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Features that mean more together than apart.

    Attributes:
        title: the combination in words.
        weight: what it adds to the log-odds, over its features' own weights.
        groups: one feature of each group must be present.
    """

    title: str
    weight: float
    groups: tuple[frozenset[str], ...]


class CueFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole cue file.

    Attributes:
        bias: log-odds of a text in which nothing was found.
        floor: the least that all features which speak against may add up to.
        combinations: by name.
        features: by name.
    """

    bias: float
    floor: float
    combinations: dict[str, Combination]
    features: dict[str, Feature]


def load_cues() -> CueFile:
    """Read the packaged cue file.

    Raises:
        msgspec.ValidationError: the file has an unknown or ill-typed key.
    """
    source = resources.files("comity.content").joinpath("promotion.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(source), CueFile)


class Lexicon:
    """All terms of a cue file, searched for in one pass."""

    def __init__(self, features: dict[str, Feature]) -> None:
        """Compile the terms.

        Raises:
            ValueError: one term stands under two features.
        """
        self._feature_of: dict[str, str] = {}
        trie = _Node()
        for name, term in _terms(features):
            bare = term.removesuffix("*")
            if self._feature_of.setdefault(bare, name) != name:
                raise ValueError(f"cue {bare!r} stands under {self._feature_of[bare]} and {name}")
            trie.plant(bare, _WORD_ENDS if bare == term else "")
        self._pattern = re.compile(_NOT_INSIDE_A_WORD + trie.expression())

    def scan(self, plain: str) -> Iterator[tuple[str, int, int]]:
        """Yield (feature, start, end) for each cue in a plain text, longest cue first, none overlapping."""
        for found in self._pattern.finditer(plain):
            yield self._feature_of[" ".join(found[0].split())], found.start(), found.end()


def _terms(features: dict[str, Feature]) -> Iterator[tuple[str, str]]:
    for name, feature in features.items():
        for listed in feature.terms.values():
            for term in listed.split(","):
                if words := " ".join(unmask(term).plain.split()):
                    yield name, words


class _Node:
    """A place in the trie: the ways on, and whether a term may end here."""

    __slots__ = ("children", "end")

    def __init__(self) -> None:
        self.children: dict[str, _Node] = {}
        self.end: str | None = None

    def plant(self, term: str, end: str) -> None:
        node = self
        for char in term:
            node = node.children.setdefault(char, _Node())
        # "free" and "free*" may both be listed by different languages; the laxer one wins.
        node.end = end if node.end is None else min(node.end, end, key=len)

    def expression(self) -> str:
        """The regular expression of everything below; longer terms are tried first."""
        ways = [_literal(char) + child.expression() for char, child in sorted(self.children.items())]
        if self.end is not None:
            ways.append(self.end)
        return ways[0] if len(ways) == 1 else f"(?:{'|'.join(ways)})"


def _literal(char: str) -> str:
    return r"\s+" if char == " " else re.escape(char)
