"""Owns whether a message is of a brand that its recipient asked to be left alone by; must not know any store.

The last look before a message goes, for what was asked while it waited: wider than acceptance, which knows more of
brands. A brand counts however it is written: whatever stands between its letters, from a word's beginning on; as it
was told to us also within a word.
"""

from __future__ import annotations

import re
from typing import Final

_APART: Final = re.compile(r"[\W_]+")


def names_brand(text: str, sender: str, brand: str) -> bool:
    """Whether a text or its sender names the brand."""
    lowered = text.lower()
    if brand.lower() in lowered:
        return True
    letters = _APART.sub("", brand.lower())
    if not letters:
        return False
    if _APART.sub("", sender.lower()) == letters:
        return True
    spelled = " " + " ?".join(map(re.escape, letters))
    return re.search(spelled, " " + _APART.sub(" ", lowered)) is not None
