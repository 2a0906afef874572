"""No link that installs or runs something: programs, packages, scripts, disk images, documents with macros (U7).

The name of the file decides: at the end of the path, in its middle (`/app.apk/download`), as a value of the query
(`?file=app.apk`), behind a harmless ending (`invoice.pdf.exe`), with its letters percent-encoded. Links that carry
content or a script themselves (`data:`, `javascript:`), that make a phone install a package or a profile
(`itms-services:`, an `intent:` for a package), are such links too.

Pages of app stores are fine: the store looks at what it hands out. What a page offers once it is open cannot be seen
from a link; feeds of bad links are for that (`link-listed`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote

import msgspec

from comity.messages.verdict import Evidence
from comity.policy.document import PolicyDocument
from comity.screening.judging import MISS, Answer, Facts, Hit, Message, Rule
from comity.text.links import Link
from comity.text.unmask import unmask

_DECODED_TIMES: Final = 2
_CARRIERS: Final = {"data": "content of its own", "script": "a script"}
_INSTALLER: Final = re.compile(r"(?<![a-z0-9])(?:itms-services|ms-appinstaller):")
_INTENT_INSTALLS: Final = re.compile(r"install_package|package-archive|unknown_app_sources|\.(?:apk|xapk|apks)\b")
_PARTS: Final = re.compile(r"[/\\&;?#=]")
_TRAILING: Final = " .\t\0:*~"


class _Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Endings of files, without the dot; `last` ones count only at a link's very end, as they occur within others."""

    endings: tuple[str, ...] = ()
    last: tuple[str, ...] = ()


class _Ready(msgspec.Struct, frozen=True):
    endings: frozenset[str]
    last: frozenset[str]


def _prepare(settings: _Settings, _document: PolicyDocument) -> _Ready:
    for ending in (*settings.endings, *settings.last):
        if not ending.isalnum() or ending != ending.lower():
            raise ValueError(f"{ending!r} is no ending of a file: write it small and without the dot")
    return _Ready(frozenset(settings.endings), frozenset(settings.last))


def _check(message: Message, _facts: Facts, ready: _Ready) -> Answer:
    found = [(link.span, what) for link in message.reading.links if (what := _runs(link, ready))]
    found += _installers(message)
    if not found:
        return MISS
    return Hit(
        evidence=tuple(Evidence("link", observed=what, limit="a page to read", span=span) for span, what in found),
        sentence=f"A link installs or runs something ({found[0][1]}).",
        remedy="Link to a page that says what the file is, or to the app store.",
    )


def _runs(link: Link, ready: _Ready) -> str:
    """What a link would install or run, in a word or two; "" when it only opens a page."""
    if link.kind in _CARRIERS:
        return f"{_CARRIERS[link.kind]}, {link.scheme}:"
    if link.kind == "app":
        return _app_runs(link)
    if not link.path.strip("/"):
        return ""
    return next(_files(link.path, ready), "")


def _installers(message: Message) -> Iterator[tuple[tuple[int, int], str]]:
    """Schemes that make a device install something, whatever follows them."""
    read = message.reading.unmasked
    if "services:" in read.plain or "installer:" in read.plain:
        for found in _INSTALLER.finditer(read.plain):
            yield read.span(*found.span()), found[0]


def _app_runs(link: Link) -> str:
    rest = unquote(link.path).lower()
    return f"{link.scheme}: for a package" if _INTENT_INSTALLS.search(rest) else ""


def _files(path: str, ready: _Ready) -> Iterator[str]:
    """The names in a path and query that are files to run."""
    seen = path.lower() if path.isascii() else unmask(path).plain
    for _ in range(_DECODED_TIMES):
        seen = unquote(seen)
    at_end = seen.partition("#")[0].partition("?")[0].rstrip("/").rpartition("/")[2]
    for part in _PARTS.split(seen):
        name = part.rstrip(_TRAILING)
        stem, dot, ending = name.rpartition(".")
        if not dot or not stem.strip(_TRAILING):
            continue
        if ending in ready.endings or (ending in ready.last and part == at_end):
            yield f".{ending}"


RULE: Final = Rule(
    id="link-executable",
    clauses=("U7",),
    title="Link that installs or runs something",
    needs=(),
    check=_check,
    settings=_Settings,
    prepare=_prepare,
)
