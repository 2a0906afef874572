"""Far more than an account ever sent waits until somebody vouches for it (U15).

Compared are the running hour and day with the busiest of the weeks before. What was declared goes, growth goes, and
whoever sends little is never asked. The first message too many opens a challenge; from then on what is sent is held
until it is answered, for whoever holds a stolen key would only send more slowly. Codes and notices go on, as many as in
the busiest hour before, for people wait for them. Alerts of accounts that are cleared for them go, and do not count.
"""

from __future__ import annotations

from typing import Final

from comity.accounts.challenges import Challenged, Kind, Surge, VolumeTerms, about_country, surge
from comity.messages.submission import Category
from comity.messages.verdict import Evidence
from comity.screening.judging import MISS, Answer, Facts, Hit, Message, Rule

_AWAITED: Final = frozenset({Category.OTP, Category.TRANSACTIONAL, Category.ALERT})
_SPANS: Final = {"hour": "messages this hour", "day": "messages today"}


def _check(message: Message, facts: Facts, settings: VolumeTerms) -> Answer:
    if (not facts.challenged and facts.volume is None) or facts.alert_clearance:
        return MISS
    stopped = next((one for one in facts.challenged if one.kind == Kind.VOLUME.value), None)
    found = _surge(facts, settings)
    if (stopped is None and found is None) or (stopped is not None and _is_usual(message, facts)):
        return MISS
    return Hit(
        evidence=tuple(_evidence(stopped, found)),
        sentence="This account sends far more than it ever did.",
        remedy="Nothing has to be sent again. Confirm at /api/challenges that it is you, with the code that was mailed"
        f" to your account's addresses, within {settings.answer_hours} hours. Have the operator put on record what you"
        " mean to send, and it goes next time.",
        reviewer="It is many times what the account sent in weeks; it is for the account to vouch for it.",
    )


def _surge(facts: Facts, settings: VolumeTerms) -> Surge | None:
    """What a challenge about the place of the key holds is none of the account's own doing."""
    if facts.volume is None or about_country(facts.challenged) is not None:
        return None
    return surge(facts.volume, settings)


def _is_usual(message: Message, facts: Facts) -> bool:
    """Whether it is one of those that people wait for, of which as many go in an hour as in the busiest one before.

    Otherwise whoever pumps a form from outside could keep a bank from sending any code.
    """
    volume = facts.volume
    return message.category in _AWAITED and volume is not None and volume.hour <= volume.usual_hour


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
