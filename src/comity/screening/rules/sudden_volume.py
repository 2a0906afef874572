"""Far more than an account ever sent waits until somebody vouches for it (U15).

Compared are the running hour and day with the busiest of the weeks before. What was declared goes, growth goes, and
whoever sends little is never asked. The first message too many opens a challenge; from then on all is held until it is
answered, for whoever holds a stolen key would only send more slowly.
"""

from __future__ import annotations

from typing import Final

from comity.accounts.challenges import Challenged, Kind, Surge, VolumeTerms, surge
from comity.messages.verdict import Evidence
from comity.screening.judging import MISS, Answer, Facts, Hit, Message, Rule

_SPANS: Final = {"hour": "messages this hour", "day": "messages today"}


def _check(_message: Message, facts: Facts, settings: VolumeTerms) -> Answer:
    if not facts.challenged and facts.volume is None:
        return MISS
    stopped = next((one for one in facts.challenged if one.kind == Kind.VOLUME.value), None)
    found = surge(facts.volume, settings) if facts.volume is not None else None
    if stopped is None and found is None:
        return MISS
    return Hit(
        evidence=tuple(_evidence(stopped, found)),
        sentence="This account sends far more than it ever did.",
        remedy="Nothing has to be sent again. Confirm at /api/challenges that it is you, with the code that was mailed"
        f" to your account's addresses, within {settings.answer_hours} hours. Have the operator put on record what you"
        " mean to send, and it goes next time.",
        reviewer="It is many times what the account sent in weeks; it is for the account to vouch for it.",
    )


def _evidence(stopped: Challenged | None, found: Surge | None) -> list[Evidence]:
    """The challenge first, by which the message joins its case; none yet for the message that opens it."""
    told = [Evidence("challenge", observed=stopped.challenge if stopped else "")]
    if found is not None:
        told.append(Evidence(_SPANS[found.span], observed=str(found.observed), limit=str(found.limit)))
    return told


RULE: Final = Rule(
    id="sudden-volume",
    clauses=("U15",),
    title="Far more than ever before",
    needs=("challenged", "volume"),
    check=_check,
    settings=VolumeTerms,
)
