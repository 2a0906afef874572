"""Owns what a freeze stops: which messages it is about; must not know how it came about, or how it ends (P9)."""

from __future__ import annotations

import msgspec

from comity.complaints.complaint import FreezeKind
from comity.complaints.weighing import SPARED
from comity.text.similar import NOTHING_TO_COMPARE, distance


class Frozen(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """A freeze in force, as the road of a message sees it.

    Attributes:
        case: the id of the case that what it holds waits in, as its account knows it.
        kind: by what it is known: a template, one text, or a sender.
        key: the template's or text's key in decimal, or the sender's canonical key.
        similarity: hash of the text; 0 stops nothing but what has the key.
        distance: what is no further from it (of 64 bits) is stopped too.
        codes: one-time codes and alerts are stopped too.
    """

    case: str
    kind: FreezeKind
    key: str
    similarity: int = NOTHING_TO_COMPARE
    distance: int = 0
    codes: bool = False


class Seen(msgspec.Struct, frozen=True, gc=False):
    """What of a message freezes look at."""

    category: str
    sender_key: str
    text_key: int
    template: int | None
    similarity: int | None


def stops(freeze: Frozen, message: Seen) -> bool:
    """Whether a freeze stops a message. `complaint_frozen` of the database says the same of messages that wait."""
    if message.category in SPARED and not freeze.codes:
        return False
    if freeze.kind == "sender":
        return freeze.key == message.sender_key
    own = message.template if freeze.kind == "template" else message.text_key
    return freeze.key == str(own) or _is_near(freeze, message.similarity)


def _is_near(freeze: Frozen, similarity: int | None) -> bool:
    if NOTHING_TO_COMPARE in (freeze.similarity, similarity) or similarity is None:
        return False
    return distance(freeze.similarity, similarity) <= freeze.distance
