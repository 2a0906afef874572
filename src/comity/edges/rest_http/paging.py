"""Owns lists in pages: opaque cursors that hold their place while rows come and go; must not know any list."""

from __future__ import annotations

import base64
import binascii
from typing import Any, Final, Generic, TypeVar

import msgspec

from comity.edges.rest_http.problems import UNREADABLE, ProblemError

T = TypeVar("T")
PAGE_OF: Final = "PageOf"
"""How the OpenAPI document calls pages, before the name of what is on them."""
MOST: Final = 200
USUAL: Final = 50
_LONGEST: Final = 400


class Page(msgspec.Struct, Generic[T], frozen=True):
    """A page of a list.

    Attributes:
        items: what is on it, in order.
        next: the cursor of the next page; null on the last.
    """

    items: list[T]
    next: str | None = None


def cursor_of(place: Any) -> str:  # noqa: ANN401  any value that JSON can hold
    """A place in a list as a word that callers give back as it is."""
    return base64.urlsafe_b64encode(msgspec.json.encode(place)).decode().rstrip("=")


def place_of(cursor: str | None, kind: Any) -> Any:  # noqa: ANN401  a type, and a value of it or None
    """The place that a cursor stands for; None without one.

    Raises:
        ProblemError: nobody was given this cursor for such a list.
    """
    if not cursor:
        return None
    try:
        padded = cursor[:_LONGEST] + "=" * (-len(cursor[:_LONGEST]) % 4)
        raw = base64.b64decode(padded, altchars=b"-_", validate=True)
        return msgspec.json.decode(raw, type=kind)
    except (ValueError, binascii.Error, msgspec.DecodeError):
        raise ProblemError(
            UNREADABLE, "This is no cursor of this list.", "Give back `next` as it came, or leave it out to begin."
        ) from None


def size_of(limit: int | None) -> int:
    """How many to show at most.

    Raises:
        ProblemError: it is not between 1 and `MOST`.
    """
    if limit is None:
        return USUAL
    if not 1 <= limit <= MOST:
        raise ProblemError(UNREADABLE, f"limit is {limit}.", f"Give 1 to {MOST}.")
    return limit
