"""Owns what a link's host, path and writing say of where it leads; must not know brands, registers or other words.

The lists and weights are `data/leads.toml`. A link is either wholly of one kind, or its parts are added up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from comity.content.leads_sounds import is_unspeakable
from comity.content.leads_weights import LEAST_WITHIN, Part, weights
from comity.text.links import Link
from comity.text.links_endings import registrable

_MOST_KEPT: Final = 8192
_MOST_ODDS: Final = 6.0
_COUNTRY_LETTERS: Final = 2
_MANY_HYPHENS: Final = 3
_MANY_DIGITS: Final = 3
_LONG_NAME: Final = 24
_DEEP: Final = 3
_USUAL_PORTS: Final = frozenset({None, 80, 443})
# Of an address without a scheme a template keeps noughts alone, so that 0.0.0.0 stands for any.
_LOCAL: Final = re.compile(r"(?:10|127|0(?!\.0\.0\.0\Z)|192\.168|169\.254|172\.(?:1[6-9]|2\d|3[01]))\.")
_DIGITS: Final = re.compile(r"\d+")
_WORDS: Final = re.compile(r"[^\W_]{2,40}")
_SOMEONE: Final = re.compile(r"[\w.+-]{1,64}(?:@|%40)[\w-]{1,60}\.")
_PASSES_ON: Final = re.compile(
    r"(?:google\.[a-z.]{2,6}/(?:url|amp/)|youtube\.com/redirect|facebook\.com/l\.php|bing\.com/ck/|linkedin\.com/(?:slink|redir)"
    r"|doubleclick\.net/|googleadservices\.com/)"
)
_PASSES_ON_LEAST: Final = 4
_PASSES_ON_MOST: Final = 40
_BY_KIND: Final = {"data": "content", "script": "content", "app": "app"}
_HIDDEN: Final = frozenset({"user-info", "homograph", "percent", "invisible", "bidi", "styled"})
_APART: Final = frozenset({"brackets", "defanged", "dot-word", "dot-sign", "spaced", "comma", "backslash", "marks"})
# Endings that are written within names under others: "usps.com-track.top".
_ENDINGS_WITHIN: Final = frozenset({"com", "gov", "gob", "gouv", "couk", "www", "https", "http"})
_ENDINGS_BELOW: Final = _ENDINGS_WITHIN - {"www"}
_ENDS_LIKE_GOVERNMENT: Final = ("gouv", "gov", "govuk")
_COUNTRIES_WITHIN: Final = frozenset("us usa uk nl be fr de es it pt au ca ie ch at pl se dk no".split())  # noqa: SIM905  words read better without quotes


def judged(link: Link, *, known: bool, shortener: bool, imitation: Part | None) -> tuple[Part, float]:
    """What says most of a link, and the odds of all that it shows.

    Args:
        link: of any kind.
        known: whether it leads to a domain of a protected name; what anybody can put there is judged all the same.
        shortener: whether its host is a public shortener.
        imitation: the protected name that its host can be taken for.
    """
    read = weights()
    listed = _listed(link) if link.kind == "name" else ""
    kind = _wholly(link, listed, known=known)
    if kind:
        return read.wholly[kind], read.wholly[kind].odds
    parts = [read.parts[kind] for kind in _kinds(link, "shortener" if shortener else listed)]
    if imitation is not None:
        parts.append(imitation)
    odds = round(min(_MOST_ODDS, sum([part.odds for part in parts])), 3)
    return (max(parts, key=_odds) if odds > 0 else parts[0]), odds


def yours() -> Part:
    """A link to the account's own domain."""
    return weights().wholly["yours"]


def is_established(link: Link) -> bool:
    """Whether a link leads to a name that only public bodies, schools and the like are given."""
    return link.kind == "name" and _listed(link) == "established"


def is_anybodys(link: Link) -> bool:
    """Whether anybody can put something where a link leads, whoever owns the host."""
    return link.kind == "name" and _listed(link) in {"form", "hosting", "nameless", "messenger"}


def _odds(part: Part) -> float:
    return part.odds


def _wholly(link: Link, listed: str, *, known: bool) -> str:
    """The kind that alone says what a link is; "" where its parts must be weighed."""
    if link.kind != "name":
        return _BY_KIND.get(link.kind) or ("local" if _LOCAL.match(link.host) else "address")
    if len(link.path) > _PASSES_ON_LEAST and _PASSES_ON.search(f"{link.host}{link.path[:_PASSES_ON_MOST]}"):
        return "redirect"
    if listed in {"established", "store"}:
        return listed
    return "known" if known and not listed else ""


def _listed(link: Link) -> str:
    return _listed_as(link.host, link.domain)


@lru_cache(maxsize=_MOST_KEPT)
def _listed_as(host: str, domain: str) -> str:
    """The list on which a host or something above it stands; "" for none."""
    hosts, name = weights().hosts, host
    in_country = host[-_COUNTRY_LETTERS - 1 : -_COUNTRY_LETTERS] == "."
    while name:
        kind = hosts.get(name) or (_listed_in_countries(name) if in_country else "")
        if kind:
            return kind
        name = name.partition(".")[2]
    # Free hosts number theirs: "byethost7.com".
    return hosts.get(_DIGITS.sub("", domain), "") if _DIGITS.search(domain) else ""


