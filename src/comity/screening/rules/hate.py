"""A text must not attack people for what they are (P10, U4)."""

from __future__ import annotations

from typing import Final

from comity.screening.judging import Rule
from comity.screening.scored import Speech, scored_rule

RULE: Final[Rule] = scored_rule(
    "hate",
    ("P10", "U4"),
    "Hate",
    Speech(
        "hate",
        sentence="The text attacks people for what they are{kind}.",
        remedy="Leave out what speaks ill of people for their origin, faith, sex, orientation, age or health.",
    ),
)
