"""Features that are shapes and no words: amounts, percentages, links, telephone numbers; must not weigh them."""

from __future__ import annotations

import re
from typing import Final

from comity.content.cues import Searched
from comity.content.reading import Reading

# Every repetition is bounded, so that no text can make a search quadratic.
_UNITS: Final = (
    "euros?|eur|usd|gbp|pounds?|quid|dollars?|tl|try|lira|zl|pln|kr|sek|kc|czk|lei|ron|rp|idr|ribu|juta|jt|rs|inr|"
    "lakh|brl|reais|chf|naira|rub|aed|sar"
)
_AMOUNT: Final = re.compile(
    rf"[€$£₹₺]\s?\d[\d.,]{{0,12}}|(?<![a-z])(?:rp|rs|inr|usd|eur|gbp|brl|idr|aed|sar|r\$)\.?\s?\d[\d.,]{{0,12}}"
    rf"|(?<!\d)\d[\d., ]{{0,12}}\s?(?:[€$£₹₺元руб]|(?:{_UNITS})(?![a-z]))"
)
_PERCENT: Final = re.compile(r"(?<!\d)\d{1,3}(?:[.,]\d{1,2})?\s?%|%\s?\d{1,3}(?!\d)")
_PHONE: Final = re.compile(r"(?<![\d.,/])\+?\d[\d ().]{6,16}\d(?!\d)")

Places = dict[str, tuple[int, int]]


def shapes_of(text: Searched, reading: Reading) -> Places:
    """Return where an amount, a percentage, a link and a telephone number are met first, in the text searched.

    A link's place is not known there and given as the whole text.
    """
    found = {
        name: match.span()
        for name, pattern in (("amount", _AMOUNT), ("percent", _PERCENT), ("phone", _PHONE))
        if (match := pattern.search(text.text))
    }
    if reading.links:
        found["link"] = (0, len(text.text))
    return found
