"""Owns recognising a number that would reach an emergency service; must not know what is done about it.

The numbers are facts of the countries (libphonenumber's short numbers and an
overlay for what it misses), read here in three ways: as dialled, behind a
calling code, and with digits after them.
"""

from __future__ import annotations

import contextlib
from functools import cache, lru_cache
from typing import Final, Literal

import msgspec
import phonenumbers
from phonenumbers import shortnumberinfo

from comity.countries import countries, country
from comity.numbers.digits import plain
from comity.numbers.read import BadNumber, read_destination

SHORT_DIGITS: Final = 6
"""No mobile number of any country has so few digits, its calling code included."""
UNIVERSAL: Final = frozenset({"112", "911"})
"""Every mobile phone treats these as emergency calls, whatever the network (3GPP TS 22.101, 10.1.1)."""
_EXACT_ONLY: Final = frozenset({"BR", "CL", "NI"})
"""Where 911 with digits after it reaches nobody, as `phonenumbers` has it."""
_SHORTEST_LEADING = 3
_LOCAL_DIGITS: Final = 7
_AREA_911: Final = "1911"
"""The North American plan has no area 911 and never will."""
_KEYPAD: Final = str.maketrans("", "", "*#,;")
_NOT_A_NUMBER: Final = "x"

How = Literal["as dialled", "behind a calling code", "with digits after it"]


class Emergency(msgspec.Struct, frozen=True):
    """A number that reaches an emergency service.

    Attributes:
        number: the emergency number in it, as dialled.
        country: ISO 3166-1 alpha-2 where that is known, else None.
        how: how it was written.
    """

    number: str
    country: str | None
    how: How


# Several rules ask of one message: a few thousand are those of the messages at work.
@lru_cache(maxsize=4096)
def emergency_number(raw: str, home: str | None = None) -> Emergency | None:
    """The emergency service that a destination or a numeric sender would reach or pose as, or None.

    Args:
        raw: as written, national or international; text that is no number is never one.
        home: ISO 3166-1 alpha-2 of the country whose network dials it. Without it the emergency numbers of all
            countries count; with it those of that country and the universal ones.

    A valid international number, or a valid national one of `home`, is never taken for an emergency number by the
    digits it begins with.
    """
    written = raw if raw.isascii() and raw.isdigit() else _digits(raw)
    digits = _without_prefix(written)
    coded = _coded().get(digits)
    bare = digits is written
    if coded and (not bare or home is None or _code_of(home) == coded[2]):
        return Emergency(coded[0], coded[1], "behind a calling code")
    if len(digits) <= SHORT_DIGITS:
        dialled = _dialled(digits, home)
        if dialled:
            return dialled
    if digits.startswith(_AREA_911):
        return Emergency("911", None, "with digits after it")
    return _with_digits_after(digits, home) if bare else None


def is_short(raw: str) -> bool:
    """Whether this is a short destination, refused unless the operator opened it: 1 to 6 digits, however written."""
    digits = _without_prefix(_digits(raw))
    return digits.isdigit() and len(digits) <= SHORT_DIGITS


def _digits(raw: str) -> str:
    with contextlib.suppress(ValueError):
        return plain(raw)
    with contextlib.suppress(ValueError):
        return plain(raw.translate(_KEYPAD))
    return _NOT_A_NUMBER


def _without_prefix(written: str) -> str:
    """Without plus or `00`; the very same object where there was none. No calling code begins with a zero."""
    if written[0] == "+":
        return written[1:]
    if written.startswith("00") and not written.startswith("000") and written not in _everywhere():
        return written[2:]
    return written


def _dialled(digits: str, home: str | None) -> Emergency | None:
    if home is None:
        known = _everywhere()
        return Emergency(digits, known[digits], "as dialled") if digits in known else None
    if digits in UNIVERSAL or digits in _numbers_of(home):
        return Emergency(digits, home, "as dialled")
    return None


def _with_digits_after(digits: str, home: str | None) -> Emergency | None:
    """Exchanges connect as soon as the emergency number is complete, whatever follows."""
    if home is None:
        short = digits.startswith("911") and len(digits) <= _LOCAL_DIGITS
        return Emergency("911", None, "with digits after it") if short else None
    if home in _EXACT_ONLY or not digits.startswith(_leading(home)) or _ordinary(digits, home):
        return None
    number = next(lead for lead in _leading(home) if digits.startswith(lead))
    return Emergency(number, home, "with digits after it")


def _ordinary(digits: str, home: str) -> bool:
    """Whether it is a valid number: international, national in `home`, or a short code that `home` knows."""
    code = _code_of(home)
    if _valid(digits) or (code and _valid(f"{code}{digits}")):
        return True
    short = phonenumbers.PhoneNumber(country_code=code, national_number=int(digits))
    return len(digits) <= SHORT_DIGITS and shortnumberinfo.is_valid_short_number_for_region(short, home)


def _valid(digits: str) -> bool:
    try:
        read_destination(digits)
    except BadNumber:
        return False
    return True


@cache
def _everywhere() -> dict[str, str | None]:
    """Every emergency number, with its country where only one has it."""
    known: dict[str, str | None] = dict.fromkeys(UNIVERSAL)
    for record in countries():
        for number in record.emergency_numbers:
            known[number] = None if number in known else record.iso2
    return known


@cache
def _coded() -> dict[str, tuple[str, str | None, int]]:
    """Emergency numbers behind a calling code, also with a national zero between: number, country, code."""
    coded: dict[str, tuple[str, str | None, int]] = {}
    for record in countries():
        for number in UNIVERSAL | record.emergency_numbers:
            for written in (f"{record.calling_code}{number}", f"{record.calling_code}0{number}"):
                several = written in coded
                coded[written] = (number, None if several else record.iso2, record.calling_code)
    return coded


@cache
def _numbers_of(home: str) -> frozenset[str]:
    record = country(home)
    return record.emergency_numbers if record else frozenset()


@cache
def _leading(home: str) -> tuple[str, ...]:
    """Those that can be followed by digits; two digits begin too many ordinary numbers."""
    return tuple(sorted(number for number in UNIVERSAL | _numbers_of(home) if len(number) >= _SHORTEST_LEADING))


def _code_of(home: str) -> int | None:
    record = country(home)
    return record.calling_code if record else None
