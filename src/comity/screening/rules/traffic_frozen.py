"""What somebody who got it complained about is held until a person has looked, or an hour is over (P9).

Freezes are made when a complaint is filed, by people who prove that they got the message. This rule holds what comes
after; what waited already is held by the freeze itself. How much has to be known for one stands here, in the settings,
since that is for the policy to say.
"""

from __future__ import annotations

from typing import Annotated, Final

import msgspec

from comity.complaints.freezing import Seen, stops
from comity.messages.verdict import Evidence
from comity.screening.judging import MISS, Answer, Facts, Hit, Message, Rule


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From when on complaints freeze traffic, and for how long; see `comity.complaints.weighing.Thresholds`."""

    score_at: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.5
    reporters: Annotated[int, msgspec.Meta(ge=1, le=100)] = 3
    within_hours: Annotated[int, msgspec.Meta(ge=1, le=720)] = 24
    minutes: Annotated[int, msgspec.Meta(ge=1, le=1440)] = 60
    distance: Annotated[int, msgspec.Meta(ge=0, le=24)] = 8


def _check(message: Message, facts: Facts, settings: Settings) -> Answer:
    del settings  # a freeze keeps what the policy said when it was made
    if not facts.frozen:
        return MISS
    sender = message.sender.key if message.sender is not None else ""
    seen = Seen(message.category.value, sender, message.text_key, message.template, message.similarity)
    freeze = next((one for one in facts.frozen if stops(one, seen)), None)
    if freeze is None:
        return MISS
    return Hit(
        evidence=(Evidence("case", freeze.case), Evidence("text" if freeze.kind != "sender" else "sender")),
        sentence="Traffic like this is stopped until a person has looked at it.",
        remedy="Nothing has to be sent again: it goes when the freeze ends, or is refused with its charge paid back. "
        "Say in the case what the message is for.",
        reviewer=f"It is stopped by a freeze of this {freeze.kind}.",
    )


RULE: Final = Rule(
    id="traffic-frozen",
    clauses=("P9", "P6", "G7"),
    title="Frozen after a complaint",
    needs=("frozen",),
    check=_check,
    settings=Settings,
)
