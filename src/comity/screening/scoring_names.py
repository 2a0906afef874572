"""Owns in whose names a text speaks: by its words, its links and its sender; must not know what is scored.

A name in the text weighs by how it stands there, one that only a host carries by how sure its likeness is, and one
that the sender shows speaks for certain. What is the account's own does not count.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from comity.content.analysis import NamedBrand
from comity.content.reading import Reading
from comity.policy.document import PolicyDocument
from comity.screening.scoring_links import LinkRegisters, Own, SeenLink
from comity.senders.brands import BrandIndex, Naming
from comity.senders.names import name_key
from comity.senders.speaking import role_of
from comity.text.unmask import Unmasked

_SENDER_WORDS: Final = "sender-words"
_MOST_NAMES: Final = 12
_MOST_LINKS: Final = 24
_ORDINARY: Final = -0.9
# How surely a sender must be taken for a brand, and what it says then.
_LEAST_OF_SENDER: Final = 0.85
_SENDER_SPEAKS: Final = 3.0
# A name that only a host carries, by how surely it does; "fans-of-netflix" does not.
_LEAST_OF_HOST: Final = 0.5
_HOST_SPEAKS: Final = ((0.8, 1.5), (0.65, 1.0), (_LEAST_OF_HOST, 0.0))


class NamesInTexts:
    """A policy's protected names, looked for in texts."""

    def __init__(self, document: PolicyDocument) -> None:
        self._brands = BrandIndex.of(document.brands)
        self._links = LinkRegisters(document)
        self._anybodys = frozenset(map(name_key, document.lists.get(_SENDER_WORDS, ())))

    def own(self, names: Sequence[str], domains: frozenset[str]) -> Own:
        """What is an account's own, by the names in which it may write and its domains."""
        keys = frozenset(key for name in names if (key := name_key(name)) and key not in self._anybodys)
        return Own(self._brands.held(names), domains, keys)

    def links(self, reading: Reading, own: Own) -> tuple[SeenLink, ...]:
        """The links of a text as the registers show them."""
        return self._links.seen(reading.links, own)

    def named(self, reading: Reading, links: Sequence[SeenLink], own: Own, sender: str) -> tuple[NamedBrand, ...]:
        """The protected names in which a text may speak, without the account's own.

        Of a text that lists many, those that its sender and its hosts carry alone.

        Args:
            reading: the text.
            links: what `links` gives for it.
            own: the account's own.
            sender: the name that recipients see; "" for a number, or where it is not known.
        """
        inside = [_within(reading.unmasked, seen) for seen in links]
        namings = self._brands.named_in(reading.unmasked)
        said = () if len(namings) > _MOST_NAMES else self._named_outside(namings, links, inside)
        others = (naming for naming in said if own.brands.isdisjoint(naming.brands))
        sent = self._sent(sender, links, own) if sender else ()
        found = [*sent, *(one for naming in others if (one := self._said(reading, naming, links)))]
        known = {brand.name for brand in found}
        return (*found, *self._shown_by_hosts(links, inside, known))

    def _named_outside(
        self, namings: Sequence[Naming], links: Sequence[SeenLink], inside: Sequence[tuple[int, int]]
    ) -> Iterator[Naming]:
        """The names that are no part of a link; a known domain alone is how some sign: "Booking.com: your stay"."""
        taken = [
            place
            for seen, place in zip(links, inside, strict=True)
            if seen.link.scheme or seen.link.path or not seen.standing.known
        ]
        for naming in namings:
            if not any(start <= naming.start and naming.end <= end for start, end in taken):
                yield naming

    def _said(self, reading: Reading, naming: Naming, links: Sequence[SeenLink]) -> NamedBrand | None:
        """A name in the text; None for an ordinary word that is not meant as one."""
        kind = self._brands[naming.brands[0]].kind
        role = role_of(reading.unmasked.plain, naming.start, naming.end, kind)
        if naming.ordinary and not (naming.as_a_name or role.opens):
            return None
        speaks = role.weight + (_ORDINARY if naming.ordinary else 0.0)
        belongs = self._belongs(links, naming.brands, naming.name)
        return NamedBrand(naming.start, naming.end, naming.name, kind, speaks, belongs)

    def _sent(self, sender: str, links: Sequence[SeenLink], own: Own) -> Iterator[NamedBrand]:
        """The name that the sender is or is taken for, at the text's very beginning."""
        likest = next(iter(self._brands.look_alike(sender, self._anybodys)), None)
        if likest is None or likest.score < _LEAST_OF_SENDER or name_key(sender) in own.names:
            return
        ids = self._brands.exact(likest.name) or (likest.brand,)
        if own.brands.isdisjoint(ids):
            speaks = _SENDER_SPEAKS + (_ORDINARY if likest.ordinary else 0.0)
            kind = self._brands[likest.brand].kind
            yield NamedBrand(0, 0, likest.name, kind, speaks, self._belongs(links, ids, likest.name))

    def _shown_by_hosts(
        self, links: Sequence[SeenLink], inside: Sequence[tuple[int, int]], known: set[str]
    ) -> Iterator[NamedBrand]:
        """Names that nothing but a host carries: "dhl-paket.top" in a text that says nobody's name."""
        for seen, (start, end) in zip(links, inside, strict=True):
            surest = seen.imitated[0] if seen.imitated else None
            if surest is None or surest.score < _LEAST_OF_HOST:
                continue
            brand = self._brands[surest.name.brand]
            if known.isdisjoint(brand.names):
                known.add(brand.names[0])
                speaks = next(weight for least, weight in _HOST_SPEAKS if surest.score >= least)
                yield NamedBrand(start, end, brand.names[0], brand.kind, speaks, "imitated")

    def _belongs(self, links: Sequence[SeenLink], brands: Sequence[str], name: str) -> str:
        """What a brand's links are together: a text is as good as its worst."""
        if len(links) > _MOST_LINKS:
            return "other"  # no message of a brand holds so many
        names = dict.fromkeys((name, *(one for brand in brands for one in self._brands[brand].names)))
        found = {self._links.belongs(seen, brands, tuple(names)) for seen in links}
        return next((kind for kind in ("imitated", "other", "own") if kind in found), "")


def _within(unmasked: Unmasked, seen: SeenLink) -> tuple[int, int]:
    """Where a link stands in `Unmasked.plain`; where letters were undone its host is looked for there."""
    start, end = seen.link.span
    if len(unmasked.plain) == len(unmasked.original):
        return start, end
    at = unmasked.plain.find(seen.link.unicode_host) if seen.link.unicode_host else -1
    return (at, at + len(seen.link.unicode_host)) if at >= 0 else (0, 0)
