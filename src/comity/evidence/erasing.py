"""Owns what the law needs of a person's data after an erasure, and the life of a request; must not know tables or keys.

Articles are those of Regulation (EU) 2016/679 (GDPR); other laws know the same exceptions by other names.
"""

from __future__ import annotations

import enum
from typing import Final

import msgspec


class State(enum.StrEnum):
    """Where a request to erase stands."""

    ASKED = "asked"
    # messages to the number are still to be sent or reviewed
    WAITING = "waiting"
    # an authority ordered that it be kept
    PRESERVED = "preserved"
    DONE = "done"


class Found(msgspec.Struct, frozen=True):
    """What is in an erasure's way."""

    preserved: bool = False
    waiting: int = 0


class Kept(msgspec.Struct, frozen=True):
    """Something that outlives an erasure.

    Attributes:
        what: of what kind.
        why: which law needs it, in a sentence.
        until: until when, in words.
    """

    what: str
    why: str
    until: str


def next_state(found: Found) -> State:
    """What comes of an attempt: who must keep it keeps it, who waits is waited for, else it is done."""
    if found.preserved:
        return State.PRESERVED
    return State.WAITING if found.waiting else State.DONE


# Kinds of entries of the evidence log that are sealed with a key of their own, which an erasure leaves alone.
LAW_KEPT: Final[frozenset[str]] = frozenset({"consent", "withdrawal", "proof"})

_UNTIL_CLAIMS: Final = "the retention of consents ends, counted from when it was taken back or ran out"
KEPT: Final[dict[str, Kept]] = {
    "opt_outs": Kept(
        "opt-outs",
        "Who objected must not be written to again (Articles 21(3) and 17(3)(b)): the number is what is compared.",
        "the person takes it back",
    ),
    "consents": Kept(
        "consents",
        "The sender must be able to show that the person agreed (Articles 7(1) and 17(3)(e)).",
        _UNTIL_CLAIMS,
    ),
    "withdrawals": Kept(
        "withdrawals",
        "That a consent was taken back, and when, is needed to honour it and for claims (Articles 7(3), 17(3)(e)).",
        _UNTIL_CLAIMS,
    ),
    "proofs": Kept(
        "proof of opt-in",
        "What was proven of a consent when it was asked for is needed to answer claims (Article 17(3)(e)).",
        _UNTIL_CLAIMS,
    ),
    "complaints": Kept(
        "complaints that are open, or what they led to can be appealed",
        "A complaint is handled, counted with others and answered for (Articles 6(1)(c), 17(3)(e)).",
        "184 days after one was upheld, 42 days after another end; then what it says is erased by itself",
    ),
    "evidence": Kept(
        "entries of the evidence log on consents, withdrawals and their proof",
        "They prove the above in court (Article 17(3)(e)); they are sealed with a key of their own.",
        "that key is destroyed: `comity evidence erase`",
    ),
    "charges": Kept(
        "charges, without the number",
        "Books are kept (Article 17(3)(b) with the tax law of the seller's country).",
        "the operator's books may be destroyed",
    ),
}
