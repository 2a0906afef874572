"""Codes, cards, passwords and identity numbers are not asked for by text (P9)."""

from __future__ import annotations

from typing import Final

from comity.screening.judging import Rule
from comity.screening.scored import Speech, scored_rule

RULE: Final[Rule] = scored_rule(
    "solicitation",
    ("P9",),
    "Confidential data asked for",
    Speech(
        "solicitation",
        sentence="The text asks for confidential data{kind}.",
        remedy="Ask for codes, cards, passwords and identity numbers in your own application, never by text.",
    ),
)
