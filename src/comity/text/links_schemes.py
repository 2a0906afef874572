"""Owns links that say how to follow them ("https://", "tel:", "data:"), whole or mangled; must not know bare names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from comity.text.links_endings import DOT_WORDS, has_known_ending
from comity.text.links_found import Found, found_address
from comity.text.links_shapes import NAME_APART, plain_dots, tidy_end
from comity.text.unmask import Unmasked

_SLASH: Final = r"[/\\]\s?"
_WEB: Final = re.compile(
    rf"""(?:(?<![a-z0-9])|(?=https?://))
    (?P<scheme>h\s?t\s?t\s?p(?:\s?s)?|h(?:xx|\*\*|tx|xt|\#\#|--)ps?|fxps?|ftps?)
    (?:
      \s?[\[({{]\s?(?P<inside>:?[/\\]{{0,2}})\s?[\])}}]\s?(?P<after>[:]?[/\\]{{0,3}})
      | \s{{0,2}}[:;]\s{{0,2}}(?P<slashes>(?:{_SLASH}){{0,4}})
      | (?P<bare>(?:[/\\]){{2,4}}:?)
    )\s{{0,2}}""",
    re.IGNORECASE | re.VERBOSE,
)
_USER: Final = re.compile(r"[^\s/\\?#@<>\"]{0,200}@")
_ADDRESS: Final = re.compile(r"\[[0-9a-fA-F:.]{2,45}\]")
_HOST: Final = re.compile(r"[^\s/\\?#:<>\"'()\[\]{},;!|@]{1,255}")
_NUMBER: Final = re.compile(r"(?:0[xX][0-9a-fA-F]{1,16}|\d{1,20})\Z")
_OPENERS: Final = frozenset("[({<\\,")
_BRACKET_NEXT: Final = re.compile(rf"[\[({{<]\s?(?:[.,\u3002\uff61]|{'|'.join(DOT_WORDS)})|\\\.|,[^\W_]", re.IGNORECASE)
_NAME_APART: Final = re.compile(NAME_APART, re.IGNORECASE)
_GENERIC: Final = re.compile(r"(?<![a-zA-Z0-9+-])(?P<scheme>[a-zA-Z][a-zA-Z0-9+-]{1,20})://[^\s<>\"]{1,1000}")
_SHORT: Final = re.compile(
    r"(?<![a-z0-9])(?P<scheme>tel|smsto|sms|mmsto|mms|facetime|skype|viber|bitcoin|ethereum|upi|geo|intent|market|whatsapp|tg)"
    r":(?=[+\d/?*#]|[a-zA-Z0-9]{26,90}\b)[^\s<>\"]{1,1000}"
)
_SHORT_GATE: Final = re.compile(r":(?<=[a-z]:)[+\da-zA-Z/?*#]")
_NOT_APPS: Final = frozenset("http https ftp ftps data javascript vbscript".split())  # noqa: SIM905  reads better
_OPAQUE: Final = re.compile(
    r"(?<![a-z0-9])(?:(?P<data>data):(?:[a-z]{1,20}/[a-z0-9.+-]{1,60})?(?:;[a-z0-9=_-]{1,40}){0,4},\S{0,2000}"
    r"|(?P<script>javascript|vbscript)\s?:\s?[^\s]{1,2000})",
    re.IGNORECASE,
)
_WEB_SCHEMES: Final = frozenset({"http", "https", "ftp", "ftps"})


def web_addresses(read: Unmasked) -> Iterator[Found]:
    """Yield links that begin with http, https or ftp, however the scheme is written."""
    text, done = read.cased, 0
    for found in _WEB.finditer(text):
        if found.start() < done:
            continue
        scheme = re.sub(r"\s", "", found["scheme"]).lower()
        disguises = set()
        if scheme not in _WEB_SCHEMES:
            disguises.add("defanged")
            scheme = ("http" if scheme[0] == "h" else "ftp") + ("s" if scheme.endswith("s") else "")
        lead = (found["inside"] or "") + (found["after"] or "") if found["inside"] is not None else None
        slashes = lead if lead is not None else (found["slashes"] or found["bare"] or "")
        disguises |= _slash_disguises(found, slashes, bracketed=lead is not None)
        if address := _address(read, found, disguises, scheme):
            done = address.span[1]
            yield address


def _slash_disguises(found: re.Match[str], slashes: str, *, bracketed: bool) -> set[str]:
    signs = [sign for sign in slashes if sign in "/\\"]
    disguises = set()
    if "\\" in signs:
        disguises.add("backslash")
    if len(signs) < 2 or (found["bare"] is not None):  # noqa: PLR2004  "//"
        disguises.add("slashes-missing")
    if bracketed:
        disguises.add("brackets")
    elif re.search(r"\s", found[0]):
        disguises.add("spaced")
    return disguises


def _address(read: Unmasked, found: re.Match[str], disguises: set[str], scheme: str) -> Found | None:
    text, at = read.cased, found.end()
    if user := _USER.match(text, at):
        at = user.end()
        disguises.add("user-info")
    strict = _ADDRESS.match(text, at) or _HOST.match(text, at)
    sure = "slashes-missing" not in disguises and "spaced" not in disguises
    if strict:
        end = tidy_end(text, at, strict.end())
        name = text[at:end]
        if text[end : end + 1] in _OPENERS and _BRACKET_NEXT.match(text, end):
            strict, name = None, ""
        if "." in name.rstrip(".") or name.startswith("[") or (sure and _NUMBER.match(name)) or "%" in name:
            return found_address(read, (found.start(), at, end), scheme, disguises, needs_ending=not sure)
    apart = _NAME_APART.match(text, at)
    if apart:
        name, dots = plain_dots(apart[0])
        if has_known_ending(name.lower()) or name.replace(".", "").isdigit():
            return found_address(read, (found.start(), at, apart.end()), scheme, disguises | dots, needs_ending=True)
    if strict and sure:
        return found_address(read, (found.start(), at, tidy_end(text, at, strict.end())), scheme, disguises)
    return None


def opaque_addresses(read: Unmasked) -> Iterator[Found]:
    """Yield data and script links."""
    text = read.cased
    for found in _OPAQUE.finditer(text):
        scheme = found["data"] or found["script"]
        yield _hostless(text, found, scheme, "data" if found["data"] else "script")


def app_addresses(read: Unmasked) -> Iterator[Found]:
    """Yield links whose scheme names an application: "tel:", "sms:", "intent://"."""
    text = read.cased
    if "://" in text:
        for found in _GENERIC.finditer(text):
            if found["scheme"].lower() not in _NOT_APPS:
                yield _hostless(text, found, found["scheme"], "app")
    if _SHORT_GATE.search(text):
        for found in _SHORT.finditer(text):
            yield _hostless(text, found, found["scheme"], "app")


def _hostless(text: str, found: re.Match[str], scheme: str, kind: str) -> Found:
    end = tidy_end(text, found.start(), found.end())
    rest = text[found.start() + len(scheme) : end].partition(":")[2]
    return Found((found.start(), end), scheme.lower(), None, None, rest, kind, frozenset())
