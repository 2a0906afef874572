"""Owns telling which protected names a link's host imitates, and how surely; must not know messages or what follows.

    look_alikes = LookAlikes(document.brands, words)
    look_alikes.is_own(link)        whether its host is a brand's own, or below one that is
    look_alikes.imitated(link)      the names it imitates, once for each way
    look_alikes.carried(link)       longer names at an edge of its own name, which alone say little

The ways and what each says are told on the page of the rule `link-look-alike`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Final

import msgspec

from comity.policy.document import Brand
from comity.screening.look_alike_names import CONFUSABLE, Name, Way, compact_name, register_of
from comity.text.links import Link
from comity.text.unmask import unmask

_INSIDE: Final = Way("its domain stands before the real one", 0.97)
_BEFORE_AT: Final = Way("its domain stands before an @", 0.97)
_ENDING_ABUSED: Final = Way("its name stands under a much abused ending", 0.85)
_ENDING_NEW: Final = Way("its name stands under another ending", 0.5)
_PART: Final = Way("its name is a part of another", 0.45)
_BELOW: Final = Way("its name stands below another domain", 0.3)
_BELOW_ABUSED: Final = Way("its name stands below a domain with a much abused ending", 0.6)
_AT_AN_EDGE: Final = Way("its name begins or ends another", 0.25)
WAYS_BELOW: Final = frozenset({_BELOW, _BELOW_ABUSED})

_BAIT: Final = 0.35
_LURE: Final = 0.1
_ABUSED: Final = 0.15
_BAIT_IN_PATH: Final = 0.05
_ORDINARY: Final = -0.3
_SHORT: Final = -0.1
_SHORT_LETTERS: Final = 4
_LEAST_AT_AN_EDGE: Final = 6

_ESTABLISHED: Final = frozenset({"com", "org", "net", "gov", "edu", "int"})
_HOSTS_KEPT: Final = 4096
_COUNTRY_LETTERS: Final = 2
_MOST_BAIT: Final = 24  # letters of bait run together
_WORD: Final = re.compile(r"[^\W_]{2,40}")
_PARTS: Final = re.compile(r"[.-]")
_USER: Final = re.compile(r"[/\\]{2}([^\s/\\?#]{1,200})@")


class Words(msgspec.Struct, frozen=True):
    """What is asked of a host around a name.

    Attributes:
        bait: words that say "act now".
        lures: words that brands' own hosts say too.
        abused_endings: endings under which far more abuse than business is found.
        own: domains that are nobody's imitation, beside those of the register.
    """

    bait: frozenset[str] = frozenset()
    lures: frozenset[str] = frozenset()
    abused_endings: frozenset[str] = frozenset()
    own: frozenset[str] = frozenset()


class _Host(msgspec.Struct, frozen=True):
    """A host in parts.

    Attributes:
        below: what stands before the registrable domain, cut at dots and hyphens.
        parts: the registrable domain's first label, cut at hyphens.
        added: what bait, ending and path add to any way.
        added_below: the same to a name below the domain, where bait can stand too.
    """

    below: list[str]
    parts: list[str]
    ending: str
    added: float
    added_below: float


class Seen(msgspec.Struct, frozen=True):
    """A brand that a host imitates, how, and how surely without what the text adds."""

    name: Name
    way: Way
    score: float


class LookAlikes:
    """A register of protected names, ready to be asked what a host imitates.

    Attributes:
        words: what is asked of a host around a name.
        brands: the register, by short name.
    """

    def __init__(self, brands: Mapping[str, Brand], words: Words) -> None:
        self.words: Final = words
        self.brands: Final = brands
        self.register: Final = register_of(brands)
        self._by_host: Final = lru_cache(_HOSTS_KEPT)(self._seen)
        self.known: Final = words.bait | words.lures
        self.own: Final = words.own.union(domain.lower() for brand in brands.values() for domain in brand.domains)

    def is_own(self, link: Link) -> bool:
        """Whether a host is a brand's own, or below one that is."""
        labels = link.host.split(".")
        return any(".".join(labels[start:]) in self.own for start in range(len(labels)))

    def imitated(self, link: Link) -> Iterator[Seen]:
        """The brands that a link's host imitates, once for each way."""
        if "user-info" in link.disguises:
            yield from self._before_at(link)
        for name in self.register.drawn(_as_written(link)):
            yield Seen(name, CONFUSABLE, CONFUSABLE.weight)
        bait_in_path = len(link.path) > 1 and not self.words.bait.isdisjoint(_WORD.findall(link.path.lower()))
        yield from self._by_host(link.unicode_host, link.domain, bait_in_path)

    def carried(self, link: Link) -> Iterator[Seen]:
        """Longer names that begin or end what somebody registered: "santandermore"."""
        label = link.domain.partition(".")[0]
        for start, end in self.register.inside(label):
            name = self.register.names[label[start:end]]
            is_long = _LEAST_AT_AN_EDGE <= end - start < len(label) and not self.brands[name.brand].ordinary
            if is_long and (start == 0 or end == len(label)):
                yield Seen(name, _AT_AN_EDGE, _AT_AN_EDGE.weight)

    def _seen(self, unicode_host: str, domain: str, bait_in_path: bool) -> tuple[Seen, ...]:
        """What a host imitates by itself."""
        host = self._parts_of(unicode_host, domain, _BAIT_IN_PATH * bait_in_path)
        inside = self.register.domain_in([*host.below, *host.parts, host.ending], len(host.below))
        found = [self._of_domain(inside, _INSIDE)] if inside is not None else []
        for name, way in self._ways(host):
            added = 0.0 if way in {_ENDING_ABUSED, _ENDING_NEW} else host.added
            if way in WAYS_BELOW:
                added = host.added_below
            less = _ORDINARY * self.brands[name.brand].ordinary + _SHORT * (len(name.compact) <= _SHORT_LETTERS)
            found.append(Seen(name, way, way.weight + added + less))
        return tuple(found)

    def _parts_of(self, unicode_host: str, domain: str, for_path: float) -> _Host:
        labels = unicode_host.split(".")
        registered = domain.count(".") + 1
        parts = [part for part in labels[-registered].split("-") if part]
        below = [part for one in labels[:-registered] for part in one.split("-") if part not in {"", "www"}]
        ending = domain.rpartition(".")[2]
        bait = self._bait(parts) if len(parts) > 1 or below else 0.0
        added = _ABUSED * (ending in self.words.abused_endings) + for_path
        return _Host(below, parts, ending, added + bait, added + self._bait([*below, *parts], also=True))

    def _ways(self, host: _Host) -> Iterator[tuple[Name, Way]]:
        """Names in a host and how they stand there."""
        abused = host.ending in self.words.abused_endings
        yield from self.register.named(host.below, _BELOW_ABUSED if abused else _BELOW)
        whole = "".join(host.parts)
        if len(host.parts) > 1 and whole not in self.register.names:
            yield from self.register.named(host.parts, _PART)
        elif (way := self._ending(host.ending)) or whole not in self.register.names:
            yield from self.register.named([whole], way or _PART)
        for part in host.parts:
            yield from self._run_together(_as_seen(part))

    def _ending(self, ending: str) -> Way | None:
        """What a brand's name right before this ending says; None for those that brands have everywhere."""
        if ending in self.words.abused_endings:
            return _ENDING_ABUSED
        return None if ending in _ESTABLISHED or len(ending) == _COUNTRY_LETTERS else _ENDING_NEW

    def _before_at(self, link: Link) -> Iterator[Seen]:
        user = _USER.search(link.written)
        host = user[1].lower().partition(":")[0] if user else ""
        while "." in host:
            if host.replace("-", ".") in self.register.domains:
                yield self._of_domain(host.replace("-", "."), _BEFORE_AT)
                return
            host = host.partition(".")[2]

    def _of_domain(self, domain: str, way: Way) -> Seen:
        return Seen(Name(self.register.domains[domain], domain), way, way.weight)

    def _run_together(self, label: str) -> Iterator[tuple[Name, Way]]:
        """Names with nothing but bait before and behind them: "securepaypal", "inglogin"."""
        inside = self.register.inside(label)
        if not inside or self._split(label) is not None:
            return
        for start, end in inside:
            before, behind = self._split(label[:start]), self._split(label[end:])
            if before is not None and behind is not None and (before or behind):
                words = Way(_PART.words, _PART.weight + self._bait([*before, *behind]))
                yield self.register.names[label[start:end]], words

    def _split(self, written: str) -> list[str] | None:
        """The one or two words of bait or lure that it is made of; None when it is something else."""
        if not written:
            return []
        if written in self.known:
            return [written]
        if len(written) > _MOST_BAIT:
            return None
        known = self.known
        for cut in range(2, len(written) - 1):
            if written[:cut] in known and written[cut:] in known:
                return [written[:cut], written[cut:]]
        return None

    def _bait(self, words: Iterable[str], *, also: bool = False) -> float:
        """What bait or else a lure among these words adds; `also`: bait beside another such word adds more."""
        seen = {word for written in words for word in self._split(_as_seen(written)) or ()}
        if not seen.isdisjoint(self.words.bait):
            return _BAIT + _LURE * (also and len(seen & self.known) > 1)
        return _LURE if not seen.isdisjoint(self.words.lures) else 0.0


def _as_written(link: Link) -> list[str]:
    """The parts of a host with its capitals, which hide what small letters show: "paypaI"."""
    start = link.written.lower().find(link.unicode_host)
    host = link.written[start : start + len(link.unicode_host)] if start >= 0 else ""
    return _PARTS.split(host) if "I" in host else []


def _as_seen(part: str) -> str:
    return part if part.isascii() else compact_name(unmask(part).plain)  # look-alike letters as people take them
