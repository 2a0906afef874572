"""Owns the day that a policy's files name as their beginning; must not know why another is wanted."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import date
from typing import Final

from comity.base.errors import SettingsError
from comity.policy.places import lines_of
from comity.policy.tree import ROOT

_EFFECTIVE: Final = re.compile(r"^(\s*effective\s*=\s*)[^#\s]+", re.MULTILINE)


def with_effective(files: Mapping[str, str], day: date) -> dict[str, str]:
    """The files with this effective date in `policy.toml`, so that text, digest and date agree.

    Raises:
        SettingsError: it is written in a way that cannot be written over; nothing may hold from another day than asked.
    """
    text = files.get(ROOT, "")
    # What else ends a line elsewhere, TOML counts as part of it.
    lines = text.split("\n")
    line = lines_of(text).get(("effective",))
    if line is None:
        lines.insert(0, f"effective = {day}")
    else:
        lines[line - 1] = _EFFECTIVE.sub(rf"\g<1>{day}", lines[line - 1], count=1)
    dated = "\n".join(lines)
    if not _names(dated, day):
        raise SettingsError("The day in policy.toml is written in an unusual way.", f"Write it as: effective = {day}")
    return {**files, ROOT: dated}


def _names(text: str, day: date) -> bool:
    try:
        return tomllib.loads(text).get("effective") == day
    except (ValueError, RecursionError):
        return True  # it is no policy at all, which is told where it is read
