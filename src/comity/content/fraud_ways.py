"""Owns the shapes of how fraud is to be answered: mobile and fixed numbers, pages for nothing; must not weigh them.

Numbers are judged as templates keep them: the first three digits where a number is written without gaps, lengths alone
where it is not. Hyphens are spaces here, as in every text that was searched.
"""

from __future__ import annotations

import re
from typing import Final

from comity.content.cues_shapes import Places

# Every repetition is bounded, so that no text can make a search quadratic.
_MOBILE: Final = re.compile(
    r"(?<![\d/])(?:\+?(?:62|60|00) ?|0)[18]\d[\dx]{6,11}(?![\dx])"
    r"|(?<![\d/] )(?<![\d/])0(?:8\d|1\d|00)\d? \d{3,4} \d{3,5}(?! ?\d)|(?<![\d/])0(?:8\d|00)\d{4,6} \d{4}(?! ?\d)"
)
_FIXED: Final = re.compile(r"(?<![\d/] )(?<![\d/])\(?0\d{2,3}\)? \d{6,8}(?! ?\d)|(?<![\d/])02[1-9]\d{6,8}(?!\d)")
# Hosts that give pages away, and endings that cost nothing; also cut off, or written beside a link that is none.
_FREE_PAGE: Final = re.compile(
    r"[.,](?:blogspot|webs|jimdo|jimdofree|weebly|wordpress|wixsite|wix|webnode|yolasite|wapka|wapsite|ucoz|xtgem|heck"
    r"|blogdetik|webgarden|16mb|hol|esy|96|nf|tk|ml|ga|cf|gq|000webhostapp|byethost\d{0,2}|site90|comuf|mywapblog"
    r"|yn|vv|doodlekit|moonfruit|webstarts|sitew|wapego|mw|co\.nf|co\.nr)(?![a-z\d])"
)
_MENU: Final = re.compile(r"\*\d{2,4}(?:\*\d{1,6}){0,6}#|\*\d{3,4}\*")
_ACCOUNT_NUMBER: Final = re.compile(r"(?<![\d/*])\d(?:[ .]{0,2}[\dx]){8,19}(?![\d/])")
# "P5=5500", "10rb: 11rb"; a digit beside a letter may have been read as one ("ps=5500").
_PRICED: Final = re.compile(
    r"(?<![a-z\d])(?:[a-z]{0,4}\d{1,3}(?:rb|k)? ?[=:@]|[a-z]{1,3} ?=) ?(?:rp\.? ?)?"
    r"\d{1,3}(?:[.,]\d{3}|\d{3}|rb|k)(?!\d)"
)
_FEWEST_PRICES: Final = 2

SHAPES: Final[tuple[tuple[str, re.Pattern[str]], ...]] = (
    ("mobile", _MOBILE),
    ("fixed_line", _FIXED),
    ("free_page", _FREE_PAGE),
    ("menu", _MENU),
    ("account_number", _ACCOUNT_NUMBER),
)

WAYS: Final = frozenset({*(name for name, _ in SHAPES), "price_list"})
"""The names of all shapes that `ways_of` can give."""


def ways_of(text: str) -> Places:
    """Return where each shape is met first.

    Args:
        text: the text searched, in small letters, with spaces for hyphens.
    """
    found: Places = {name: match.span() for name, pattern in SHAPES if (match := pattern.search(text))}
    if "=" in text or ":" in text or "@" in text:
        prices = [match.span() for match in _PRICED.finditer(text)]
        if len(prices) >= _FEWEST_PRICES:
            found["price_list"] = prices[0]
    return found
