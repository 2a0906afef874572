"""A text must not threaten (U4, P10)."""

from __future__ import annotations

from typing import Final

from comity.screening.judging import Rule
from comity.screening.scored import Speech, scored_rule

RULE: Final[Rule] = scored_rule(
    "threat",
    ("U4", "P10"),
    "Threat",
    Speech(
        "threat",
        sentence="The text threatens{kind}.",
        remedy="Say what follows in law, if anything does, and nothing else.",
    ),
)
