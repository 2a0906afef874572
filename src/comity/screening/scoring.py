"""Owns scoring texts against a policy's register of names, once for each template; must not know any rule.

    scorer = Scorer.of(document)
    scorer.scores_of(texts)                 Scores of each, the unseen templates all in one batch
    scorer.judge(text, "phishing", own)     the reasons, and what an account's own names and domains change

Scores are a function of the template alone, so that what is remembered is what would be found again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from comity.content.analysis import Analysis
from comity.content.categories import JUDGES
from comity.content.learned import LogOdds, learned_of
from comity.content.reading import reading_of
from comity.content.scores import Judged, Scores
from comity.content.template import template_of
from comity.policy.document import PolicyDocument
from comity.screening.scoring_links import NOBODYS, Own
from comity.screening.scoring_names import NamesInTexts

__all__ = ["NOBODYS", "Own", "Scorer"]

_MOST_TEMPLATES: Final = 16_384
_SCORERS_KEPT: Final = 4


_FAILED: Final = 1.0


class Scorer:
    """Scores texts; see the module for its use."""

    def __init__(self, document: PolicyDocument) -> None:
        self._names = NamesInTexts(document)
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
        return self.scores_of_templates([template_of(text) for text in texts])

    def scores_of_templates(self, templates: Sequence[str]) -> list[Scores]:
        """The scores of each template, for who has worked out the templates already."""
        unseen = [template for template in dict.fromkeys(templates) if template not in self._known]
        found = dict(zip(unseen, self._judged(unseen), strict=True)) if unseen else {}
        scores = [found.get(template) or self._known[template] for template in templates]
        self._remember(found)
        return scores

    def own(self, names: Sequence[str], domains: frozenset[str] = frozenset()) -> Own:
        """What is an account's own, by the names in which it may write and its domains."""
        return self._names.own(names, domains)

    def judge(self, text: str, category: str, own: Own = NOBODYS, *, personal: bool = True, sender: str = "") -> Judged:
        """The judgement of one text for one category, with its reasons; nothing of it is remembered.

        Args:
            text: as written.
            category: of `CATEGORIES`.
            own: what is the account's own, and so no pretence.
            personal: whether one person may be writing to another.
            sender: the name that recipients see; "" for a number, or where it is not known.
        """
        analysis = self._analysis(text, learned_of([template_of(text)])[0], own, personal=personal, sender=sender)
        return JUDGES[category](analysis)

    def _judged(self, templates: Sequence[str]) -> Iterator[Scores]:
        for template, learned in zip(templates, learned_of(templates), strict=True):
            try:
                # As for a sender with a name, whom a chat's words excuse nothing; who may chat is heard when judged.
                analysis = self._analysis(template, learned, personal=False)
            except Exception:  # noqa: BLE001  as below
                yield Scores(**dict.fromkeys(JUDGES, _FAILED))
                continue
            yield Scores(**{category: _score(judge, analysis) for category, judge in JUDGES.items()})

    def _analysis(
        self, text: str, learned: LogOdds, own: Own = NOBODYS, *, personal: bool = True, sender: str = ""
    ) -> Analysis:
        reading = reading_of(text)
        links = self._names.links(reading, own)
        brands = self._names.named(reading, links, own, sender)
        return Analysis(text, brands, learned, personal=personal, standings=[seen.standing for seen in links])

    def _remember(self, found: dict[str, Scores]) -> None:
        """Keep what was found; the templates kept longest make room."""
        self._known.update(found)
        while len(self._known) > _MOST_TEMPLATES:
            del self._known[next(iter(self._known))]


def _score(judge: Callable[[Analysis], Judged], analysis: Analysis) -> float:
    """The score; where the judge fails, so high that the rule looks for itself, fails, and does as the policy says."""
    try:
        return judge(analysis).score
    except Exception:  # noqa: BLE001  whatever a judge does wrong must not take the road down
        return _FAILED


_KEPT: Final[list[tuple[PolicyDocument, Scorer]]] = []
