"""Owns judging a text for spam: promotion as a class, which is lawful with consent; must not know who sends it."""

from __future__ import annotations

from comity.content.analysis import Analysis
from comity.content.promotion import judge_promotion
from comity.content.scores import Judged, Sign


def judge(analysis: Analysis) -> Judged:
    """Judge one text by what marks marketing; figures: docs/explanation/promotional-text.md."""
    judged = judge_promotion(analysis.text)
    signs = tuple(Sign(span.start, span.end, span.feature) for span in judged.spans)
    return Judged(round(judged.score, 3), signs=signs)
