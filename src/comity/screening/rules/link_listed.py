"""No link that stands on a list of bad links which the operator loaded (U7).

Operators load feeds of links that carry malware or steal data (`comity lists load`). An entry means what feeds mean
by it: a host stands for itself and for every name below it, an address with a path for itself and for what lies below
that path. So a feed that names one page of a hosting platform does not condemn the others, and neither does an entry
for a public suffix, such as a platform under which everybody has a name of their own.

`spared` names hosts that feeds list whole by mistake, because one page there was bad; entries for pages on them
count.

What stands on no list passes: lists are always behind. Nothing is ever fetched. How lists are loaded:
[Load lists](../../how-to/load-lists.md).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote

import msgspec

from comity.messages.verdict import Evidence
from comity.screening.judging import MISS, Abstain, Answer, Facts, Hit, Listed, Message, Rule
from comity.text.links import Link
from comity.text.links_hosts import read_host

_MOST_SEGMENTS: Final = 8
# Longer keys are shortened to what still tells them apart, so that any address fits into an index.
_LONGEST_KEY: Final = 300
_KEPT: Final = 200
_PLAIN_HOST: Final = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.){1,20}[a-z][a-z0-9-]{0,61}[a-z0-9]\Z")
_ENTRY: Final = re.compile(
    r"(?:[a-z][a-z0-9+.-]{0,20}:(?=//))?(?://)?(?:[^\s/?#@]{0,200}@)?"
    r"(?P<host>\[[0-9a-f:.]{2,45}\]|[^\s/?#:]{1,255})(?P<port>:\d{1,5})?(?P<path>[/?#]\S{0,4000})?\Z",
    re.IGNORECASE,
)
_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]{0,20}://", re.IGNORECASE)
# Facts are kept with a verdict, so that what a reviewer is told of a list's age must be in them.
_OVERDUE: Final = " (overdue by "
_UNPRINTABLE: Final = re.compile("[\x00-\x20\x7f]")
_SLASHES: Final = re.compile("/{2,}")


class _Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    spared: frozenset[str] = frozenset()


def link_keys(link: Link) -> tuple[str, ...]:
    """The keys under which a list may name a link, each once: hosts, then pages, from the narrowest up.

    Hosts go up to the registrable domain and no further. Empty for links without a host.
    """
    if not link.host:
        return ()
    return tuple(dict.fromkeys((*_hosts(link), *_pages(link.host, link.path))))


def listed_key(entry: str) -> str:
    """The key of an entry of a list: a host, `host/` for all of one host and nothing below it, or `host/path`.

    Args:
        entry: a host, an address, or either as filter lists write it ("*.host", "||host^").

    Raises:
        ValueError: it is neither; says why.
    """
    written = entry.strip()
    written = written.removeprefix("||").removesuffix("^").removeprefix("*.").removeprefix(".")
    small = written.lower()
    if _PLAIN_HOST.match(small):
        return small
    found = _ENTRY.match(written)
    if found is None:
        raise ValueError("it is neither a host nor an address")
    host = read_host(found["host"])
    if host is None or (host.kind == "name" and "." not in host.host):
        raise ValueError("its host is none")
    if not found["path"] and not found["port"] and not _SCHEME.match(written):
        return host.host
    return _page(host.host, found["path"] or "")


def list_label(name: str, overdue_days: int) -> str:
    """A list's name as facts keep it: of one that should have been loaded anew, with by how many days."""
    return f"{name}{_OVERDUE}{overdue_days} days)" if overdue_days else name


def list_name(entry: Listed) -> str:
    """The name of an entry's list alone."""
    return entry.list.partition(_OVERDUE)[0]


def _hosts(link: Link) -> Iterator[str]:
    host = link.host
    yield host
    if link.kind != "name":
        return
    if host == link.domain:
        yield f"www.{host}"  # the same site, as good as always; other names below it are not
        return
    while len(host) > len(link.domain):
        host = host.partition(".")[2]
        yield host


def _pages(host: str, written: str) -> Iterator[str]:
    """The page with its query, without, and everything above it, as `_page` writes them."""
    whole = _page(host, written)
    yield whole
    page = _page(host, written.partition("#")[0].partition("?")[0])
    yield page
    name, *segments = page.split("/")
    yield f"{name}/"
    for count in range(1, min(len(segments), _MOST_SEGMENTS)):
        yield _short(f"{name}/{'/'.join(segments[:count])}")


def _page(host: str, written: str) -> str:
    path, _, query = written.partition("#")[0].partition("?")
    name = host.removeprefix("www.") if host.count(".") > 1 else host
    path = _SLASHES.sub("/", unquote(path)).strip("/")
    return _short(f"{name}/{path}" + (f"?{unquote(query)}" if query else ""))


def _short(key: str) -> str:
    """The key as a store can hold it: one line, within bounds, no half of a character."""
    key = _UNPRINTABLE.sub("", key)
    if not key.isascii():
        key = key.encode("utf-8", "replace").decode()
    if len(key) <= _LONGEST_KEY:
        return key
    return f"{key[:_KEPT]}~{hashlib.sha256(key.encode()).hexdigest()}"


def _check(message: Message, facts: Facts, settings: _Settings) -> Answer:
    links = [link for link in message.reading.links if link.host]
    if not links:
        return MISS
    if facts.listed is None:
        return Abstain("listed")
    listed = [one for one in facts.listed if one.kind == "links" and one.key not in settings.spared]
    if not listed:
        return MISS
    found = [(link, one) for link in links for one in _of(link, listed)]
    if not found:
        return MISS
    first, entry = found[0]
    return Hit(
        evidence=tuple(
            Evidence("link", observed=one.key, limit=f"not on the list {list_name(one)}", span=link.span)
            for link, one in found
        ),
        sentence=f"The link to {first.unicode_host} is listed as dangerous ({list_name(entry)}: {entry.key}).",
        remedy="Take the link out. If it is yours and harmless, have the list's makers remove it first.",
        reviewer=f"{first.unicode_host} matches the entry {entry.key} of the list {entry.list}.",
    )


def _of(link: Link, listed: list[Listed]) -> Iterator[Listed]:
    keys = frozenset(link_keys(link))
    return (one for one in listed if one.key in keys)


RULE: Final = Rule(
    id="link-listed",
    clauses=("U7",),
    title="Listed link",
    needs=("listed",),
    check=_check,
    settings=_Settings,
)
