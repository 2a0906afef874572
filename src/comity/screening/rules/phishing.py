"""A text must not pose as somebody to get at people's accounts, devices or trust (U1, P9)."""

from __future__ import annotations

from typing import Final

from comity.screening.judging import Rule
from comity.screening.scored import Speech, scored_rule

RULE: Final[Rule] = scored_rule(
    "phishing",
    ("U1", "P9"),
    "Phishing",
    Speech(
        "phishing",
        sentence="The text reads as phishing{kind}.",
        remedy="Say who you are, link to your own domain only, and ask for nothing that a stranger should not be told.",
    ),
)
