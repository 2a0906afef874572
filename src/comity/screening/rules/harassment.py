"""A text must not harass (U4, P10)."""

from __future__ import annotations

from typing import Final

from comity.screening.judging import Rule
from comity.screening.scored import Speech, scored_rule

RULE: Final[Rule] = scored_rule(
    "harassment",
    ("U4", "P10"),
    "Harassment",
    Speech(
        "harassment",
        sentence="The text insults or hounds whoever reads it{kind}.",
        remedy="Say what you want without insult.",
    ),
)
