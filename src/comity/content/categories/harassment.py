"""Owns judging a text for harassment: insult, hounding, shaming; must not know who sends it or what follows."""

from __future__ import annotations

from comity.content.abuse_weighed import judged
from comity.content.analysis import Analysis
from comity.content.scores import Judged


def judge(analysis: Analysis) -> Judged:
    """Judge one text by what it does to its reader with words."""
    return judged(analysis, "harassment")
