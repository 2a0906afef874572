"""Owns finding protected names in the parts of a host, imitated ones too; must not know messages or what follows."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from typing import Final

import msgspec
from ahocorasick_rs import AhoCorasick
from rapidfuzz.distance import OSA

from comity.policy.document import Brand
from comity.text.links_endings import registrable
from comity.text.unmask import unmask

LEAST_LETTERS: Final = 3
_LEAST_FOR_LETTERS_ALIKE: Final = 6
_LEAST_FOR_NEAR: Final = 6
_LONG: Final = 8
_MOST_JOINED: Final = 4

# Letters, digits and signs that are taken for one another; pairs first.
_PAIRS: Final = (("rn", "m"), ("vv", "w"))
_LIKE: Final = str.maketrans("01345789il|!$@", "oleastbglllisa")


class Way(msgspec.Struct, frozen=True):
    """A way of imitating, in words, and what it says by itself."""

    words: str
    weight: float


# Calibrated on the labelled cases and on links of genuine texts.
CONFUSABLE: Final = Way("its letters are imitated", 0.9)
LETTERS_ALIKE: Final = Way("its letters are imitated", 0.6)
NEAR_LONG: Final = Way("its name is misspelt by one letter", 0.55)
NEAR: Final = Way("its name is misspelt by one letter", 0.4)


class Name(msgspec.Struct, frozen=True, gc=False):
    """A protected name as it can stand in a host.

    Attributes:
        brand: the register's short name of it.
        compact: its letters and digits, small, without anything between them.
    """

    brand: str
    compact: str


class Register(msgspec.Struct, frozen=True):
    """The names of a register, indexed.

    Attributes:
        domains: brands' own domains, by the brand's short name.
        names: by what stands in a host.
        skeletons: by what look-alike letters make of them.
        shortened: by the name with one letter left out, for misspellings.
        within: all names, searched for at once within labels.
    """

    domains: dict[str, str]
    names: dict[str, Name]
    skeletons: dict[str, Name]
    shortened: dict[str, tuple[Name, ...]]
    within: AhoCorasick

    def inside(self, label: str) -> list[tuple[int, int]]:
        """Where names stand in a label, those inside one another too, in its order."""
        return sorted((start, end) for _, start, end in self.within.find_matches_as_indexes(label, overlapping=True))

    def named(self, tokens: list[str], way: Way) -> Iterator[tuple[Name, Way]]:
        """Names among tokens, alone or several joined; `way` is how such a name is used when it is written as it is."""
        for start in range(len(tokens)):
            for end in range(start + 1, min(start + _MOST_JOINED, len(tokens)) + 1):
                joined = "".join(tokens[start:end])
                name = self.names.get(joined)
                found = (name, way) if name is not None else self._imitated(joined, end - start)
                if found is not None:
                    yield found

    def drawn(self, parts: list[str]) -> Iterator[Name]:
        """Names that parts of a host show when a capital I among small letters is read as an l: "paypaI"."""
        for part in parts:
            if "I" in part and not part.isupper() and part.lower() not in self.names:
                name = self.names.get(part.replace("I", "l").lower())
                if name is not None:
                    yield name

    def domain_in(self, tokens: list[str], begins_before: int) -> str | None:
        """A brand's domain among tokens, dots and hyphens alike, that begins before a place."""
        for start in range(begins_before):
            for end in range(start + 2, min(start + 5, len(tokens)) + 1):
                domain = ".".join(tokens[start:end])
                if domain in self.domains:
                    return domain
        return None

    def _imitated(self, token: str, tokens: int) -> tuple[Name, Way] | None:
        """The name that a token imitates; misspellings are looked for where it was one token only."""
        if len(token) < LEAST_LETTERS:
            return None
        return self._confusable(token) or (self._near(token) if tokens == 1 else None)

    def _confusable(self, token: str) -> tuple[Name, Way] | None:
        """The name that look-alike letters or digits in a token stand for."""
        plain = token if token.isascii() else compact_name(unmask(token).plain)
        name = self.skeletons.get(_skeleton(plain))
        if name is None or token == name.compact:
            return None
        if not token.isascii() or (_has_digit(token) and not _has_digit(name.compact)):
            return name, CONFUSABLE
        return (name, LETTERS_ALIKE) if len(token) >= _LEAST_FOR_LETTERS_ALIKE else None

    def _near(self, token: str) -> tuple[Name, Way] | None:
        """The name that a token is one letter away from: changed, more, less or swapped."""
        if len(token) < _LEAST_FOR_NEAR - 1:
            return None
        for key in _with_one_left_out(token):
            for name in self.shortened.get(key, ()):
                if OSA.distance(name.compact, token) == 1:
                    return name, NEAR_LONG if len(name.compact) >= _LONG else NEAR
        return None


def register_of(brands: Mapping[str, Brand]) -> Register:
    """The names of these brands, indexed; of two brands with one name the first has it.

    The last one made is kept: a policy is compiled once for each of its overlays, with the same brands.
    """
    if not _kept or _kept[0][0] is not brands:
        _kept[:] = [(brands, _register_of(brands))]
    return _kept[0][1]


_kept: list[tuple[Mapping[str, Brand], Register]] = []


def _register_of(brands: Mapping[str, Brand]) -> Register:
    names: dict[str, Name] = {}
    for short, brand in brands.items():
        for compact in _compacts(brand):
            names.setdefault(compact, Name(short, compact))
    shortened: dict[str, list[Name]] = {}
    for name in names.values():
        if len(name.compact) >= _LEAST_FOR_NEAR and not brands[name.brand].ordinary:
            for key in _with_one_left_out(name.compact):
                shortened.setdefault(key, []).append(name)
    return Register(
        domains={
            domain.lower().replace("-", "."): short for short, brand in brands.items() for domain in brand.domains
        },
        names=names,
        skeletons={_skeleton(compact): name for compact, name in reversed(names.items())},
        shortened={key: tuple(found) for key, found in shortened.items()},
        within=AhoCorasick(list(names)),
    )


def compact_name(name: str) -> str:
    """Letters and digits of a name, small and without accents."""
    return "".join(char for char in unicodedata.normalize("NFKD", name.casefold()) if char.isalnum())


def _compacts(brand: Brand) -> Iterator[str]:
    """What of a brand stands in hosts: its names, and those first labels of its domains that are made of them."""
    names = [compact for compact in map(compact_name, brand.names) if len(compact) >= LEAST_LETTERS]
    yield from names
    for domain in brand.domains:
        label = compact_name(registrable(domain).partition(".")[0])
        if len(label) >= LEAST_LETTERS and any(label.startswith(name) or name.startswith(label) for name in names):
            yield label


def _skeleton(compact: str) -> str:
    """What is left of a name when letters and signs that look alike are made the same."""
    for pair, one in _PAIRS:
        compact = compact.replace(pair, one)
    return compact.translate(_LIKE)


def _has_digit(token: str) -> bool:
    return any(char.isdigit() for char in token)


def _with_one_left_out(compact: str) -> Iterator[str]:
    yield compact
    for place in range(len(compact)):
        yield compact[:place] + compact[place + 1 :]
