"""Health data about an identified person in the United States is noted, or refused as the account asks (P11).

The operator is no covered entity or business associate under HIPAA. A hit needs both a health term (diagnosis,
medicine, test, treatment, telling clinic) and an identifier of 45 CFR 164.514(b)(2) that the text itself shows: a
name, date of birth, record, plan or social security number, address, device. An appointment reminder without either
passes, and so does a text that points to a portal. The recipient's number and the link are identifiers too in law;
counting them would make every health text a hit, so a text without a person in it passes here.

An account whose `health_data` says so refuses such texts; otherwise, or where that is not known, they are noted.
"""

from __future__ import annotations

from typing import Annotated, Final

import msgspec

from comity.content.health import judge_health
from comity.messages.verdict import Evidence
from comity.screening.judging import MISS, Abstain, Answer, Facts, Hit, Message, Rule
from comity.screening.personal import may_be_personal

_REFUSE: Final = "refuse"


class _Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    threshold: Annotated[float, msgspec.Meta(gt=0, le=1)] = 0.65
    countries: tuple[str, ...] = ("US", "PR", "GU", "VI", "AS", "MP")


def _check(message: Message, facts: Facts, settings: _Settings) -> Answer:
    if message.country is not None and message.country not in settings.countries:
        return MISS
    judged = judge_health(message.reading, may_be_personal(message, facts))
    if judged.score < settings.threshold:
        return MISS
    if message.country is None:
        return Abstain("country")
    refused = facts.account is not None and facts.account.health_data == _REFUSE
    return Hit(
        evidence=(
            *(Evidence("identifier", observed=identifier) for identifier in judged.identifiers),
            *(Evidence("text", observed=one.title, span=(one.start, one.end)) for one in judged.spans),
        ),
        sentence="This text tells something of a person's health, which the operator does not handle under HIPAA.",
        remedy="Leave out names, numbers and health terms; point to your portal: 'You have a new message.'",
        reviewer="A health term stands with an identifier (45 CFR 164.514(b)(2)) in a text to the United States.",
        score=judged.score,
        action=_REFUSE if refused else "",
    )


RULE: Final = Rule(
    id="health-data",
    clauses=("P11",),
    title="Health data",
    needs=("account",),
    check=_check,
    settings=_Settings,
)
