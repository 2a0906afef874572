"""Owns one text with all that the judges of categories read of it; must not know how a judge weighs it.

Everything dear is worked out when first asked for, and once.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Final

import msgspec

from comity.content.codes import Code, code_of
from comity.content.cues import Searched, searched
from comity.content.cues_shapes import Places, shapes_of
from comity.content.cues_weighed import first_places
from comity.content.leads import Lead, Standing, leads_of, strongest
from comity.content.learned import NO_ODDS, LogOdds
from comity.content.reading import Reading, reading_of
from comity.content.scores import Sign
from comity.content.speech import Speech, speech_of


class NamedBrand(msgspec.Struct, frozen=True):
    """A protected name in a text.

    Attributes:
        start: where it begins, in offsets of `Unmasked.plain`.
        end: where it ends there.
        name: as the register writes it.
        kind: what the brand does, as the register says ("bank", "parcels", "government", ...).
        speaks: log-odds that the text speaks in this name, and does not only mention it.
        links: whether the text's links are its own ("own"), carry its name and are not ("imitated"), or are others'
            ("other"); "" where there is none.
    """

    start: int
    end: int
    name: str
    kind: str
    speaks: float
    links: str


class Analysis:
    """One text.

    Args:
        text: as written, or its template.
        brands: the protected names in it, which the caller looked up.
        learned: what the learned model says of it, log-odds by category.
        personal: whether one person may be writing to another.
        standings: what the caller's registers say of each link of the text, in the order of `reading.links`.
    """

    def __init__(
        self,
        text: str,
        brands: Sequence[NamedBrand] = (),
        learned: LogOdds = NO_ODDS,
        *,
        personal: bool = True,
        standings: Sequence[Standing] = (),
    ) -> None:
        self.text = text
        self.brands: Final = tuple(brands)
        self.learned: Final = learned
        self.personal: Final = personal
        self.standings: Final = tuple(standings)
        self.reading: Final[Reading] = reading_of(text)

    @cached_property
    def searched(self) -> Searched:
        """The text searched for all words of all lists."""
        return searched(self.reading)

    @cached_property
    def places(self) -> Places:
        """Where each list of words is met first, in the text searched."""
        return first_places(self.searched.marks)

    @cached_property
    def shapes(self) -> Places:
        """Amounts, percentages, links and telephone numbers, as `cues_shapes` finds them."""
        return shapes_of(self.searched, self.reading)

    @cached_property
    def leads(self) -> tuple[Lead, ...]:
        """Where each link leads as far as it tells by itself, and numbers that say something of themselves."""
        return leads_of(self.reading, self.standings)

    @property
    def lead(self) -> Lead | None:
        """The lead that speaks most for leading astray; None where there is neither link nor telling number."""
        return strongest(self.leads)

    @cached_property
    def code(self) -> Code:
        """The one-time code that it gives, if any; where `is_genuine`, no words around it make a case."""
        return code_of(self.searched, self.reading, any(brand.links == "own" for brand in self.brands))

    @cached_property
    def speech(self) -> Speech:
        """As whom it speaks, what it asks, how it presses, and where it leads."""
        return speech_of(self)

    def has(self, *lists: str) -> bool:
        """Whether any of these lists of words is met."""
        places = self.places
        return any(name in places for name in lists)

    def sign(self, start: int, end: int, title: str) -> Sign:
        """A sign at a stretch of the text searched."""
        return Sign(*self.searched.span(start, end), title)
