"""Owns reading a destination as customers write it; must not know routes, prices or who asks."""

from __future__ import annotations

import enum

import msgspec

from comity.base.errors import ComityError
from comity.numbers.digits import plain
from comity.numbers.plan import Kind, Plan, calling_code, plan_of

__all__ = ["BadNumber", "Destination", "Kind", "NumberFault", "read_destination"]

_MAX_WRITTEN = 64


class NumberFault(enum.Enum):
    """Why a written number is no destination."""

    EMPTY = "empty"
    CHARACTERS = "characters"
    TOO_LONG = "too_long"
    TOO_SHORT = "too_short"
    WRONG_LENGTH = "wrong_length"
    NO_COUNTRY_CODE = "no_country_code"
    UNKNOWN_COUNTRY_CODE = "unknown_country_code"
    NOT_IN_PLAN = "not_in_plan"


class BadNumber(ComityError):  # noqa: N818  the word that callers and outcomes use
    """What was written is no number that can be reached from abroad; the words never hold the number."""

    def __init__(self, reason: NumberFault, what: str) -> None:
        super().__init__(what)
        self.reason = reason


class Destination(msgspec.Struct, frozen=True):
    """A number that its numbering plan knows; whether somebody has it nobody can tell from the digits.

    Attributes:
        e164: digits without the plus.
        country: ISO 3166-1 alpha-2 (and XK, AC, TA), None for codes of no country.
        calling_code: as an integer.
        kind: by the numbering plan; where plans mix fixed and mobile it is `fixed_or_mobile`.
    """

    e164: str
    country: str | None
    calling_code: int
    kind: Kind

    @property
    def national(self) -> str:
        """The national significant number: the digits after the calling code."""
        return self.e164[len(str(self.calling_code)) :]


def read_destination(raw: str) -> Destination:
    """Read `32470000000`, `+32470000000`, `0032470000000`, with spaces, dashes, dots, slashes and brackets.

    Without plus or `00` the digits are international too, never national. A national prefix written after the
    calling code, as in `+32 (0)470`, is dropped. Agrees with `phonenumbers` 9 on validity, region and type; mobile
    numbers of +870, +881 and some of +882 are of kind `satellite` here.

    Raises:
        BadNumber: with one reason of a closed list.
    """
    digits = _international(raw)
    code = calling_code(digits)
    if code is None:
        raise BadNumber(NumberFault.UNKNOWN_COUNTRY_CODE, "The number begins with a country code that nobody has.")
    plan = plan_of(code)
    national = plan.national(digits[len(code) :])
    found = plan.find(national)
    if found is None:
        raise _not_found(plan, national)
    return Destination(code + national, found[0], plan.calling_code, found[1])


def _international(raw: str) -> str:
    """The digits from the calling code on."""
    if not raw or raw.isspace():
        raise BadNumber(NumberFault.EMPTY, "The number is empty.")
    if len(raw) > _MAX_WRITTEN:
        raise BadNumber(NumberFault.TOO_LONG, "The number is far too long.")
    try:
        digits = plain(raw)
    except ValueError:
        words = "The number may hold digits, one leading plus, spaces, dashes, dots, slashes and brackets only."
        raise BadNumber(NumberFault.CHARACTERS, words) from None
    if digits[0] == "+":
        digits = digits[1:]
    elif digits.startswith("00"):
        digits = digits[2:]
    if not digits.startswith("0"):
        return digits
    raise BadNumber(NumberFault.NO_COUNTRY_CODE, "The number must begin with its country code, not with a zero.")


def _not_found(plan: Plan, national: str) -> BadNumber:
    lengths, length = plan.lengths, len(national)
    has = f"{'1 digit' if length == 1 else f'{length} digits'} after the country code +{plan.calling_code}"
    if length < lengths[0]:
        return BadNumber(NumberFault.TOO_SHORT, f"The number has {has}; there must be at least {lengths[0]}.")
    if length > lengths[-1]:
        return BadNumber(NumberFault.TOO_LONG, f"The number has {has}; there may be at most {lengths[-1]}.")
    if length not in lengths:
        allowed = ", ".join(map(str, lengths))
        return BadNumber(NumberFault.WRONG_LENGTH, f"The number has {has}; there must be one of {allowed}.")
    what = f"The number has a possible length, but no numbers of country code +{plan.calling_code} begin like it."
    return BadNumber(NumberFault.NOT_IN_PLAN, what)
