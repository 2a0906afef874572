"""Owns who may have subaccounts, how they are called and what bounds them (U12, U19); must not know the store.

Whoever sends for others without leave to resell breaks U12; with leave, its customers are subaccounts, for which it
answers: they inherit its sanctions, and its rates count theirs.
"""

from __future__ import annotations

from datetime import date
from typing import Final

import msgspec

from comity.accounts.account import Account, Standing
from comity.base.errors import ComityError

DEEPEST: Final = 4
"""Levels below the top that an account can stand on; sanctions reach down further than that."""
MOST: Final = 1_000
"""Subaccounts that one account makes by itself."""
LONGEST_NAME: Final = 100
BY_PARENT: Final = "account:"
"""Begins what a sanction is `by` that the account above decided, with that account's name."""
REDRESS: Final = "The account above yours decided this for its own subaccount. Ask it; it can lift it at any time."
_MAKING: Final = frozenset({Standing.GOOD, Standing.WATCHED})


class NoResaleError(ComityError):
    """An account may have no subaccounts, or none at the moment."""


class BadSubaccountError(ComityError):
    """A subaccount cannot be like that."""


class NewSubaccount(msgspec.Struct, frozen=True):
    """A subaccount that an account asks for; what is left out it has from its parent.

    Attributes:
        name: what its parent calls it; everybody else knows it as PARENT/NAME.
        category: the default traffic category.
        daily_volume: messages a day; at most its parent's.
        time_zone: IANA name.
        accepted_by: the person of the subaccount who accepted the policy; "" while nobody did.
    """

    name: str
    category: str | None = None
    daily_volume: int | None = None
    time_zone: str | None = None
    accepted_by: str = ""


def insist_on_resale(parent: Account, today: date) -> None:
    """See that an account may have more subaccounts than it has.

    Raises:
        NoResaleError: nothing is recorded that permits resale, or it is limited or worse: more accounts would have
            more room than it is left.
    """
    if not parent.record.is_cleared("resale", today):
        raise NoResaleError(
            "This account has no leave to resell, so it can have no subaccounts (U12).",
            "The operator records the leave: comity accounts clear ACCOUNT resale.",
        )
    if parent.standing not in _MAKING:
        raise NoResaleError(
            f"This account is {parent.standing.value}, so it makes no subaccounts.",
            "GET /api/standing says why, and how to appeal.",
        )


def insist_on_room(depth: int, children: int) -> None:
    """See that a line and a family do not grow without bounds.

    Args:
        depth: on which level the new one would stand; 0 is the top.
        children: how many subaccounts its parent has.

    Raises:
        BadSubaccountError: they would.
    """
    if depth > DEEPEST:
        raise BadSubaccountError(f"Subaccounts stand on at most {DEEPEST} levels.", "Make it under an account above.")
    if children >= MOST:
        raise BadSubaccountError(f"This account has {MOST} subaccounts.", "Ask the operator for more.")


def full_name(parent: str, name: str) -> str:
    """What a subaccount is known by: names are unique, and who may take which must tell nothing of others' customers.

    Raises:
        BadSubaccountError: it cannot be a name.
    """
    own = name.strip()
    if not own or not own.isprintable() or "/" in own or len(f"{parent}/{own}") > LONGEST_NAME:
        raise BadSubaccountError(
            f"{own[:LONGEST_NAME]!r} cannot be a subaccount's name.",
            f"With its parent's and a stroke it has at most {LONGEST_NAME} printable characters, and no stroke itself.",
        )
    return f"{parent}/{own}"


def bounded_volume(asked: int | None, parents: int | None) -> int | None:
    """The daily volume of a subaccount: its parent's, or less.

    Raises:
        BadSubaccountError: more than its parent declared.
    """
    if asked is not None and parents is not None and asked > parents:
        raise BadSubaccountError(
            f"The account declared {parents} messages a day; a subaccount of it can have no more.", "Declare less."
        )
    return parents if asked is None else asked
