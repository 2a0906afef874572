"""Owns judging a text for threats to people, property or name; must not know who sends it or what follows."""

from __future__ import annotations

from comity.content.abuse_weighed import judged
from comity.content.analysis import Analysis
from comity.content.scores import Judged


def judge(analysis: Analysis) -> Judged:
    """Judge one text by the harm that it announces."""
    return judged(analysis, "threat")
