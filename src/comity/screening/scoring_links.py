"""Owns what a policy's registers say of a text's links, for an account; must not know words around them or scores."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

import msgspec

from comity.content.leads import Standing
from comity.content.leads_names import is_anybodys, is_established
from comity.policy.document import PolicyDocument
from comity.screening.look_alike_names import compact_name
from comity.screening.look_alikes import WAYS_BELOW, LookAlikes, Seen, Words
from comity.senders.brands import BrandIndex
from comity.senders.names import name_key
from comity.text.links import Link

_LOOK_ALIKES: Final = "link-look-alike"
_SHORTENERS: Final = "link-shortener"
_SHORTENERS_LIST: Final = "shorteners"
_LEAST_LIKENESS: Final = 0.1
_COUNTRY_LETTERS: Final = 2
_DERIVED: Final = -0.3
# Endings that sound like a name but are open to all.
_OPEN_ENDINGS: Final = frozenset({"cash", "free", "gov", "ing"})
_PUBLIC_BODIES: Final = frozenset({"government", "tax", "health"})
_WHOLE_NAME: Final = 4
_REST_OF_A_LABEL: Final = 3
_WITHIN_A_LABEL: Final = 6


class Own(msgspec.Struct, frozen=True):
    """What is an account's own.

    Attributes:
        brands: ids of the protected names it holds.
        domains: registrable domains that are its own.
        names: keys of the names in which it may write; a domain that is such a name is its own too.
    """

    brands: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()


NOBODYS: Final = Own()


class SeenLink(msgspec.Struct, frozen=True):
    """A link as the registers show it.

    Attributes:
        link: itself.
        standing: what its lead is judged by.
        imitated: protected names that its host can be taken for, the surest first.
    """

    link: Link
    standing: Standing
    imitated: tuple[Seen, ...] = ()


class LinkRegisters:
    """The registers of a policy that name hosts."""

    def __init__(self, document: PolicyDocument) -> None:
        self._brands = BrandIndex.of(document.brands)
        asked = _settings(document, _LOOK_ALIKES)
        self._look_alikes = LookAlikes(
            document.brands, Words(**{name: frozenset(asked.get(name, ())) for name in Words.__struct_fields__})
        )
        shorteners = _settings(document, _SHORTENERS)
        listed = {host.lower() for host in document.lists.get(_SHORTENERS_LIST, ())}
        self._shorteners = frozenset(listed - self._look_alikes.own - set(shorteners.get("own", ())))
        self._spared = tuple(shorteners.get("spared", ()))

    def seen(self, links: Sequence[Link], own: Own) -> tuple[SeenLink, ...]:
        """Each link as the registers show it to an account."""
        return tuple(self._seen(link, own) for link in links)

    def belongs(self, seen: SeenLink, brands: Sequence[str], names: tuple[str, ...]) -> str:
        """Whose a link is to a brand: "own", "imitated", "other", or "" where it says nothing.

        Args:
            seen: the link.
            brands: ids of the brand and those of the same name.
            names: what it is called.
        """
        host = seen.link.host
        if any(self._brands.owns(brand, host) for brand in brands):
            return "other" if is_anybodys(seen.link) else "own"
        keys = _keys(names)
        if self._is_ending_of_a_name(seen.link) and seen.link.domain.rpartition(".")[2] in keys:
            return "own"
        if is_established(seen.link):
            return "own" if any(self._brands[brand].kind in _PUBLIC_BODIES for brand in brands) else ""
        if not host or seen.standing.yours or _is_only_named(seen.link):
            return ""
        if seen.imitated and any(one.name.brand in brands for one in seen.imitated):
            return "imitated"
        if self._is_under_another_ending(seen.link, keys):
            return ""
        if any(_is_within(key, seen.link.unicode_host) for key in keys):
            return "imitated"
        return "" if seen.standing.known and not is_anybodys(seen.link) else "other"

    def _seen(self, link: Link, own: Own) -> SeenLink:
        if link.kind != "name":
            return SeenLink(link, Standing())
        if self._is_yours(link, own):
            return SeenLink(link, Standing(yours=True))
        if self._look_alikes.is_own(link) or self._is_ending_of_a_name(link):
            return SeenLink(link, Standing(known=True))
        if self._is_shortener(link):
            return SeenLink(link, Standing(shortener=True))
        found = self._imitated(link, own)
        if not found:
            return SeenLink(link, Standing(yours=self._carries_own_name(link, own)))
        found.sort(key=lambda one: (-one.score, -len(one.name.compact)))
        name = self._brands[found[0].name.brand].names[0]
        return SeenLink(link, Standing(imitates=name, likeness=min(1.0, found[0].score)), tuple(found))

    def _imitated(self, link: Link, own: Own) -> list[Seen]:
        """What a host imitates that is not the account's; below its own name a shop may have a "dhl"."""
        label = _label(link) if own.names else ""
        found = [one for one in self._look_alikes.imitated(link) if not (one.way in WAYS_BELOW and label in own.names)]
        seen = (self._less_when_derived(one) for one in found or self._look_alikes.carried(link))
        return [one for one in seen if one.score >= _LEAST_LIKENESS and one.name.brand not in own.brands]

    def _carries_own_name(self, link: Link, own: Own) -> bool:
        """Whether a host carries a name that the account holds: nobody has to imitate themselves."""
        return bool(own.brands) and any(one.name.brand in own.brands for one in self._look_alikes.imitated(link))

    def _less_when_derived(self, one: Seen) -> Seen:
        """A name that only a brand's domain bears, such as "office", is a word to most."""
        named = (compact_name(name) for name in self._brands[one.name.brand].names)
        if len(one.name.compact) > _WITHIN_A_LABEL or "." in one.name.compact or one.name.compact in named:
            return one
        return Seen(one.name, one.way, one.score + _DERIVED)

    def _is_ending_of_a_name(self, link: Link) -> bool:
        """Whether a link lies under an ending that one brand has for itself: "mydhl.express.dhl"."""
        ending = link.domain.rpartition(".")[2]
        return ending in self._look_alikes.register.names and ending not in _OPEN_ENDINGS

    def _is_yours(self, link: Link, own: Own) -> bool:
        if link.domain in own.domains or (own.names and _label(link) in own.names):
            return True
        return any(self._brands.owns(brand, link.host) for brand in own.brands)

    def _is_shortener(self, link: Link) -> bool:
        host = link.host.removeprefix("www.")
        return host in self._shorteners and not f"{host}{link.path}".startswith(self._spared)

    def _is_under_another_ending(self, link: Link, keys: Sequence[str]) -> bool:
        """Whether somebody registered the name itself under a country's ending: registers never know all of them."""
        ending = link.domain.rpartition(".")[2]
        usual = len(ending) == _COUNTRY_LETTERS and ending not in self._look_alikes.words.abused_endings
        return usual and compact_name(link.domain.partition(".")[0]) in keys


def _settings(document: PolicyDocument, rule: str) -> dict[str, Any]:
    return document.rules[rule].settings if rule in document.rules else {}


def _label(link: Link) -> str:
    """What somebody registered, as names are compared."""
    return name_key(link.domain.partition(".")[0])


@lru_cache(maxsize=2048)
def _keys(names: tuple[str, ...]) -> tuple[str, ...]:
    """Names as they stand in hosts."""
    return tuple(key for name in names if (key := compact_name(name)))


def _is_only_named(link: Link) -> bool:
    """Whether a statement names a shop as it signs itself: "79,90 at ZARA.COM"."""
    return not (link.scheme or link.path) and "upper-ending" in link.disguises


def _is_within(key: str, host: str) -> bool:
    """Whether a host carries a name: as a part, with little more, or, of a long one, anywhere."""
    if len(key) >= _WITHIN_A_LABEL and key in compact_name(host):
        return True
    for label in host.split("."):
        parts = label.split("-")
        if key in parts or "".join(parts) == key:
            return True
        near = len(key) >= _WHOLE_NAME and any(len(part) - len(key) <= _REST_OF_A_LABEL for part in parts)
        if near and any(part.startswith(key) or part.endswith(key) for part in parts):
            return True
    return False
