"""What a key sends from a country that its account was never used from waits until somebody vouches for it (U15).

Keys get stolen. Whether a place is new is found when the key is used, before any message is judged: this rule holds
what comes from there until the account says that it is its own; beyond a number of messages it is refused. Where no
list of addresses is loaded no country is known, and nothing is held. How a challenge runs stands here, in the settings,
since that is for the policy to say.
"""

from __future__ import annotations

from typing import Final

from comity.accounts.challenges import Challenged, CountryTerms, about_country
from comity.messages.verdict import Evidence
from comity.screening.judging import MISS, Answer, Facts, Hit, Message, Rule


def _check(_message: Message, facts: Facts, settings: CountryTerms) -> Answer:
    if not facts.challenged:
        return MISS
    found = about_country(facts.challenged)
    if found is None:
        return MISS
    if found.held >= settings.most_held:
        return _too_many(found, settings)
    return Hit(
        evidence=(Evidence("challenge", observed=found.challenge), Evidence("country", observed=found.country)),
        sentence=f"This key is used from a country that the account was not used from before ({found.country}).",
        remedy="Nothing has to be sent again. Confirm at /api/challenges that it is you, with the code that was mailed"
        f" to your account's addresses or with another key, within {settings.answer_hours} hours.",
        reviewer="The key is used from a country that is new for its account; it is for the account to vouch for it.",
    )


def _too_many(found: Challenged, settings: CountryTerms) -> Hit:
    """What is held is paid for, so a thief could spend all that the account has."""
    return Hit(
        evidence=(
            Evidence("challenge", observed=found.challenge),
            Evidence("country", observed=found.country),
            Evidence("messages held", observed=str(found.held), limit=str(settings.most_held)),
        ),
        sentence=f"This key is used from a country that the account was not used from before ({found.country}), and as"
        " many messages are held as may be.",
        remedy="Confirm at /api/challenges that it is you, with the code that was mailed to your account's addresses or"
        " with another key, then send again.",
        action="refuse",
    )


RULE: Final = Rule(
    id="key-from-new-country",
    clauses=("U15",),
    title="Key used from a new country",
    needs=("challenged",),
    check=_check,
    settings=CountryTerms,
)
