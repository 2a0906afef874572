"""Owns reading what several commands are given: names and amounts of credits; must not know any command."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from comity.base.errors import SettingsError
from comity.edges.cli.console import fail

_MICRO: Final = 1_000_000
_LONGEST_NAME: Final = 100
_MOST_MICRO: Final = 1 << 62


def read_name(written: str, what: str) -> str:
    """A name that can be shown: printable, at most 100 characters.

    Raises:
        SettingsError: it is not one.
    """
    name = written.strip()
    if not name or not name.isprintable() or len(name) > _LONGEST_NAME:
        raise SettingsError(f"The {what} needs a name of at most {_LONGEST_NAME} printable characters.")
    return name


def read_line(written: str, what: str, longest: int = _LONGEST_NAME) -> str:
    """What an option says, to be kept and shown in one line; anything else ends the command with a clear line."""
    line = written.strip()
    if not line or not line.isprintable() or len(line) > longest:
        fail(f"The {what} must be 1 to {longest} printable characters, in one line.")
    return line


def read_micro_credits(written: str) -> int | None:
    """Credits as micro-credits; None when it is not an amount of 0 or more, or finer than a micro-credit."""
    try:
        micro = Decimal(written) * _MICRO
    except ArithmeticError:  # no number, or one without bounds
        return None
    if not micro.is_finite() or not 0 <= micro < _MOST_MICRO or micro != micro.to_integral_value():
        return None
    return int(micro)
