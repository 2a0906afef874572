"""A promotional text declared as something else is treated as promotional, and said so (U20)."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec

from comity.messages.submission import Category
from comity.messages.verdict import Evidence
from comity.screening.judging import MISS, Answer, Facts, Hit, Message, Rule


class _Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    threshold: Annotated[float, msgspec.Meta(gt=0, le=1)] = 0.9


def _check(message: Message, _facts: Facts, settings: _Settings) -> Answer:
    if message.declared is Category.PROMOTIONAL or message.promotion < settings.threshold:
        return MISS
    return Hit(
        evidence=(Evidence("text", observed=f"promotional ({message.promotion:.2f})", limit=message.declared.value),),
        score=round(message.promotion, 3),
        sentence=f"This text reads as promotional, so it was not judged as {message.declared.value}.",
        remedy="Declare category promotional, or keep offers out of transactional messages.",
    )


RULE: Final = Rule(
    id="undeclared-promotion",
    clauses=("U20", "P4"),
    title="Promotion declared as something else",
    needs=(),
    check=_check,
    settings=_Settings,
)
