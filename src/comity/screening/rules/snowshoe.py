"""One text goes from one sender: spreading it over many to stay under limits is snowshoeing (U9, P7).

Nearly the same promotional text is counted over the senders of the account, and over all accounts, within 24 hours. A
few senders are ordinary: a name here, a number there, as countries ask for it.
"""

from __future__ import annotations

from typing import Annotated, Final

import msgspec

from comity.messages.submission import Category
from comity.messages.verdict import Evidence
from comity.screening.judging import MISS, Abstain, Answer, Facts, Hit, Message, Rule
from comity.text.similar import NEAR_DUPLICATE_DISTANCE

_Most = Annotated[int, msgspec.Meta(ge=1, le=10_000)]


class _Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Nearly the same text (`distance`) may go from so many `senders` and `accounts` within 24 hours."""

    senders: _Most = 3
    accounts: _Most = 2
    distance: Annotated[int, msgspec.Meta(ge=0, le=64)] = NEAR_DUPLICATE_DISTANCE


def _check(message: Message, facts: Facts, settings: _Settings) -> Answer:
    if message.category is not Category.PROMOTIONAL:
        return MISS
    if facts.spread is None:
        return Abstain("spread")
    found = [
        (what, count, most)
        for what, count, most in (
            ("senders", facts.spread.senders, settings.senders),
            ("accounts", facts.spread.accounts, settings.accounts),
        )
        if count > most
    ]
    if not found:
        return MISS
    over = " and ".join(f"{count} {what}" for what, count, _ in found)
    return Hit(
        evidence=tuple(Evidence(what, observed=str(count), limit=f"{most} in 24 hours") for what, count, most in found),
        # Whose the other accounts are is nobody's business but the reviewer's.
        sentence="Nearly the same promotional text went from too many senders within 24 hours.",
        remedy="Send a campaign from one sender, the one that people know you by.",
        reviewer=f"Nearly the same text went over {over} within 24 hours.",
    )


RULE: Final = Rule(
    id="snowshoe",
    clauses=("U9", "P7"),
    title="One text over many senders",
    needs=("spread",),
    check=_check,
    settings=_Settings,
)
