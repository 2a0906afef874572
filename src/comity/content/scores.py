"""Owns what a text is scored for, and the shape of a score with its reasons; must not know how any is reached."""

from __future__ import annotations

from typing import Final

import msgspec

CATEGORIES: Final = ("phishing", "fraud", "solicitation", "spam", "obscene", "harassment", "threat", "hate")
"""What every text is scored for. `spam` is promotion as a class, and alone never a reason to refuse."""


class Scores(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """Probabilities, 0 to 1, that a text is of a category, judged by the text alone.

    Attributes:
        phishing: it poses as somebody it is not, to get at people's accounts, devices or trust.
        fraud: it holds out or threatens something to get at people's money.
        solicitation: it asks for codes, cards, passwords or identity numbers, by reply or link.
        spam: it promotes.
        obscene: it is sexually explicit or foul.
        harassment: it insults or hounds whoever reads it.
        threat: it threatens somebody with harm.
        hate: it attacks people for what they are.
    """

    phishing: float = 0.0
    fraud: float = 0.0
    solicitation: float = 0.0
    spam: float = 0.0
    obscene: float = 0.0
    harassment: float = 0.0
    threat: float = 0.0
    hate: float = 0.0

    def of(self, category: str) -> float:
        """The score of a category of `CATEGORIES`."""
        found: float = getattr(self, category)
        return found

    def telling(self) -> dict[str, float]:
        """Those that came to something, as a verdict keeps them."""
        found: dict[str, float] = msgspec.to_builtins(self)
        return found

    def shown(self) -> dict[str, float]:
        """Every category with its score, for those who are shown them."""
        return {category: self.of(category) for category in CATEGORIES}


NOTHING: Final = Scores()


class Sign(msgspec.Struct, frozen=True):
    """A place that speaks for a score: offsets in the text as written, and what was found there, in words."""

    start: int
    end: int
    title: str


class Judged(msgspec.Struct, frozen=True):
    """The judgement of a text for one category.

    Attributes:
        score: probability, 0 to 1, rounded to thousandths.
        kind: which sort of it, in a word or two ("parcel", "wrong number"); "" where there is but one.
        signs: what speaks for it, in reading order.
        against: what spoke against it, in words.
    """

    score: float
    kind: str = ""
    signs: tuple[Sign, ...] = ()
    against: tuple[str, ...] = ()


UNTOUCHED: Final = Judged(0.0)
"""A text in which nothing speaks for a category."""
