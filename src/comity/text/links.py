"""Owns finding the links in a text, however they are hidden; must not know which links are bad.

Nothing is ever fetched or resolved. What is found, what is not, and figures: docs/explanation/disguise.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import msgspec

from comity.text.links_apart import apart_addresses
from comity.text.links_bare import bare_addresses
from comity.text.links_endings import DOT_WORDS
from comity.text.links_found import Found, written_path
from comity.text.links_schemes import app_addresses, opaque_addresses, web_addresses
from comity.text.links_spelled import spelled_addresses
from comity.text.unmask import Unmasked

KINDS_OF_DISGUISE: Final = frozenset(
    {
        "backslash",  # "https:\\\\", "example\\.com"
        "bidi",  # written from right to left under an override
        "brackets",  # "example[.]com"
        "comma",  # "www,example,com"
        "defanged",  # "hxxp://"
        "dot-sign",  # an ideographic full stop for a dot
        "dot-word",  # "example dot com"
        "homograph",  # look-alike letters in the host, in Unicode or in punycode
        "invisible",  # characters nobody sees inside it
        "marks",  # marks stacked on its letters
        "numeric-address",  # an IPv4 address as one number, in octal, hexadecimal or short
        "percent",  # escapes in the scheme or host
        "slashes-missing",  # "https:example.com"
        "spaced",  # spaces or a line's end within it
        "styled",  # full-width or mathematical letters, dots or digits
        "upper-ending",  # "example.COM"
        "user-info",  # "https://bank.example@evil.example"
    }
)
"""What hides a link, or makes it look like another; `upper-ending` alone is how many people write."""

# What a text must hold (in small letters) for each way of writing a link to be worth a search, the surest way first.
_WAYS: Final[tuple[tuple[tuple[str, ...], Callable[[Unmasked], Iterator[Found]]], ...]] = (
    (("data:", "script"), opaque_addresses),
    (("ttp", "t t p", "hxx", "htx", "hxt", "h**p", "h##p", "h--p", "ftp", "fxp"), web_addresses),
    ((":",), app_addresses),
    ((" . ", "%"), spelled_addresses),
    (("[", "(", "{", "<", "\\.", "www", ",", *DOT_WORDS, " .", "\n.", ". ", ".\n"), apart_addresses),
    ((".", "\u3002", "\uff61", "::"), bare_addresses),
)

MOST_LINKS: Final = 128
"""So many links of one text are read: more than fit in what the doors take."""


class Link(msgspec.Struct, frozen=True):
    """An address that a phone or a person can follow.

    Attributes:
        written: as it stands in the original.
        span: where, in offsets of the original.
        url: normalised; "http" is assumed where no scheme was written.
        scheme: as written, small: http, https, ftp, data, javascript, tel, sms, intent...; "" when none was.
        host: as DNS has it, in punycode; an address in its usual notation; "" where there is none.
        unicode_host: as people see it.
        domain: registrable domain by the public suffix list; the host itself for addresses.
        path: path, query and fragment as written, percent-decoded where that is safe.
        port: when one was written.
        kind: "name", "ipv4", "ipv6", "data", "script", or "app" for a scheme that names no host (tel, sms, intent...).
        disguises: of `KINDS_OF_DISGUISE`, each once.
    """

    written: str
    span: tuple[int, int]
    url: str
    scheme: str
    host: str
    unicode_host: str
    domain: str
    path: str
    port: int | None
    kind: str
    disguises: tuple[str, ...]


def find_links(read: Unmasked) -> tuple[Link, ...]:
    """Return the links in a text, in its order, none overlapping.

    E-mail addresses are none. After `MOST_LINKS` no more are looked for. Never fails; linear in the length of the text.
    """
    links: list[Found] = []
    taken = bytearray(len(read.plain))
    for found in _each(read):
        start, end = found.span
        if end > start and not any(taken[start:end]):
            taken[start:end] = b"\x01" * (end - start)
            links.append(found)
            if len(links) == MOST_LINKS:
                break
    return tuple(_link(read, found) for found in sorted(links, key=lambda found: found.span))


def _each(read: Unmasked) -> Iterator[Found]:
    for gates, way in _WAYS:
        if any(gate in read.plain for gate in gates):
            yield from way(read)


def _link(read: Unmasked, found: Found) -> Link:
    span = read.span(*found.span)
    disguises = tuple(sorted(found.disguises))
    if found.host is None:
        url = f"{found.scheme}:{written_path(found.path)}"
        return Link(
            read.original[slice(*span)], span, url, found.scheme, "", "", "", found.path, None, found.kind, disguises
        )
    host = found.host
    port = "" if found.port is None else f":{found.port}"
    path = found.path if found.path.startswith("/") else f"/{found.path}"
    url = f"{found.scheme or 'http'}://{host.host}{port}{written_path(path)}"
    written = read.original[slice(*span)]
    return Link(
        written,
        span,
        url,
        found.scheme,
        host.host,
        host.unicode_host,
        host.domain,
        found.path,
        found.port,
        host.kind,
        disguises,
    )
