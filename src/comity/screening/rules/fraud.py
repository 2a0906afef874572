"""A text must not hold out or threaten something to get at people's money (P9, U3)."""

from __future__ import annotations

from typing import Final

from comity.screening.judging import Rule
from comity.screening.scored import Speech, scored_rule

RULE: Final[Rule] = scored_rule(
    "fraud",
    ("P9", "U3"),
    "Fraud",
    Speech(
        "fraud",
        sentence="The text reads as a fraud{kind}.",
        remedy="Say plainly who offers what at what price, and ask nobody for money in advance.",
    ),
)
