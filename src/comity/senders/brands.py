"""Owns finding protected names: in a sender, in a text, behind a link; must not know what follows from finding one.

The register is part of the policy (`brands/*.toml`). `BrandIndex.of(document.brands)` makes an index of it once, and
gives the same one to all who ask for the same register:

    index = BrandIndex.of(document.brands)
    index.exact("itau")                          ids of the brands that have this name or sender
    index.look_alike("PayPa1", words)            what a sender is taken for, the likest first
    index.named_in(message.reading.unmasked)     names that stand in a text, in its order
    index.owns("paypal", "www.paypal.com")       whether a host is a brand's own
    index.held(names)                            the brands that somebody of these names is

Nothing here raises, and all of it is linear in what it is given.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Final, Protocol

import msgspec
from ahocorasick_rs import AhoCorasick, MatchKind

from comity.senders.likeness import Likeness, Likenesses, Named
from comity.senders.names import name_key
from comity.text.unmask import Unmasked, unmask

__all__ = ["BrandEntry", "BrandIndex", "Likeness", "Naming"]

_INDEXES_KEPT: Final = 4
_SENDERS_KEPT: Final = 16384
_SHORTEST_IN_TEXT: Final = 2


class BrandEntry(Protocol):
    """What the index reads of an entry of the register (`comity.policy.document.Brand`)."""

    @property
    def names(self) -> tuple[str, ...]:
        """As people know it, the full one first."""

    @property
    def owner(self) -> str:
        """Who holds the mark."""

    @property
    def domains(self) -> tuple[str, ...]:
        """Its own domains."""

    @property
    def proof_domains(self) -> tuple[str, ...]:
        """Domains whose mailboxes only its own people have."""

    @property
    def senders(self) -> tuple[str, ...]:
        """Its own sender ids."""

    @property
    def countries(self) -> tuple[str, ...]:
        """Where it is known; empty for everywhere."""

    @property
    def kind(self) -> str:
        """What it does."""

    @property
    def ordinary(self) -> bool:
        """Whether a name is also an ordinary word."""


class Naming(msgspec.Struct, frozen=True):
    """A protected name in a text.

    Attributes:
        brands: ids of the brands that have it.
        name: as the register writes it.
        start: where it begins in `Unmasked.plain`.
        end: where it ends there.
        written: as it stands in the text, disguise undone.
        ordinary: whether it is an ordinary word too.
    """

    brands: tuple[str, ...]
    name: str
    start: int
    end: int
    written: str
    ordinary: bool

    @property
    def as_a_name(self) -> bool:
        """Whether it is written as a name is: with a capital, or just as in the register."""
        return self.written == self.name or self.written[:1].isupper()


class _Finder:
    """Names searched for in texts, all at once, by the form they have there."""

    def __init__(self, forms: dict[str, tuple[Named, ...]]) -> None:
        self._forms = forms
        self._patterns = tuple(forms)
        self._automaton = AhoCorasick(self._patterns, matchkind=MatchKind.LeftmostLongest)

    def find(self, text: Unmasked, seen: str) -> Iterator[Naming]:
        """The names in `seen`, a text as long as `text.plain`."""
        for which, start, end in self._automaton.find_matches_as_indexes(seen):
            if (start and seen[start - 1].isalnum()) or (end < len(seen) and seen[end].isalnum()):
                continue
            names = self._forms[self._patterns[which]]
            written = text.cased[start:end]
            if len(names[0].key) <= _SHORT and not _is_written_as(written, names) and not _heads(seen, start, end):
                continue
            brands = tuple(dict.fromkeys(one.brand for one in names))
            yield Naming(brands, names[0].name, start, end, written, all(one.ordinary for one in names))


class BrandIndex:
    """The register of protected names, ready to be searched; see the module for its use."""

    def __init__(self, brands: Mapping[str, BrandEntry]) -> None:
        self._brands = brands
        named = tuple(_every_name(brands))
        self._exact = _by_key(brands, named)
        self._likenesses = Likenesses(named, _every_sender(brands))
        self.look_alike = lru_cache(_SENDERS_KEPT)(self._look_alike)
        self._plain = _Finder(_by_plain(named))
        self._digits = _Finder(_by_alike(named))

    @staticmethod
    def of(brands: Mapping[str, BrandEntry]) -> BrandIndex:
        """The index of a register; the same for the same register, while a few are kept."""
        for register, index in _KEPT:
            if register is brands:
                return index
        index = BrandIndex(brands)
        _KEPT.insert(0, (brands, index))
        del _KEPT[_INDEXES_KEPT:]
        return index

    def __getitem__(self, brand: str) -> BrandEntry:
        """The entry of a brand, by id."""
        return self._brands[brand]

    def exact(self, written: str) -> tuple[str, ...]:
        """The ids of the brands that have just this name or sender id, however it is cased or accented."""
        return self._exact.get(name_key(written), ())

    def held(self, names: Iterable[str]) -> frozenset[str]:
        """The ids of the brands that go by one of these names."""
        return frozenset(brand for name in names for brand in self.exact(name))

    def is_known_in(self, brand: str, country: str | None) -> bool:
        """Whether people of a country know a brand; unknown countries count as such where they do."""
        countries = self._brands[brand].countries
        return not countries or country is None or country in countries

    def owns(self, brand: str, host: str) -> bool:
        """Whether a host, as DNS has it, is a brand's own or lies under one of its domains."""
        return _lies_in(host, self._brands[brand].domains)

    def speaks_for(self, brand: str, host: str) -> bool:
        """Whether mail from a host is the brand's own people's: a domain at which customers have mailboxes is not."""
        return _lies_in(host, self._brands[brand].proof_domains)

    def named_in(self, text: Unmasked) -> tuple[Naming, ...]:
        """The protected names in a text, in its order; of names inside one another the longest.

        A name counts between characters that are neither letters nor digits. Names of up to three letters count only in
        capitals, as the register writes them, or at the head of a line with a colon ("ing: uw pas"): "up", "ee" and
        "bri" are parts of ordinary talk. Names of two words written as one ("PayPal") are found apart ("Pay Pal") too,
        but say as little as an ordinary word then. Whether an ordinary
        word is meant as a name is for the caller to judge (`Naming.ordinary`, `Naming.as_a_name`).
        """
        found = {naming.start: naming for naming in self._plain.find(text, text.plain)}
        if text.leet is not text.plain:
            for naming in self._plain.find(text, text.leet):
                found.setdefault(naming.start, naming)
        if _DIGIT_IN_A_WORD.search(text.plain):
            for naming in self._digits.find(text, text.plain.translate(_DRAWN_ALIKE)):
                if _HIDES.search(text.plain, naming.start, naming.end):
                    found.setdefault(naming.start, naming)
        return tuple(found[start] for start in sorted(found))

    def _look_alike(self, written: str, words: frozenset[str]) -> tuple[Likeness, ...]:
        """What a sender name is taken for, the likest first; nothing for names that resemble none.

        Args:
            written: as the recipient sees it.
            words: keys of words that anybody adds to a name ("info", "bank", "alert"), which change nothing of it.
        """
        return self._likenesses.of(written, words)


