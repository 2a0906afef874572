"""Owns what a learned model says of texts: log-odds by category; must not know what follows from them.

    learned_of(texts)               by the model that ships with Comity
    with judged_by(model): ...      everything in here by another one, to compare them

A model is small, linear and made by `comity.training`; docs/explanation/model-card.md says what it learned from, and
why the one that ships was taught nothing.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from contextvars import ContextVar
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Final

from comity.content.learned_card import Card, read_card

if TYPE_CHECKING:
    from comity.content.learned_model import Model

LogOdds = dict[str, float]
"""By category of `scores.CATEGORIES`; 0 is even, and a category it was not taught is not in it."""

NO_ODDS: Final[LogOdds] = {}

_ANOTHER: Final[ContextVar[Model | None]] = ContextVar("another model", default=None)


def learned_of(texts: Sequence[str]) -> list[LogOdds]:
    """Return what the model says of each text.

    All at once: a batch costs far less than each alone, and gives the same to the last bit. Digits count by their
    number only, so that a template is judged as its messages are.
    """
    another = _ANOTHER.get()
    if another is not None:
        return another.odds_of(texts)
    return shipped_model().odds_of(texts) if shipped_card().categories else [NO_ODDS] * len(texts)


@contextlib.contextmanager
def judged_by(model: Model) -> Iterator[None]:
    """Ask another model than the one that ships. Whoever remembers scores must begin anew."""
    before = _ANOTHER.set(model)
    try:
        yield
    finally:
        _ANOTHER.reset(before)


@cache
def shipped_card() -> Card:
    """The card of the model that ships."""
    return read_card(shipped_directory())


@cache
def shipped_model() -> Model:
    """The model that ships with Comity, read when first needed: arrays take a quarter of a second to import."""
    from comity.content.learned_model import Model  # noqa: PLC0415  not every process judges

    return Model.load(shipped_directory())


def shipped_directory() -> Path:
    """Where the model that ships lies."""
    return Path(str(resources.files("comity.content").joinpath("model")))