def _listed_in_countries(name: str) -> str:
    before, _, ending = name.rpartition(".")
    if not before:
        return ""
    hosts = weights().hosts
    kind = hosts.get(f"{before}.*", "") or hosts.get(f"{before.partition('.')[0]}.*.{ending}", "")
    # Anybody may register "gov.cc": only where it is an ending of its own is it what it says.
    return "" if kind == "established" and registrable(f"x.{name}") == name else kind


def _kinds(link: Link, listed: str) -> list[str]:
    """What a link to a name shows, each thing once."""
    if listed == "shortener":
        kinds = ["plain", listed]
    else:
        kinds = ["plain", *([listed] if listed else _of_ending(link.domain)), *_of_name(link.unicode_host, link.domain)]
    if link.disguises or link.port not in _USUAL_PORTS:
        kinds += _of_writing(link)
    if len(link.path) > 1:
        kinds += _of_path(link)
    return kinds


def _of_ending(domain: str) -> tuple[str, ...]:
    kind = weights().endings.get(domain.rpartition(".")[2])
    return (kind,) if kind else ()


@lru_cache(maxsize=_MOST_KEPT)
def _of_name(host: str, domain: str) -> tuple[str, ...]:
    """What a host's name shows: remembered, as all messages of a campaign lead to one."""
    registered = domain.count(".") + 1
    labels = host.split(".")
    return tuple(_of_labels(labels[-registered], labels[:-registered], domain.rpartition(".")[2]))


def _of_labels(label: str, below: list[str], ending: str) -> Iterator[str]:
    yield from _of_words(label, below)
    if _has_second_ending(below, label):
        yield "second_ending"
    yield from _of_hyphens(label, ending)
    if is_unspeakable(label) or any(is_unspeakable(one) for one in below):
        yield "generated"
    if sum(map(str.isdigit, label)) >= _MANY_DIGITS:
        yield "digits"
    if len(label) >= _LONG_NAME:
        yield "long"
    if len(below) >= _DEEP:
        yield "deep"


def _of_words(label: str, below: list[str]) -> Iterator[str]:
    kinds = _kinds_of_words(label)
    others = [kind for one in below for kind in _kinds_of_words(one)]
    # One word alone is a name that somebody was early to register: "security.nl".
    if "bait" in kinds and label not in weights().words:
        yield "bait"
        if len(kinds) + len(others) > 1:
            yield "more_bait"
    elif "bait" in others:
        yield "bait" if len(others) > 1 or kinds else "bait_below"
    elif "subject" in kinds:
        yield "subject"
    if label.endswith(_ENDS_LIKE_GOVERNMENT) or (
        "public_body" in kinds and (len(kinds) > 1 or "-" in label or label[-1].isdigit())
    ):
        yield "public_body"


def _kinds_of_words(label: str) -> list[str]:
    """The lists on which words of a label stand, each word once."""
    read = weights()
    found: dict[str, None] = {}
    for token in label.split("-"):
        if token in read.words:
            found[token] = None
        elif len(token) > LEAST_WITHIN:
            found |= dict.fromkeys(read.long[which] for which, _, _ in read.within.find_matches_as_indexes(token))
    return [read.words[word] for word in found]


def _of_hyphens(label: str, ending: str) -> Iterator[str]:
    hyphens = label.count("-")
    if not hyphens:
        return
    if hyphens >= _MANY_HYPHENS:
        yield "hyphens"
    elif weights().endings.get(ending) != "national":
        yield "hyphen"
    if (last := label.rpartition("-")[2]) in _COUNTRIES_WITHIN and ending != last:
        yield "country_within"


def _has_second_ending(below: list[str], label: str) -> bool:
    """Whether what was registered goes on after an ending: "usps.com-track.top", "irs-gov.example", "gov-fee.top"."""
    if "-" in label and not _ENDINGS_WITHIN.isdisjoint(label.split("-")):
        return True
    return any(one in _ENDINGS_BELOW or one.startswith("com-") for one in below)


def _of_writing(link: Link) -> Iterator[str]:
    if link.port not in _USUAL_PORTS:
        yield "port"
    if link.disguises:
        if not _HIDDEN.isdisjoint(link.disguises):
            yield "hidden"
        if not _APART.isdisjoint(link.disguises):
            yield "written_apart"


def _of_path(link: Link) -> Iterator[str]:
    read = weights()
    path = link.path.lower()
    if path.partition("?")[0].rstrip("/").rpartition(".")[2] in read.program:
        yield "program"
    if not read.page.isdisjoint(path.replace("?", "/").split("/")):
        yield "page"
    if not read.bait.isdisjoint(_WORDS.findall(path)):
        yield "bait_in_path"
    if ("@" in path or "%40" in path) and _SOMEONE.search(path):
        yield "someone_in_path"
