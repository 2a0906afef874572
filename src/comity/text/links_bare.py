"""Owns addresses written without a scheme ("example.com/x", "example dot com"); must not know schemes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from comity.text.links_endings import CLEAR, KNOWN_HOSTS, WORDLIKE, endings
from comity.text.links_found import Found, found_address
from comity.text.links_shapes import LABEL, NAME_APART, plain_dots
from comity.text.unmask import Unmasked

_ASCII_LABEL: Final = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
_NAME: Final = re.compile(rf"(?<![\w@.%-])(?P<name>{LABEL}(?:[.\u3002\uff61]{LABEL}){{1,12}})(?![\w@-])")
_ASCII_NAME: Final = re.compile(rf"(?<![a-zA-Z0-9@._%-])(?:{_ASCII_LABEL}\.){{1,12}}[a-zA-Z]{{2,24}}(?![a-zA-Z0-9@_-])")
_APART: Final = re.compile(rf"(?<![\w@.-])(?P<name>{NAME_APART})(?![\w@-])", re.IGNORECASE)
_APART_HINT: Final = re.compile(
    r"\s\.|\.\s+[a-z0-9-]{2,24}(?:\s|/|\Z)|[\[({<]\s?(?:[.,]|dot|punkt|punto|point|ponto|punt|nokta|kropka|titik|\u0442\u043e\u0447\u043a\u0430)"
    r"|\s(?:dot|punkt|punto|point|ponto|punt|nokta|kropka|titik|\u0442\u043e\u0447\u043a\u0430)\s|\\\.|www,|,[a-z]{2,4}/",
    re.IGNORECASE,
)
_QUAD: Final = re.compile(r"(?<![\w.@-])(?:\d{1,3}\.){3}\d{1,3}(?=(?::\d{1,5})?/|:\d{2,5}\b)")
_SIX: Final = re.compile(r"\[[0-9a-fA-F:.]{2,45}\]")


def bare_addresses(read: Unmasked) -> Iterator[Found]:
    """Yield the addresses that begin with a host name whose ending is known, and with a numeric address."""
    text = read.cased
    for found in _NAME.finditer(text):
        if _is_address(text, *found.span("name")):
            address = found_address(read, (found.start(), found.start(), found.end()), "", _signs(found["name"]))
            if address:
                yield address
    for pattern in (_QUAD, _SIX):
        for found in pattern.finditer(text):
            if pattern is _SIX and found[0].count(":") < 2:  # noqa: PLR2004  no IPv6 address has fewer
                continue
            if address := found_address(read, (found.start(), *found.span()), "", frozenset()):
                yield address


def _signs(name: str) -> frozenset[str]:
    return frozenset({"dot-sign"}) if "\u3002" in name or "\uff61" in name else frozenset()


def _is_address(text: str, start: int, end: int) -> bool:
    written = text[start:end].replace("\u3002", ".").replace("\uff61", ".")
    name = written.lower()
    before, _, ending = name.rpartition(".")
    if ending not in endings() or before.replace(".", "").isdigit():
        return False
    follows = text[end : end + 1]
    path = follows in {"/", "?", "#", "\\"} and text[end + 1 : end + 2].strip() != ""
    port = re.match(r":\d{2,5}(?!\d)", text[end : end + 7])
    if path or port or name in KNOWN_HOSTS or before.startswith("www"):
        return True
    label = before.rpartition(".")[2]
    if len(label) == 1 or (len(label) == 2 and len(ending) == 2 and "." not in before):  # noqa: PLR2004  initials
        return False
    if ending in {"com", "net", "org", "example"}:
        return True
    own = written.rpartition(".")[2]
    if own != own.lower() and own != own.upper():
        return False
    if own == own.upper() and written != written.upper():
        return False
    return ending not in WORDLIKE or "-" in label or any(map(str.isdigit, label)) or before.count(".") > 0


def apart_addresses(read: Unmasked) -> Iterator[Found]:
    """Yield the addresses whose dots are written apart, as words, in brackets, or as other signs."""
    text = read.cased
    if not _APART_HINT.search(text):
        return
    for found in _APART.finditer(text):
        name, disguises = plain_dots(found["name"])
        if disguises and _stands_out(text, found, name.lower(), disguises):
            address = found_address(read, (found.start(), *found.span("name")), "", disguises)
            if address:
                yield address


def _stands_out(text: str, found: re.Match[str], name: str, disguises: frozenset[str]) -> bool:
    before, _, ending = name.rpartition(".")
    if ending not in endings() or before.replace(".", "").isdigit():
        return False
    path = re.match(r"\s?/\s?\w", text[found.end() : found.end() + 4]) is not None
    if "comma" in disguises:
        return before.startswith("www.") or (path and ending in CLEAR)
    if "brackets" in disguises or "backslash" in disguises:
        return True
    if path or before.startswith("www.") or name in KNOWN_HOSTS:
        return True
    own = found["name"][-len(ending) :]
    return ending in CLEAR and own == own.lower()
