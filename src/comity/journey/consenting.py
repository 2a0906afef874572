"""Owns what a message's recipient agreed to and asked back, as facts about that message; must not know any store.

The ledger rules for one brand; a message speaks for one or, where its text names none, for any of its account's. Then
an opt-out from one of them holds too: it is better to leave a person alone than to guess.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from comity.accounts.record import AccountRecord
from comity.consent.ledger import PROMOTIONAL, Grant, Question, Standing, Withdrawal, equal_brands, rule
from comity.journey.ports import Found, Granted
from comity.messages.submission import Category
from comity.screening.judging import ConsentFact, Message
from comity.screening.speaking import speaks_for
from comity.text.naming import same_name

# The store gave only what counts already, by its own clock.
_WHENEVER: Final = datetime.max.replace(tzinfo=UTC)


def is_opted_out(found: Found, message: Message, account: AccountRecord | None) -> bool:
    """Whether the recipient asked to be left alone by whom the message speaks for."""
    if not found.stops:
        return False
    if all(not brand for brand, _ in found.stops) and not any(one.confirmed for one in found.consents):
        return True  # as nearly always
    brands = speaks_for(message, account)
    promotional = message.category is Category.PROMOTIONAL
    ruling = rule(
        Question("", PROMOTIONAL if promotional else "", _WHENEVER),
        [Grant(one.at, one.brand, confirmed=one.confirmed) for one in found.consents],
        [Withdrawal(at, brand or None, opt_out=True) for brand, at in found.stops],
        same=lambda brand, _: _is_of(brand, brands),
    )
    return ruling.standing is Standing.OPTED_OUT


def consent_for(found: Found, message: Message, account: AccountRecord | None) -> ConsentFact | None:
    """The consent that the message may rest on: the newest for whom it speaks, else the newest."""
    if not found.consents:
        return None
    consents = found.consents
    if len(consents) > 1 or found.withdrawals:
        brands = speaks_for(message, account)
        consents = tuple(one for one in consents if _stands(one, brands, found.withdrawals))
        consents = tuple(one for one in consents if _is_of(one.brand, brands)) or consents
    return ConsentFact(consents[0].at, consents[0].brand, consents[0].purpose) if consents else None


def _stands(consent: Granted, brands: tuple[str, ...], withdrawals: tuple[tuple[str, datetime], ...]) -> bool:
    """Whether a consent was not taken back, for a brand of the message that it opens or else for its own."""
    opened = [one for one in brands if same_name(consent.brand, one)] or [consent.brand]
    grants, against = [Grant(consent.at, consent.brand)], [Withdrawal(at, brand) for brand, at in withdrawals]
    return any(rule(Question(one, PROMOTIONAL, _WHENEVER), grants, against, _is_same).is_open for one in opened)


def _is_same(one: str, other: str) -> bool:
    return equal_brands(one, other) or same_name(one, other)


def _is_of(brand: str, brands: tuple[str, ...]) -> bool:
    return not brands or any(same_name(brand, one) for one in brands)
