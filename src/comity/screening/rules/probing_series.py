"""What is felt out by small edits is held until a person has looked (U16).

A series is found by looking back at what was refused: versions of one text that differ by little, until one passes.
While it is open, every text of the account that is like it waits for a person, whatever else is found.
"""

from __future__ import annotations

from typing import Annotated, Final

import msgspec

from comity.messages.verdict import Evidence
from comity.screening.judging import MISS, Answer, Facts, Hit, Message, Rule
from comity.text.similar import NOTHING_TO_COMPARE, distance


class _Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    distance: Annotated[int, msgspec.Meta(ge=0, le=24)] = 12


def _check(message: Message, facts: Facts, settings: _Settings) -> Answer:
    if not facts.probing or message.similarity is None or message.similarity == NOTHING_TO_COMPARE:
        return MISS
    nearest = min(distance(message.similarity, anchor) for anchor in facts.probing)
    if nearest > settings.distance:
        return MISS
    return Hit(
        evidence=(Evidence("text"),),
        sentence="A person has to look at this message first.",
        remedy="Nothing on your side; it goes or is refused once somebody has looked.",
        reviewer=f"It is like texts of an open series of probes ({nearest} of 64 bits apart).",
    )


RULE: Final = Rule(
    id="probing-series",
    clauses=("U16",),
    title="Series of probes",
    needs=("probing",),
    check=_check,
    settings=_Settings,
)