_KEPT: list[tuple[Mapping[str, BrandEntry], BrandIndex]] = []
_SHORT: Final = 3
_LONG_ENOUGH_TOGETHER: Final = 8
_DRAWN_ALIKE: Final = str.maketrans("i013457@$", "loleastas")
_HEAD: Final = re.compile(r"(?:^|[\n.!>\])])[\s\"'(\[<*#>-]{0,4}$")
_HEADED: Final = re.compile(r"\s?[:\]]\s?\S")
_BEFORE_HEAD: Final = 6
_WORDS_WITHIN: Final = re.compile(r"(?<=[a-z]{2})(?=[A-Z])")
_LONG_ENOUGH_APART: Final = 6
_HIDES: Final = re.compile("[013457@$]")
_DIGIT_IN_A_WORD: Final = re.compile("[a-z][013457@$]|[013457@$][a-z]")


def _lies_in(host: str, domains: tuple[str, ...]) -> bool:
    return any(host == domain or host.endswith(f".{domain}") for domain in domains)


def _is_written_as(written: str, names: tuple[Named, ...]) -> bool:
    return written.isupper() or any(written == one.name for one in names)


def _heads(seen: str, start: int, end: int) -> bool:
    """Whether a line or sentence is headed with this: "ing: uw pas verloopt"."""
    is_head = _HEAD.search(seen, max(0, start - _BEFORE_HEAD), start) is not None
    return is_head and _HEADED.match(seen, end) is not None


def _every_name(brands: Mapping[str, BrandEntry]) -> Iterator[Named]:
    for brand, entry in brands.items():
        for name in entry.names:
            is_word = entry.ordinary and (name == entry.names[0] or name_key(name) == name.lower())
            yield Named(brand, name, name_key(name), is_word)


def _every_sender(brands: Mapping[str, BrandEntry]) -> Iterator[Named]:
    """The sender ids that are no name: a few letters may stand for anything, so short ones say little."""
    for brand, entry in brands.items():
        known = {name_key(name) for name in entry.names}
        for sender in entry.senders:
            if (key := name_key(sender)) not in known:
                yield Named(brand, sender, key, ordinary=entry.ordinary or len(key) <= _SHORT)


def _by_key(brands: Mapping[str, BrandEntry], named: tuple[Named, ...]) -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for one in named:
        found.setdefault(one.key, {})[one.brand] = None
    for brand, entry in brands.items():
        for sender in entry.senders:
            found.setdefault(name_key(sender), {})[brand] = None
    found.pop("", None)
    return {key: tuple(ids) for key, ids in found.items()}


def _by_plain(named: tuple[Named, ...]) -> dict[str, tuple[Named, ...]]:
    """The names as `Unmasked.plain` would show them, also without a hyphen, run together and with letters apart."""
    found: dict[str, tuple[Named, ...]] = {}
    for one in named:
        plain = unmask(one.name).plain
        forms = [plain, plain.replace("-", " ")]
        forms += [one.key] if len(one.key) >= _LONG_ENOUGH_TOGETHER else []
        forms += [" ".join(one.key)] if not one.ordinary and len(one.key) >= _SHORT else []
        for form in dict.fromkeys(forms):
            if len(form) >= _SHORTEST_IN_TEXT:
                found[form] = (*found.get(form, ()), one)
    for one in named:
        apart = unmask(_WORDS_WITHIN.sub(" ", one.name)).plain
        if len(one.key) >= _LONG_ENOUGH_APART:
            found.setdefault(apart, (msgspec.structs.replace(one, ordinary=True),))
    return found


def _by_alike(named: tuple[Named, ...]) -> dict[str, tuple[Named, ...]]:
    """The names with letters and digits that are drawn alike made one, to find "1NG" and "4mel1"."""
    found: dict[str, tuple[Named, ...]] = {}
    for one in named:
        form = unmask(one.name).plain.translate(_DRAWN_ALIKE)
        if not one.ordinary and len(form) >= _SHORT:
            found[form] = (*found.get(form, ()), one)
    return found
