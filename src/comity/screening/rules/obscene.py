"""A text must not be obscene (U6, P10)."""

from __future__ import annotations

from typing import Final

from comity.screening.judging import Rule
from comity.screening.scored import Speech, scored_rule

RULE: Final[Rule] = scored_rule(
    "obscene",
    ("U6", "P10"),
    "Obscene text",
    Speech(
        "obscene",
        sentence="The text is obscene{kind}.",
        remedy="Leave out what is explicit.",
    ),
)
