"""Owns reading a message's text once for all who judge it; must not know any rule."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from comity.text.links import Link, find_links
from comity.text.unmask import Unmasked, unmask

# Messages at work at one time, and the texts of campaigns; each keeps a few kilobytes.
_MOST_KEPT: Final = 2048


class Reading:
    """A text and what reading it gives; each worked out at most once, when first asked for.

    Attributes:
        text: as written.
    """

    __slots__ = ("_links", "_unmasked", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._unmasked: Unmasked | None = None
        self._links: tuple[Link, ...] | None = None

    @property
    def unmasked(self) -> Unmasked:
        """The text as people see it."""
        if self._unmasked is None:
            self._unmasked = unmask(self.text)
        return self._unmasked

    @property
    def links(self) -> tuple[Link, ...]:
        """The links in it, in the order of the text."""
        if self._links is None:
            self._links = find_links(self.unmasked)
        return self._links


@lru_cache(maxsize=_MOST_KEPT)
def reading_of(text: str) -> Reading:
    """Return the reading of a text, the same one to all who ask while it is remembered."""
    return Reading(text)
