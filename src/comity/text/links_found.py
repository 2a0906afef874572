"""Owns what follows a host (port, path) and the parts of one found address; must not know how it was found."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import Final
from urllib.parse import quote

import msgspec

from comity.text.links_endings import has_known_ending
from comity.text.links_hosts import Host, read_host, visible
from comity.text.links_shapes import plain_dots, tidy_end
from comity.text.unmask import Disguise, Unmasked
from comity.text.unmask_signs import OVERRIDES

_PORT: Final = re.compile(r":(\d{1,5})(?!\d)")
_PATH: Final = re.compile(r"[/\\?#](?:[^\s<>\"\]\u3002\uff0c]|\](?!\()){0,2000}")
_SPACED_PATH: Final = re.compile(r"\s{0,2}/\s?[^\s<>\"]{1,2000}")
_ESCAPED: Final = re.compile("%([0-9a-fA-F]{2})")
_UNRESERVED: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~")
# A disguise of the text around it, to what it is called of a link.
_OF_TEXT: Final = {"bidi": "bidi", "invisible": "invisible", "marks": "marks", "spacing": "spaced"}
_SPACES: Final = re.compile(r"\s+")
_LAST_PORT: Final = 65535
# Written like this, the dots of the host or the rest of it stood apart.
_APART: Final = frozenset({"spaced", "dot-word", "brackets"})


class Found(msgspec.Struct, frozen=True):
    """The parts of one address.

    Attributes:
        span: in offsets of `Unmasked.cased`.
        scheme: as meant, small; "" when none was written.
        host: None for a scheme that names none.
        port: when one was written.
        path: with query and fragment; for a scheme without a host all that follows its colon.
        kind: as `Link.kind`.
        disguises: what hid it.
    """

    span: tuple[int, int]
    scheme: str
    host: Host | None
    port: int | None
    path: str
    kind: str
    disguises: frozenset[str]


def found_address(
    read: Unmasked,
    places: tuple[int, int, int],
    scheme: str,
    disguises: set[str] | frozenset[str],
    *,
    needs_ending: bool = False,
) -> Found | None:
    """Return the address whose host was found, with the port and path behind it; None when that is no host.

    Args:
        read: the text.
        places: where the address, its host, and what follows the host begin, in offsets of `read.cased`.
        scheme: "" when none was written.
        disguises: those already seen.
        needs_ending: nothing but a known ending makes this an address.
    """
    start, host_start, host_end = places
    host = read_host(plain_dots(_written(read, host_start, host_end))[0])
    if host is None or (needs_ending and host.kind == "name" and not has_known_ending(host.host)):
        return None
    port, at = _port(read.cased, host_end)
    path = _PATH.match(read.cased, at) or (_SPACED_PATH.match(read.cased, at) if _APART & set(disguises) else None)
    end = tidy_end(read.cased, at, path.end()) if path else at
    shown = visible(_written(read, at, end)) if end > at else ""
    seen = {*disguises, *host.disguises, *_seen_around(read, (start, host_start, host_end, end), host.kind)}
    if "\\" in shown:
        seen.add("backslash")
    written = _safe(_SPACES.sub("", shown.replace("\\", "/")))
    return Found((start, end), scheme, host, port, written, host.kind, frozenset(seen))


def _port(text: str, at: int) -> tuple[int | None, int]:
    """Return the port behind a host, and where it ends."""
    written = _PORT.match(text, at)
    if written is None or int(written[1]) > _LAST_PORT:
        return None, at
    return int(written[1]), written.end()


def _seen_around(read: Unmasked, places: tuple[int, int, int, int], kind: str) -> Iterator[str]:
    """Yield the disguises that the text shows, not the host: of its characters, and capitals at the host's end."""
    start, host_start, host_end, end = places
    ending = plain_dots(read.cased[host_start:host_end])[0].rstrip(".").rpartition(".")[2]
    if kind == "name" and ending != ending.lower():
        yield "upper-ending"
    first, last = read.span(start, end)
    # They stand in the order of the text; a text of hundreds of links may hold hundreds of them.
    for one in read.disguises[bisect_left(read.disguises, first, key=_begins) :]:
        if one.span[0] >= last:
            break
        if one.kind in _OF_TEXT and one.span[1] <= last:
            yield _OF_TEXT[one.kind]


def _begins(disguise: Disguise) -> int:
    return disguise.span[0]


def _written(read: Unmasked, start: int, end: int) -> str:
    """Return a stretch as written, in the order in which it is read."""
    if any(sign in read.original for sign in OVERRIDES):
        return read.cased[start:end]
    return read.original[slice(*read.span(start, end))]


def _safe(path: str) -> str:
    """Decode the escapes that stand for letters, digits and the like; those of delimiters and other octets stay."""
    return _ESCAPED.sub(_decoded, path)


def _decoded(escape: re.Match[str]) -> str:
    char = chr(int(escape[1], 16))
    return char if char in _UNRESERVED else escape[0].upper()


def written_path(path: str) -> str:
    """Return the path with what no address may hold escaped."""
    return quote(path, safe="/?#[]@!$&'()*+,;=:%~-._|", errors="surrogatepass")
