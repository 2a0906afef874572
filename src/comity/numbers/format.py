"""Owns what the number-formatting service says of a number; must not know its wire format."""

from __future__ import annotations

from typing import Final

import msgspec
import phonenumbers

from comity.numbers.plan import Kind
from comity.numbers.read import BadNumber, Destination, NumberFault, read_destination

_MAX_WRITTEN = 64
_TYPES: Final = {
    Kind.MOBILE: "MOBILE",
    Kind.FIXED: "FIXED_LINE",
    Kind.FIXED_OR_MOBILE: "FIXED_LINE_OR_MOBILE",
    Kind.TOLL_FREE: "TOLL_FREE",
    Kind.PREMIUM: "PREMIUM_RATE",
    Kind.SHARED_COST: "SHARED_COST",
    Kind.VOIP: "VOIP",
    Kind.PERSONAL: "PERSONAL_NUMBER",
    Kind.PAGER: "PAGER",
    Kind.UAN: "UAN",
    Kind.VOICEMAIL: "VOICEMAIL",
    Kind.SATELLITE: "MOBILE",
    Kind.UNKNOWN: "UNKNOWN",
}
"""libphonenumber's words, which clients of such services expect."""


class Formatted(msgspec.Struct, frozen=True, kw_only=True):
    """One number, looked up.

    Attributes:
        valid: whether a numbering plan knows it.
        number_type: libphonenumber's word, `UNKNOWN` when not valid.
        prefix_code: the calling code, 0 when not known.
        region_code: ISO 3166-1 alpha-2; empty when not known or of no country.
        formatted_number: E.164 with its plus, as one dials it; empty when not valid.
        error: one sentence, empty when valid.
    """

    valid: bool
    number_type: str
    prefix_code: int
    region_code: str
    formatted_number: str
    error: str


def format_number(number: str, country_code: str | None = None) -> Formatted:
    """Look up a number as written, national when a country is named, else international.

    Args:
        number: in any common notation.
        country_code: ISO 3166-1 alpha-2 in any case, whose national numbers are understood too; empty or None for none.

    Never raises for wrong input: it says so in `error`.
    """
    region = (country_code or "").strip().upper()
    if region and region not in phonenumbers.SUPPORTED_REGIONS:
        return _refused("The country code must be two letters of ISO 3166-1, like BE.")
    try:
        return _said(read_destination(_national(number, region) or number))
    except BadNumber as bad:
        if not region:
            return _refused(bad.what)
        what = f"The number is not valid in {region}." if bad.reason is NumberFault.NO_COUNTRY_CODE else bad.what
        return _refused(what, phonenumbers.country_code_for_region(region), region)


def _national(number: str, region: str) -> str | None:
    """The number in international form when it is a valid one of the region or was written internationally."""
    if not region or len(number) > _MAX_WRITTEN or any(letter.isalpha() for letter in number):
        return None
    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(parsed):
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def _said(dest: Destination) -> Formatted:
    return Formatted(
        valid=True,
        number_type=_TYPES[dest.kind],
        prefix_code=dest.calling_code,
        region_code=dest.country or "",
        formatted_number=f"+{dest.e164}",
        error="",
    )


def _refused(error: str, prefix_code: int = 0, region_code: str = "") -> Formatted:
    return Formatted(
        valid=False,
        number_type=_TYPES[Kind.UNKNOWN],
        prefix_code=prefix_code,
        region_code=region_code,
        formatted_number="",
        error=error,
    )
