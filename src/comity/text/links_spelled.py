"""Owns addresses written one character at a time, and escaped ones; must not know how others are found."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote

import msgspec

from comity.text.links_bare import bare_addresses
from comity.text.links_found import Found
from comity.text.links_schemes import web_addresses
from comity.text.unmask import Unmasked, unmask

_SINGLE: Final = re.compile(r"(?<!\S)[^\s](?: [^\s]){5,100}(?!\S)")
_ESCAPED: Final = re.compile(r"(?<!\S)[^\s%/]{0,60}(?:%[0-9a-f]{2})[^\s]{1,500}", re.IGNORECASE)


def spelled_addresses(read: Unmasked) -> Iterator[Found]:
    """Yield addresses spelled with a space after each character, and those whose scheme or dots are escaped."""
    if " . " in read.cased:
        for found in _SINGLE.finditer(read.cased):
            yield from _inside(found[0].replace(" ", ""), found.span(), "spaced")
    if "%" in read.cased:
        for found in _ESCAPED.finditer(read.cased):
            yield from _inside(unquote(found[0]), found.span(), "percent")


def _inside(text: str, span: tuple[int, int], disguise: str) -> Iterator[Found]:
    """Yield the one address that a stretch holds, as standing over all of it."""
    read = unmask(text)
    for found in (*web_addresses(read), *bare_addresses(read)):
        if found.span[0] == 0:
            yield msgspec.structs.replace(found, span=span, disguises=found.disguises | {disguise})
            return
