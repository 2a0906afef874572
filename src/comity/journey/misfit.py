"""Owns what is told to somebody whose data does not have the shape that is asked for; must not know files or doors."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

import msgspec

from comity.base.errors import SettingsError
from comity.messages.submission import Category
from comity.policy.shape import dotted, flaw_in, nearest

_UNKNOWN: Final = re.compile(r"^Object contains unknown field `([^`]*)`")
_MISSING: Final = re.compile(r"^Object missing required field `([^`]*)`")
_LONGEST: Final = 100


def misfit(error: msgspec.ValidationError, fields: Iterable[str], whole: str = "The document") -> SettingsError:
    """What does not fit, by the field's name, and how to mend it.

    Args:
        error: what msgspec stopped at.
        fields: names that there are, for advice on a misspelt one.
        whole: what to call the data where the outermost of it is meant.
    """
    said, flaw = str(error), flaw_in(error, Category)
    where = dotted(flaw.path) if flaw.path else whole
    unknown, missing = _UNKNOWN.match(said), _MISSING.match(said)
    if unknown:
        name = unknown[1][:_LONGEST]
        return SettingsError(f"{where} has no field {name!r}.", nearest(name, fields))
    if missing:
        return SettingsError(f"{where} lacks {missing[1]!r}.", f"Add {missing[1]}.")
    what = flaw.what.replace(dotted(()), whole, 1) if not flaw.path else flaw.what
    return SettingsError(_cut(what), flaw.remedy)


def _cut(what: str) -> str:
    return what if len(what) <= 3 * _LONGEST else f"{what[: 3 * _LONGEST]}..."
