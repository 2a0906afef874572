"""Owns how a receipt's message id meets the id of its submit_sm_resp; must not know where keys are stored.

SMPP 3.4 calls a message id opaque. Carriers nevertheless answer submit_sm with
`0A1B`, and report on `2587`, on `a1b`, or on `0000002587`. How a carrier does it is
its quirk and is configured as an `IdForm`; `AUTO` meets all of these at the price
that two ids of one carrier could, rarely, meet by accident.
"""

from __future__ import annotations

import enum
import re
from typing import Final, Literal, TypeAlias

Origin: TypeAlias = Literal["submit", "receipt"]

_DECIMAL: Final = re.compile(r"[0-9]+")
_HEX: Final = re.compile(r"[0-9a-f]+")
# No carrier counts messages beyond 64 bits; longer digits are a UUID or a text, and have no other base.
_MAX_NUMBER: Final = 1 << 64


class IdForm(enum.Enum):
    """How a carrier writes message ids."""

    EXACT = "exact"
    DECIMAL = "decimal"
    HEX = "hex"
    RESP_HEX_RECEIPT_DECIMAL = "resp_hex_receipt_decimal"
    RESP_DECIMAL_RECEIPT_HEX = "resp_decimal_receipt_hex"
    AUTO = "auto"


# The base each end writes numbers in.
_BASES: Final[dict[IdForm, dict[str, int]]] = {
    IdForm.DECIMAL: {"submit": 10, "receipt": 10},
    IdForm.HEX: {"submit": 16, "receipt": 16},
    IdForm.RESP_HEX_RECEIPT_DECIMAL: {"submit": 16, "receipt": 10},
    IdForm.RESP_DECIMAL_RECEIPT_HEX: {"submit": 10, "receipt": 16},
}


def correlation_key(message_id: str, origin: Origin, form: IdForm = IdForm.AUTO) -> str:
    """The key to store a submit's id under, or to look a receipt's id up by.

    An id that is no number in the base its form promises is only folded: lower case, no leading zeros.
    """
    if form is IdForm.EXACT:
        return message_id
    folded = _fold(message_id)
    base = _BASES[form][origin] if form in _BASES else None
    number = None if base is None else _number(folded, base)
    return folded if number is None else str(number)


def candidates(message_id: str, form: IdForm = IdForm.AUTO) -> tuple[str, ...]:
    """Every key under which the submit of a receipt's id may be stored, the likeliest first.

    Made for `key = ANY(candidates)`: for each way in which a carrier rewrites an id,
    `correlation_key(id in the response, "submit", form)` is among them.
    """
    if form is not IdForm.AUTO:
        return (correlation_key(message_id, "receipt", form),)
    return id_keys(message_id)


def id_keys(message_id: str) -> tuple[str, ...]:
    """The id folded, then as hexadecimal if it may be decimal, then as decimal if it may be hexadecimal; no doubles."""
    folded = _fold(message_id)
    keys = [folded]
    as_decimal, as_hex = _number(folded, 10), _number(folded, 16)
    if as_decimal is not None:
        keys.append(f"{as_decimal:x}")
    if as_hex is not None:
        keys.append(str(as_hex))
    return tuple(dict.fromkeys(keys))


def _fold(message_id: str) -> str:
    """Lower case, without blanks around, `0x` and leading zeros; an id of zeros alone is `0`."""
    bare = message_id.strip().lower().removeprefix("0x")
    return bare.lstrip("0") or bare[:1]


def _number(folded: str, base: int) -> int | None:
    if not (_DECIMAL if base == 10 else _HEX).fullmatch(folded):  # noqa: PLR2004  the base itself
        return None
    number = int(folded, base)
    return number if number < _MAX_NUMBER else None
