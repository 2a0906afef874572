"""Owns the day that a policy's files name as their beginning; must not know why another is wanted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Final

from comity.policy.places import lines_of
from comity.policy.tree import ROOT

_EFFECTIVE: Final = re.compile(r"^(\s*effective\s*=\s*)[^#\s]+", re.MULTILINE)


def with_effective(files: Mapping[str, str], day: date) -> dict[str, str]:
    """The files with this effective date in `policy.toml`, so that text, digest and date agree."""
    text = files.get(ROOT, "")
    lines = text.splitlines(keepends=True)
    line = lines_of(text).get(("effective",))
    if line is None:
        lines.insert(0, f"effective = {day}\n")
    else:
        lines[line - 1] = _EFFECTIVE.sub(rf"\g<1>{day}", lines[line - 1], count=1)
    return {**files, ROOT: "".join(lines)}
