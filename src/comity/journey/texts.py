"""Owns what a text alone says, found out once for all recipients of a request; must not know who sends or gets it."""

from __future__ import annotations

from collections.abc import Iterable

from comity.content.promotion import judge_promotion
from comity.content.scores import Scores
from comity.content.template import template_key, template_of
from comity.routing.routes import WireText
from comity.screening.scoring import Scorer
from comity.sms.segment import Plan, plan
from comity.text.fold import same_text_key
from comity.text.similar import similarity_hash


class TextFacts:
    """One text: its key, its likeness, whether it promotes, its parts; the dear ones when first asked for."""

    __slots__ = ("_key_of_template", "_plans", "_promotion", "_scores", "_similarity", "_template", "_text", "key")

    def __init__(self, text: str) -> None:
        self._text = text
        self._plans: dict[WireText, Plan] = {}
        self._promotion: float | None = None
        self._similarity: int | None = None
        self._template: str | None = None
        self._key_of_template: int | None = None
        self._scores: Scores | None = None
        self.key = same_text_key(text)

    @property
    def similarity(self) -> int:
        """What nearly the same texts have nearly in common."""
        if self._similarity is None:
            self._similarity = similarity_hash(self._text)
        return self._similarity

    @property
    def promotion(self) -> float:
        """Probability that it is promotional."""
        if self._promotion is None:
            self._promotion = judge_promotion(self._text).score
        return self._promotion

    @property
    def template(self) -> int:
        """The key of its template."""
        if self._key_of_template is None:
            self._key_of_template = template_key(self.template_text)
        return self._key_of_template

    @property
    def template_text(self) -> str:
        """What it has in common with the other messages of its template."""
        if self._template is None:
            self._template = template_of(self._text)
        return self._template

    @property
    def is_scored(self) -> bool:
        """Whether it was scored already."""
        return self._scores is not None

    def scored(self, scores: Scores) -> None:
        """Take what it was scored for among others."""
        self._scores = scores

    def scores(self, scorer: Scorer) -> Scores:
        """What it is scored for; all of a request is judged by one scorer."""
        if self._scores is None:
            self._scores = scorer.scores_of_templates((self.template_text,))[0]
        return self._scores

    def plan(self, wire: WireText) -> Plan:
        """Its parts, as a carrier wants them made up.

        Raises:
            UnencodableText: it cannot be sent at all.
        """
        found = self._plans.get(wire)
        if found is None:
            found = self._plans[wire] = plan(
                self._text, tables=wire.tables, transliterate=wire.transliterate, wide_reference=wire.wide_reference
            )
        return found


class Texts:
    """The texts of one request; few are as many as its recipients."""

    def __init__(self) -> None:
        self._known: dict[str, TextFacts] = {}

    def of(self, text: str) -> TextFacts:
        """What that text says."""
        known = self._known.get(text)
        if known is None:
            known = self._known[text] = TextFacts(text)
        return known

    def score(self, texts: Iterable[str], scorer: Scorer) -> None:
        """Score these, all at once: unseen texts cost far less together than one after another."""
        fresh = [one for one in map(self.of, dict.fromkeys(texts)) if not one.is_scored]
        scores = scorer.scores_of_templates([one.template_text for one in fresh]) if fresh else []
        for one, its in zip(fresh, scores, strict=True):
            one.scored(its)
