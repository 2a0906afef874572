"""Owns what a text's links and numbers say of where they lead; must not know brands, policies, or the words around.

    leads_of(reading, standings)            a `Lead` for each link and each number that says something

Nothing is ever fetched or resolved. What a caller's registers say of a link comes in as its `Standing`.

What cannot be seen: a page put on somebody's honest site, a short domain that is new, and a plain name under an
ending that everybody has all look like any other link. About half of the hosts of reported smishing do
(`bench/evaluate_links.py`), so a lead is one reason among others and never a verdict. A telephone number tells by its
first three digits and only where it is written without gaps, as templates keep no more of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from typing import Final

import msgspec

from comity.content.leads_names import judged, yours
from comity.content.leads_numbers import numbers_in
from comity.content.leads_weights import Part
from comity.content.reading import Reading
from comity.text.links import Link


class Standing(msgspec.Struct, frozen=True):
    """What registers say of one link.

    Attributes:
        yours: whether it leads to a domain of the account itself.
        known: whether it leads to a domain of a protected name, as the register has them.
        shortener: whether its host is a public shortener.
        imitates: the protected name that its host can be taken for; "" for none.
        likeness: how surely, 0 to 1.
    """

    yours: bool = False
    known: bool = False
    shortener: bool = False
    imitates: str = ""
    likeness: float = 0.0


class Lead(msgspec.Struct, frozen=True):
    """Where a link or number leads, as far as it tells by itself.

    Attributes:
        kind: what says most of it: a name in `data/leads.toml` ("shortener", "known", "hosting", "bait", ...), or
            "imitation".
        odds: log-odds that it leads to phishing, at even odds before: 0 says nothing, -4 that it hardly can.
        title: the kind in words.
        span: where it stands, in offsets of the text as written.
    """

    kind: str
    odds: float
    title: str
    span: tuple[int, int]


_NOTHING_KNOWN: Final = Standing()


def leads_of(reading: Reading, standings: Sequence[Standing] = ()) -> tuple[Lead, ...]:
    """Return the leads of a text: of its links in their order, then of its numbers.

    Args:
        reading: the text.
        standings: what is known of each of `reading.links`, in that order; nothing of those that are left out.
    """
    links = reading.links
    found = [_lead(link, known) for link, known in zip_longest(links, standings[: len(links)], fillvalue=None) if link]
    return (*found, *(Lead(part.kind, part.odds, part.title, span) for part, span in numbers_in(reading)))


def strongest(leads: Sequence[Lead]) -> Lead | None:
    """The lead that says most that it leads astray: a text is as good as its worst link."""
    return max(leads, key=lambda lead: lead.odds, default=None)


def _lead(link: Link, known: Standing | None) -> Lead:
    standing = known or _NOTHING_KNOWN
    if standing.yours:
        most = yours()
        return Lead(most.kind, most.odds, most.title, link.span)
    imitation = Part.of_imitation(standing.imitates, standing.likeness) if standing.imitates else None
    most, odds = judged(link, known=standing.known, shortener=standing.shortener, imitation=imitation)
    return Lead(most.kind, odds, most.title, link.span)
