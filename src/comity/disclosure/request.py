"""Owns what a request for information is: who asks, on which basis, for what; and what of it may be told (G3).

It must not know where anything is kept, or what time it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final

import msgspec

from comity.base.errors import ComityError
from comity.disclosure.fields import FIELDS, Asker, Basis, content_of, in_order

MOST_NUMBERS: Final = 100
MOST_ACCOUNTS: Final = 20
# A letter may lie in a post room; a slip of the pen is not taken for one.
OLDEST_RECEIPT: Final = timedelta(days=60)

Line = Annotated[str, msgspec.Meta(min_length=1, max_length=300)]
_Perhaps = Annotated[str, msgspec.Meta(max_length=300)]


class BadRequestError(ComityError):
    """A request cannot be like that."""


class Requester(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who asks.

    Attributes:
        kind: authority, harmed (a third party whom a message harmed), or subject (the person whom data is about).
        name: of the authority, company or person.
        country: ISO 3166-1 alpha-2, theirs.
        reference: their file's number, or the date of their letter.
        person: who signed.
        contact: how they are reached, as this house found it out and not as the letter says.
    """

    kind: Asker
    name: Line
    country: Annotated[str, msgspec.Meta(pattern="^[A-Z]{2}$")]
    reference: Line
    person: _Perhaps = ""
    contact: _Perhaps = ""


class IdentityCheck(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a person made sure who asks.

    Attributes:
        how: such as a call back to the switchboard in the official directory.
        found: what showed it.
        by: the person of the staff; filled in here.
        at: when; filled in here.
    """

    how: Line
    found: Line
    by: str = ""
    at: datetime | None = None


class Scope(msgspec.Struct, frozen=True):
    """What is asked for, or would be told.

    Attributes:
        numbers: whose, as digits; empty for all that the accounts have.
        accounts: of which accounts; empty for any.
        since, until: of which time, until excluded.
        fields: of `comity.disclosure.fields.FIELDS`; empty, where asked, for what the basis proposes.
    """

    numbers: tuple[str, ...]
    accounts: tuple[int, ...]
    since: datetime
    until: datetime
    fields: tuple[str, ...] = ()


class NewRequest(msgspec.Struct, frozen=True):
    """A request as it came.

    Attributes:
        requester: who asks.
        basis: the name of the legal basis.
        asked: what for.
        received_at: when it reached the house; the time to answer runs from here.
        entered_by: the person of the staff who enters it.
        emergency: whether life or safety is in danger now.
        delay_until: by a legal order, when the accounts concerned are told; None for at once.
        delay_order: which order says so.
    """

    requester: Requester
    basis: str
    asked: Scope
    received_at: datetime
    entered_by: str
    emergency: bool = False
    delay_until: datetime | None = None
    delay_order: str = ""


def check(new: NewRequest, bases: Mapping[str, Basis], now: datetime) -> Basis:
    """The basis of a request that can be one.

    Raises:
        BadRequestError: it can not, with how to mend it.
    """
    basis = bases.get(new.basis)
    if basis is None:
        raise BadRequestError("There is no such legal basis.", f"Use one of {', '.join(sorted(bases))}.")
    if new.requester.kind not in basis.askers:
        raise BadRequestError(
            f"On this basis asks {' or '.join(basis.askers)}, not {new.requester.kind}.", "Name the right basis."
        )
    if new.emergency and not basis.emergency_hours:
        raise BadRequestError("This basis knows no emergency.", "Use the basis for threats to life.")
    if not now - OLDEST_RECEIPT <= new.received_at <= now:
        raise BadRequestError("The request came in the future, or too long ago.", "Correct when it was received.")
    if (new.delay_until is None) != (not new.delay_order):
        raise BadRequestError("A delay needs both a date and the legal order that asks for it.", "Give both, or none.")
    if new.delay_until is not None and new.delay_until <= now:
        raise BadRequestError("The date of the delay is past.", "Leave it out, or give a later one.")
    _check_scope(new.asked, now)
    return basis


def _check_scope(asked: Scope, now: datetime) -> None:
    if not asked.numbers and not asked.accounts:
        raise BadRequestError("A request is about numbers or accounts.", "Name some.")
    if len(asked.numbers) > MOST_NUMBERS or len(asked.accounts) > MOST_ACCOUNTS:
        raise BadRequestError(f"A request names up to {MOST_NUMBERS} numbers and {MOST_ACCOUNTS} accounts.")
    if asked.until <= asked.since:
        raise BadRequestError("The period is empty.", "Correct its bounds.")
    if asked.until > now:
        raise BadRequestError(
            "The period ends in the future: what is still to come is not disclosed.",
            "End it now at the latest; for what comes later, enter a request then.",
        )
    unknown = [field for field in asked.fields if field not in FIELDS]
    if unknown:
        raise BadRequestError("A field that is asked for is none.", f"There are {', '.join(FIELDS)}.")


def proposal(asked: Scope, basis: Basis) -> Scope:
    """The least that answers a request: of what is asked for, what the basis names, for the last days it allows."""
    fields = [field for field in basis.fields if not asked.fields or field in asked.fields]
    since = max(asked.since, asked.until - timedelta(days=basis.max_days))
    return msgspec.structs.replace(asked, since=since.astimezone(UTC), fields=in_order(fields))


def beyond(proposed: Scope, chosen: Scope, asked: Scope, basis: Basis) -> tuple[str, ...]:
    """What is chosen beyond what is proposed, in words that hold no number.

    Raises:
        BadRequestError: nobody asked for it, there is no such field, or it is content and the basis allows none.
    """
    if not set(chosen.numbers) <= set(asked.numbers) or (asked.numbers and not chosen.numbers):
        raise BadRequestError("Numbers are chosen that nobody asked about.", "Choose of those asked about.")
    if not set(chosen.accounts) <= set(asked.accounts) or (asked.accounts and not chosen.accounts):
        raise BadRequestError("Accounts are chosen that nobody asked about.", "Choose of those asked about.")
    if chosen.since < asked.since or chosen.until > asked.until or chosen.until <= chosen.since:
        raise BadRequestError("The period is empty, or goes beyond what was asked for.", "Choose within it.")
    unknown = [field for field in chosen.fields if field not in FIELDS]
    if unknown or not chosen.fields:
        raise BadRequestError("No field is chosen, or one that there is not.", f"There are {', '.join(FIELDS)}.")
    if content_of(chosen.fields) and not basis.content:
        raise BadRequestError("This basis allows no content.", "Leave texts out; no reason widens so far.")
    more = [f"the field {field}" for field in in_order(chosen.fields) if field not in proposed.fields]
    if chosen.since < proposed.since:
        more.append(f"{(proposed.since - chosen.since).days + 1} days before the period of the basis")
    return tuple(more)
