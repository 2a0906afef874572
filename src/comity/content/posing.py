"""Owns judging whether a text poses as a person its reader knows, or mistakes for one; must not know who sends it.

A child with a new telephone, a superior in a meeting, a stranger with the wrong number: they lead nowhere yet, and ask
for little. Only several signs together count, since people really do break telephones and change numbers.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

import msgspec

from comity.content.cues_weighed import Weights, weights_of

if TYPE_CHECKING:
    from comity.content.analysis import Analysis

# By the list that makes the case, the surest first: whom it poses as.
_KINDS: Final = {
    "claims_relative": "relative",
    "relative_word": "relative",
    "claims_employer": "superior",
    "wrong_number": "wrong number",
    "still_on": "wrong number",
}
_IN_NEED: Final = frozenset({"relative_word", "favour"})
_BROKEN: Final = frozenset({"phone_noun", "is_broken"})
_PHONE: Final = "trouble_phone"
_GIFTS: Final = "gift_cards"
_CORE: Final = frozenset({*_KINDS, _PHONE, _GIFTS}) - {"relative_word"}
_MOST_OF_STRANGER: Final = 2.0
"""A stranger's opening is held at most: nothing shows that it is not meant for whoever reads it."""


class Posed(msgspec.Struct, frozen=True):
    """Whom a text poses as.

    Attributes:
        odds: log-odds that it does.
        kind: "relative", "superior", "wrong number" or "friend".
        places: the words that speak for it, in offsets of the text searched.
        against: what speaks against it, in words.
    """

    odds: float
    kind: str
    places: dict[str, tuple[int, int]]
    against: tuple[str, ...] = ()


def posed(analysis: Analysis) -> Posed | None:
    """Judge whether a text poses as a person; None where nothing of the kind is in it."""
    if _CORE.isdisjoint(analysis.places) and not analysis.places.keys() >= _IN_NEED:
        return None
    model = posing()
    words = {name: place for name, place in analysis.places.items() if name in model.weights}
    if not analysis.personal:
        words.pop("kind_chat", None)
    found = words | dict.fromkeys(_shapes(analysis), (0, 0))
    kind = next((kind for name, kind in _KINDS.items() if name in words), "friend")
    odds = model.log_odds(found)
    return Posed(
        min(odds, _MOST_OF_STRANGER) if kind == "wrong number" else odds,
        kind,
        {name: place for name, place in words.items() if model.weights[name] > 0},
        tuple(model.title(name) for name in found if model.weights[name] < 0),
    )


def _shapes(analysis: Analysis) -> list[str]:
    shapes = ["road_number"] if "phone" in analysis.shapes else []
    if analysis.places.keys() >= _BROKEN:
        shapes.append("broken_phone")
    return [*shapes, "own_link"] if analysis.speech.road in {"own", "known"} else shapes


@cache
def posing() -> Weights:
    """The model, made when first needed: not every process judges texts."""
    return weights_of("posing")
