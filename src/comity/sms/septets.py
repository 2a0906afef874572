"""Owns the packing of septets into octets; must not know what the septets mean.

Source: 3GPP TS 23.038 6.1.2.1 (packing) and 3GPP TS 23.040 9.2.3.24 (fill bits after a header).
"""

from __future__ import annotations

from typing import Final

_SEPTET_BITS: Final = 7
_SEPTET_MAX: Final = 0x7F


def fill_bits(header_octets: int) -> int:
    """Returns how many bits (0 to 6) follow a header of so many octets until the next septet begins."""
    return -8 * header_octets % _SEPTET_BITS


def pack_septets(septets: bytes, *, fill: int = 0) -> bytes:
    """Packs septets, given one an octet, eight into seven octets.

    Args:
        septets: values 0 to 127.
        fill: bits of zero before the first septet, 0 to 6; see `fill_bits`.

    Raises:
        ValueError: an octet is above 127, or the fill is out of range.
    """
    _check_fill(fill)
    if septets and max(septets) > _SEPTET_MAX:
        raise ValueError("A septet is at most 127.")
    packed = sum(septet << (fill + _SEPTET_BITS * index) for index, septet in enumerate(septets))
    bits = fill + _SEPTET_BITS * len(septets)
    return packed.to_bytes((bits + 7) // 8 if septets else 0, "little")


def unpack_septets(packed: bytes, count: int, *, fill: int = 0) -> bytes:
    """Unpacks `count` septets into one octet each.

    The count is needed: seven spare bits look the same as a septet of zero, which is the character `@`.

    Raises:
        ValueError: the octets are too few for the count, the count is negative, or the fill is out of range.
    """
    _check_fill(fill)
    if count < 0 or (count and fill + _SEPTET_BITS * count > 8 * len(packed)):
        raise ValueError("The packed octets do not hold so many septets.")
    bits = int.from_bytes(packed, "little") >> fill
    return bytes(bits >> (_SEPTET_BITS * index) & _SEPTET_MAX for index in range(count))


def _check_fill(fill: int) -> None:
    if not 0 <= fill < _SEPTET_BITS:
        raise ValueError("The fill is 0 to 6 bits.")
