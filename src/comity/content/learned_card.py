"""Owns what is told of a learned model: its card; must not know how it weighs, and needs no arrays."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import msgspec

from comity.base.errors import SettingsError

CARD: Final = "card.json"
REMEDY: Final = "Make one with `make train`, or leave the option out for the model that ships."


class Taught(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a category's weights become log-odds.

    Attributes:
        scale: of the sum of a text's weights over the root of their number.
        bias: log-odds where that sum is 0.
        texts: how many texts taught it, by source and "yes" or "no".
    """

    scale: float
    bias: float
    texts: dict[str, dict[str, int]]


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file that it learned from."""

    sha256: str
    rows: int
    licence: str


class Card(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a model is.

    Attributes:
        features: version of the features it weighs.
        bits: binary logarithm of how many buckets there are.
        sha256: digest of `weights.npy`.
        categories: by name, in the order of the columns.
        sources: by name.
    """

    features: int
    bits: int
    sha256: str
    categories: dict[str, Taught]
    sources: dict[str, Source]


def read_card(directory: Path) -> Card:
    """Read a model's card.

    Raises:
        SettingsError: there is none.
    """
    try:
        return msgspec.json.decode((directory / CARD).read_bytes(), type=Card)
    except OSError as error:
        raise SettingsError(f"No model can be read from {directory}: {error.strerror}.", REMEDY) from None
    except msgspec.DecodeError as error:
        raise SettingsError(f"{directory / CARD} is no card of a model ({error}).", REMEDY) from None


def card_octets(card: Card) -> bytes:
    """A card as it is written, a fact a line."""
    found: dict[str, Any] = msgspec.to_builtins(card)
    return msgspec.json.format(msgspec.json.encode(found), indent=2) + b"\n"
