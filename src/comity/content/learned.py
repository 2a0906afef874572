"""Owns what a learned model says of texts: log-odds by category; must not know what follows from them.

    learned_of(texts)                     by the model that ships with Comity
    learned_of(texts, Model.load(path))   by another one

A model is small, linear and made by `comity.training`; docs/explanation/model-card.md says what it learned from.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from comity.content.learned_model import Model

LogOdds = dict[str, float]
"""By category of `scores.CATEGORIES`; 0 is even, and a category it was not taught is not in it."""

NO_ODDS: Final[LogOdds] = {}


def learned_of(texts: Sequence[str], model: Model | None = None) -> list[LogOdds]:
    """Return what a model, by default the one that ships, says of each text.

    All at once: a batch costs far less than each alone, and gives the same to the last bit. Digits count by their
    number only, so that a template is judged as its messages are.
    """
    return (model or shipped_model()).odds_of(texts)


@cache
def shipped_model() -> Model:
    """The model that ships with Comity, read when first needed: arrays take a quarter of a second to import."""
    from comity.content.learned_model import Model  # noqa: PLC0415  not every process judges

    return Model.load(shipped_directory())


def shipped_directory() -> Path:
    """Where the model that ships lies."""
    return Path(str(resources.files("comity.content").joinpath("model")))
