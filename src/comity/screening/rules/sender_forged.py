"""What sends is a number that somebody can have and not the recipient's own, or a name that networks carry (U1, U5).

A long number must be possible and allocated in its country's numbering plan, as `phonenumbers` (the metadata of
libphonenumber) knows it, and not of a premium range, nor of voicemail, pagers or the like, from which nobody writes.
The recipient's own number is never a sender. A short code must be of a length that the recipient's country has: one of
another country poses as something there.

A name has at most 11 letters and digits. Others are turned away at the doors before any rule is asked: this rule says
it of them in checks of files.

Whether somebody has a number, and whether it is the account's, no plan tells: `sender-not-granted` does. Emergency
numbers have a rule of their own, and what kinds of sender a country carries too.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final, Literal

import msgspec
import phonenumbers
from phonenumbers import shortnumberinfo

from comity.countries import country
from comity.messages.verdict import Evidence
from comity.numbers import Kind, NumberFault, emergency_number, mask
from comity.screening.judging import MISS, Abstain, Answer, Facts, Hit, Message, Rule
from comity.senders.origin import fault_of, origin_of
from comity.senders.read import MAX_NAME, Sender, SenderKind, read_sender

_Action = Literal["note", "hold", "refuse"]


class _Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    invalid: _Action = "refuse"
    never: _Action = "refuse"
    short_code: _Action = "note"
    never_kinds: tuple[Kind, ...] = (Kind.PREMIUM, Kind.VOICEMAIL, Kind.PAGER)


def _check(message: Message, _facts: Facts, settings: _Settings) -> Answer:
    sender = message.sender
    if sender is None:
        return Abstain("sender")
    if sender.kind is SenderKind.NAME:
        return MISS if isinstance(read_sender(sender.shown), Sender) else _no_name(sender, settings)
    if emergency_number(sender.shown) is not None:
        return MISS
    if sender.kind is SenderKind.SHORT_CODE:
        return _short(message, sender, settings)
    if sender.key == message.recipient:
        return _own(sender)
    fault = fault_of(sender)
    if fault is not None:
        return _invalid(sender, fault, settings)
    origin = origin_of(sender)
    return _never(sender, origin.kind, settings) if origin and origin.kind in settings.never_kinds else MISS


def _no_name(sender: Sender, settings: _Settings) -> Hit:
    return Hit(
        evidence=(Evidence("sender", observed=sender.shown, limit=f"at most {MAX_NAME} letters and digits"),),
        sentence=f"The sender {sender.shown!r} is no sender id that networks carry.",
        remedy=f"Use at most {MAX_NAME} letters and digits without accents, or a number with its country code.",
        action=settings.invalid,
    )


def _own(sender: Sender) -> Hit:
    return Hit(
        evidence=(Evidence("sender", observed=mask(sender.shown), limit="not the recipient's own number"),),
        sentence="The sender is the recipient's own number.",
        remedy="Send from a number of your own.",
        action="refuse",
    )


_FAULTS: Final = {
    NumberFault.TOO_SHORT: "It has too few digits for a number of its country.",
    NumberFault.TOO_LONG: "It has too many digits for a number of its country.",
    NumberFault.WRONG_LENGTH: "It has a length that no number of its country has.",
    NumberFault.UNKNOWN_COUNTRY_CODE: "No country has the code it begins with.",
    NumberFault.NOT_IN_PLAN: "Its country gives out no numbers that begin like it.",
}


def _invalid(sender: Sender, fault: NumberFault, settings: _Settings) -> Hit:
    why = _FAULTS.get(fault, "It is no telephone number.")
    return Hit(
        evidence=(Evidence("sender", observed=mask(sender.shown), limit=f"a number of its plan ({fault.value})"),),
        sentence=f"The sender is a number that nobody can have. {why}",
        remedy="Write your number with its country code, or send as a number you own.",
        action=settings.invalid,
    )


def _never(sender: Sender, kind: Kind, settings: _Settings) -> Hit:
    return Hit(
        evidence=(Evidence("sender", observed=f"{mask(sender.shown)} ({kind.value})", limit="a number that may send"),),
        sentence=f"The sender is a number of a kind that never sends messages: {kind.value.replace('_', ' ')}.",
        remedy="Send from an ordinary number or a name of your own.",
        action=settings.never,
    )


def _short(message: Message, sender: Sender, settings: _Settings) -> Answer:
    if message.country is None:
        return Abstain("country")
    if _may_be_of(sender.key, message.country):
        return MISS
    return Hit(
        evidence=(Evidence("sender", observed=sender.shown, limit=f"a short code of {message.country}"),),
        sentence="The sender is a short code of a length that the recipient's country does not have.",
        remedy="Send to this country from a short code leased there, a number or a name.",
        action=settings.short_code,
    )


@lru_cache(maxsize=8192)
def _may_be_of(digits: str, iso2: str) -> bool:
    """Whether a country has short codes of this length; where none of its are known, any may be."""
    record = country(iso2)
    if record is None or iso2 not in phonenumbers.SUPPORTED_SHORT_REGIONS:
        return True
    short = phonenumbers.PhoneNumber(country_code=record.calling_code, national_number=int(digits))
    return shortnumberinfo.is_possible_short_number_for_region(short, iso2)


RULE: Final = Rule(
    id="sender-forged",
    clauses=("U1", "U5"),
    title="A number that cannot send",
    needs=(),
    check=_check,
    settings=_Settings,
)
