"""Owns scoring texts against a policy's register of names, once for each template; must not know any rule.

    scorer = Scorer.of(document)
    scorer.scores_of(texts)                 Scores of each, the unseen templates all in one batch
    scorer.judge(text, "phishing", own)     the reasons, and what an account's own names and domains change

Scores are a function of the template alone, so that what is remembered is what would be found again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from comity.content.analysis import Analysis, NamedBrand
from comity.content.categories import JUDGES
from comity.content.learned import learned_of
from comity.content.reading import reading_of
from comity.content.scores import Judged, Scores
from comity.content.template import template_of
from comity.policy.document import PolicyDocument
from comity.senders.brands import BrandIndex, Naming
from comity.senders.names import name_key
from comity.senders.speaking import role_of

_MOST_TEMPLATES: Final = 16_384
_SCORERS_KEPT: Final = 4
_MOST_NAMES: Final = 12
_SHORTEST_IN_HOST: Final = 3


class Own(msgspec.Struct, frozen=True):
    """What is an account's own.

    Attributes:
        brands: ids of the protected names it holds.
        domains: registrable domains that are its own.
    """

    brands: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()


NOBODYS: Final = Own()


class Scorer:
    """Scores texts; see the module for its use."""

    def __init__(self, document: PolicyDocument) -> None:
        self._brands = BrandIndex.of(document.brands)
        self._known: dict[str, Scores] = {}

    @staticmethod
    def of(document: PolicyDocument) -> Scorer:
        """The scorer of a policy; the same for the same document, while a few are kept."""
        for kept, scorer in _KEPT:
            if kept is document:
                return scorer
        scorer = Scorer(document)
        _KEPT.insert(0, (document, scorer))
        del _KEPT[_SCORERS_KEPT:]
        return scorer

    def scores_of(self, texts: Sequence[str]) -> list[Scores]:
        """The scores of each text."""
        templates = [template_of(text) for text in texts]
        unseen = [template for template in dict.fromkeys(templates) if template not in self._known]
        found = dict(zip(unseen, self._judged(unseen), strict=True)) if unseen else {}
        scores = [found.get(template) or self._known[template] for template in templates]
        self._remember(found)
        return scores

    def own(self, names: Sequence[str], domains: frozenset[str] = frozenset()) -> Own:
        """What is an account's own, by the names in which it may write and its domains."""
        return Own(self._brands.held(names), domains)

    def judge(self, text: str, category: str, own: Own = NOBODYS, *, personal: bool = True) -> Judged:
        """The judgement of one text for one category, with its reasons; nothing of it is remembered."""
        brands = tuple(self._named(text, own))
        return JUDGES[category](Analysis(text, brands, learned_of([template_of(text)])[0], personal=personal))

    def _judged(self, templates: Sequence[str]) -> Iterator[Scores]:
        for template, learned in zip(templates, learned_of(templates), strict=True):
            analysis = Analysis(template, tuple(self._named(template, NOBODYS)), learned)
            yield Scores(**{category: judge(analysis).score for category, judge in JUDGES.items()})

    def _remember(self, found: dict[str, Scores]) -> None:
        """Keep what was found; the templates kept longest make room."""
        self._known.update(found)
        while len(self._known) > _MOST_TEMPLATES:
            del self._known[next(iter(self._known))]

    def _named(self, text: str, own: Own) -> Iterator[NamedBrand]:
        """The protected names that stand in a text and are not the account's own."""
        reading = reading_of(text)
        namings = self._brands.named_in(reading.unmasked)
        if len(namings) > _MOST_NAMES:
            return
        for naming in namings:
            if own.brands.isdisjoint(naming.brands):
                yield self._named_brand(text, naming, own)

    def _named_brand(self, text: str, naming: Naming, own: Own) -> NamedBrand:
        reading = reading_of(text)
        kind = self._brands[naming.brands[0]].kind
        speaks = role_of(reading.unmasked.plain, naming.start, naming.end, kind).weight
        hosts = [link.host for link in reading.links if link.host and link.domain not in own.domains]
        return NamedBrand(naming.start, naming.end, naming.name, kind, speaks, self._links(naming, hosts))

    def _links(self, naming: Naming, hosts: list[str]) -> str:
        if not hosts:
            return ""
        if all(any(self._brands.owns(brand, host) for brand in naming.brands) for host in hosts):
            return "own"
        key = name_key(naming.name)
        imitated = len(key) >= _SHORTEST_IN_HOST and any(key in name_key(host) for host in hosts)
        return "imitated" if imitated else "other"


_KEPT: Final[list[tuple[PolicyDocument, Scorer]]] = []
