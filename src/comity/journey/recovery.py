"""Owns what is done with a message that a carrier may or may not have; must not know how it came to that.

Between submit_sm and its answer nobody can tell. A second copy of a one-time code
confuses and costs trust, so it is not risked; any other message is worth more
delivered twice than never.
"""

from __future__ import annotations

import enum
from typing import Final

from comity.messages.life import State
from comity.messages.submission import Category


class Ambiguity(enum.Enum):
    """What to do."""

    RESEND = "resend"
    PARK = "park"


_AFTER: Final[dict[Category, Ambiguity]] = {
    Category.PROMOTIONAL: Ambiguity.RESEND,
    Category.TRANSACTIONAL: Ambiguity.RESEND,
    Category.ALERT: Ambiguity.RESEND,
    Category.OTP: Ambiguity.PARK,
}

# The state of an ambiguous part: SUBMITTING is one that is sent again and may have been sent before.
PART_STATES: Final[dict[Ambiguity, State]] = {
    Ambiguity.RESEND: State.SUBMITTING,
    Ambiguity.PARK: State.UNKNOWN,
}


def after_ambiguity(category: str) -> Ambiguity:
    """Whether to send a message of this category again; a category not known is sent again."""
    try:
        return _AFTER[Category(category)]
    except ValueError:
        return Ambiguity.RESEND
