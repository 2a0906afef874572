"""Owns the paging of Smstools lists: limit 1 to 2000, page from 1; must not know what is listed."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from comity.smstools import codes
from comity.smstools.codes import DialectError

DEFAULT_LIMIT: Final = 100
MAX_LIMIT: Final = 2000
# Deeper pages cost as much as all before them.
DEEPEST: Final = 100_000


class Page(msgspec.Struct, frozen=True):
    """The page asked for."""

    limit: int = DEFAULT_LIMIT
    number: int = 1

    @property
    def offset(self) -> int:
        """Items before it."""
        return (self.number - 1) * self.limit


def read_page(query: dict[str, str]) -> Page:
    """The page that a query asks for.

    Raises:
        DialectError: 135 or 136.
    """
    limit = _whole(query.get("limit", ""), DEFAULT_LIMIT)
    number = _whole(query.get("page", ""), 1)
    if limit is None or not 1 <= limit <= MAX_LIMIT:
        raise DialectError(codes.LIMIT)
    if number is None or number < 1:
        raise DialectError(codes.PAGE)
    page = Page(limit, number)
    if page.offset > DEEPEST:
        raise DialectError(codes.PAGE, f"A list is paged up to {DEEPEST} items; narrow it with from and to.")
    return page


def page_of(page: Page, total: int, name: str, items: list[Any]) -> dict[str, Any]:
    """`{"total", "shown", "page", "limit", NAME: items}`."""
    return {"total": total, "shown": len(items), "page": page.number, "limit": page.limit, name: items}


def _whole(written: str, otherwise: int) -> int | None:
    if not written:
        return otherwise
    return int(written) if written.isascii() and written.isdecimal() and len(written) <= 12 else None  # noqa: PLR2004  no int of a megabyte
