"""No link whose host passes itself off as somebody else's (U7, U1, P9).

The register of protected names says which domains are a brand's own. A host is held against it in five ways:

- a brand's domain stands before the real one: `paypal.com.evil.example`, or before an @ in the address;
- its name is imitated: letters of another alphabet, digits for letters (`paypa1`), I for l, one letter
  more, less or changed;
- its name is a part of another, between hyphens or run together with bait: `paypal-secure`, `securepaypal`;
- its name is a label below another domain, unless that is the account's own: `paypal.login-check.example`;
- its name stands under an ending that is not its own and that is much abused, or new.

Each way weighs something; so do bait in what was registered ("login", "secure", "verify"), an abused ending, the
brand named in the text, and bait in text and path. A sum of `refuse_at` is refused, one of `hold_at` looked at. A
name that is also an ordinary word, or short, weighs less, so that it needs company; and a name counts as a whole part
only: "ing" is not in "shopping". A brand's name under a country's ending says nothing by itself: registers never know
all of them.

A brand's own domains pass, and so do accounts that hold the brand; where the account is not known nobody is taken to
hold it. A brand that the register does not name cannot be protected, and a domain of a brand that the register lacks
can be held: both are mended by adding it. More: [Links](../../explanation/links.md).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Annotated, Final

import msgspec

from comity.messages.verdict import Evidence
from comity.policy.document import Brand, PolicyDocument
from comity.screening.judging import MISS, Answer, Facts, Hit, Message, Rule
from comity.screening.rules.link_look_alike_names import (
    CONFUSABLE,
    LEAST_LETTERS,
    Name,
    Register,
    Way,
    compact_name,
    register_of,
)
from comity.text.links import Link
from comity.text.unmask import unmask

_Share = Annotated[float, msgspec.Meta(ge=0, le=2)]

_INSIDE: Final = Way("its domain stands before the real one", 0.97)
_BEFORE_AT: Final = Way("its domain stands before an @", 0.97)
_ENDING_ABUSED: Final = Way("its name stands under a much abused ending", 0.85)
_ENDING_NEW: Final = Way("its name stands under another ending", 0.5)
_PART: Final = Way("its name is a part of another", 0.45)
_BELOW: Final = Way("its name stands below another domain", 0.3)
_BELOW_ABUSED: Final = Way("its name stands below a domain with a much abused ending", 0.6)
_WAYS_BELOW: Final = frozenset({_BELOW, _BELOW_ABUSED})

_BAIT: Final = 0.35
_LURE: Final = 0.1
_ABUSED: Final = 0.15
_NAMED_IN_TEXT: Final = 0.15
_BAIT_IN_TEXT: Final = 0.15
_BAIT_IN_PATH: Final = 0.05
_ORDINARY: Final = -0.3
_SHORT: Final = -0.1
_SHORT_LETTERS: Final = 4

_ESTABLISHED: Final = frozenset({"com", "org", "net", "gov", "edu", "int"})
_COUNTRY_LETTERS: Final = 2
_MOST_BAIT: Final = 24  # letters of bait run together
_WORD: Final = re.compile(r"[^\W_]{2,40}")
_PARTS: Final = re.compile(r"[.-]")
_USER: Final = re.compile(r"[/\\]{2}([^\s/\\?#]{1,200})@")


class _Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`bait` says "act now", `lures` merely what brands' own hosts say too; `own` are further domains to pass."""

    bait: frozenset[str] = frozenset()
    lures: frozenset[str] = frozenset()
    abused_endings: frozenset[str] = frozenset()
    own: frozenset[str] = frozenset()
    refuse_at: _Share = 0.8
    hold_at: _Share = 0.65


class _Ready(msgspec.Struct, frozen=True):
    """The register and the words.

    Attributes:
        brands: by short name.
        own: domains that are somebody's own.
        known: words of bait and lure.
        held_as: a brand's names as accounts hold and texts say them, by short name.
    """

    settings: _Settings
    register: Register
    brands: dict[str, Brand]
    own: frozenset[str]
    known: frozenset[str]
    held_as: dict[str, frozenset[str]]


class _Host(msgspec.Struct, frozen=True):
    """A host in parts.

    Attributes:
        below: what stands before the registrable domain, cut at dots and hyphens.
        parts: the registrable domain's first label, cut at hyphens.
        added: what bait, ending and path add to any way.
        added_below: the same to a name below the domain, where bait can stand too.
    """

    below: list[str]
    parts: list[str]
    ending: str
    added: float
    added_below: float


class _Seen(msgspec.Struct, frozen=True):
    """A brand that a host imitates, how, and how surely without what the text adds."""

    name: Name
    way: Way
    score: float


def _prepare(settings: _Settings, document: PolicyDocument) -> _Ready:
    if settings.hold_at > settings.refuse_at:
        raise ValueError("hold_at is above refuse_at")
    domains = {domain.lower() for brand in document.brands.values() for domain in brand.domains}
    return _Ready(
        settings=settings,
        register=register_of(document.brands),
        brands=document.brands,
        own=frozenset(domains) | settings.own,
        known=settings.bait | settings.lures,
        held_as={short: frozenset(map(compact_name, brand.names)) for short, brand in document.brands.items()},
    )


def _check(message: Message, facts: Facts, ready: _Ready) -> Answer:
    hosts = [link for link in message.reading.links if link.kind == "name" and not _is_own(link, ready)]
    if not hosts:
        return MISS
    held = {compact_name(brand.name) for brand in facts.account.brands} if facts.account is not None else set[str]()
    imitated = [
        (place, seen)
        for place, link in enumerate(hosts)
        for seen in _imitated(link, ready)
        if not held & ready.held_as[seen.name.brand] and not (seen.way in _WAYS_BELOW and _label(link) in held)
    ]
    if not imitated:
        return MISS
    added = _from_text(message, ready)
    score, place, seen = max(
        ((round(min(1.0, seen.score + added(seen.name)), 2), place, seen) for place, seen in imitated), key=_strength
    )
    return MISS if score < ready.settings.hold_at else _hit(score, hosts[place], seen, ready)


def _label(link: Link) -> str:
    """What somebody registered, as names are compared: a shop may have a "dhl" below its own domain."""
    return compact_name(link.domain.partition(".")[0])


def _strength(found: tuple[float, int, _Seen]) -> tuple[float, int]:
    return found[0], len(found[2].name.compact)  # of names found equally surely the longest says most


def _hit(score: float, link: Link, seen: _Seen, ready: _Ready) -> Hit:
    brand = ready.brands[seen.name.brand]
    name = brand.names[0]
    return Hit(
        evidence=(Evidence("link", observed=link.host, limit=f"not taken for {name}", span=link.span),),
        sentence=f"The link to {link.unicode_host} can be taken for one of {name}: {seen.way.words}.",
        remedy=f"Link to a domain of your own. If you are {name}, prove it, and have this domain added to yours.",
        reviewer=f"{link.unicode_host} may imitate {name}: {seen.way.words} (score {score}). Domains known as its own: "
        f"{', '.join(brand.domains[:3]) or 'none'}.",
        score=score,
        action="" if score >= ready.settings.refuse_at else "hold",
    )


def _is_own(link: Link, ready: _Ready) -> bool:
    """Whether a host is a brand's own, or below one that is."""
    labels = link.host.split(".")
    return any(".".join(labels[start:]) in ready.own for start in range(len(labels)))


def _imitated(link: Link, ready: _Ready) -> Iterator[_Seen]:
    """The brands that a link's host imitates, once for each way."""
    if "user-info" in link.disguises:
        yield from _before_at(link, ready)
    host = _parts_of(link, ready)
    domain = ready.register.domain_in([*host.below, *host.parts, host.ending], len(host.below))
    if domain is not None:
        yield _of_domain(domain, _INSIDE, ready)
    for name in ready.register.drawn(_as_written(link)):
        yield _Seen(name, CONFUSABLE, CONFUSABLE.weight)
    for name, way in _ways(host, ready):
        added = 0.0 if way in {_ENDING_ABUSED, _ENDING_NEW} else host.added
        if way in _WAYS_BELOW:
            added = host.added_below
        less = _ORDINARY * ready.brands[name.brand].ordinary + _SHORT * (len(name.compact) <= _SHORT_LETTERS)
        yield _Seen(name, way, way.weight + added + less)


def _parts_of(link: Link, ready: _Ready) -> _Host:
    labels = link.unicode_host.split(".")
    registered = link.domain.count(".") + 1
    parts = [part for part in labels[-registered].split("-") if part]
    below = [part for one in labels[:-registered] for part in one.split("-") if part not in {"", "www"}]
    ending = link.domain.rpartition(".")[2]
    bait = _bait(parts, ready) if len(parts) > 1 or below else 0.0
    added = _ABUSED * (ending in ready.settings.abused_endings)
    added += _BAIT_IN_PATH * (not ready.settings.bait.isdisjoint(_WORD.findall(link.path.lower())))
    return _Host(below, parts, ending, added + bait, added + _bait([*below, *parts], ready, also=True))


def _as_written(link: Link) -> list[str]:
    """The parts of a host with its capitals, which hide what small letters show: "paypaI"."""
    start = link.written.lower().find(link.unicode_host)
    host = link.written[start : start + len(link.unicode_host)] if start >= 0 else ""
    return _PARTS.split(host) if "I" in host else []


def _ways(host: _Host, ready: _Ready) -> Iterator[tuple[Name, Way]]:
    """Names in a host and how they stand there."""
    abused = host.ending in ready.settings.abused_endings
    yield from ready.register.named(host.below, _BELOW_ABUSED if abused else _BELOW)
    whole = "".join(host.parts)
    if len(host.parts) > 1 and whole not in ready.register.names:
        yield from ready.register.named(host.parts, _PART)
    elif (way := _ending(host.ending, ready)) or whole not in ready.register.names:
        yield from ready.register.named([whole], way or _PART)
    for part in host.parts:
        yield from _run_together(_as_seen(part), ready)


def _ending(ending: str, ready: _Ready) -> Way | None:
    """What a brand's name right before this ending says; None for those that brands have everywhere."""
    if ending in ready.settings.abused_endings:
        return _ENDING_ABUSED
    return None if ending in _ESTABLISHED or len(ending) == _COUNTRY_LETTERS else _ENDING_NEW


def _before_at(link: Link, ready: _Ready) -> Iterator[_Seen]:
    user = _USER.search(link.written)
    host = user[1].lower().partition(":")[0] if user else ""
    while "." in host:
        if host.replace("-", ".") in ready.register.domains:
            yield _of_domain(host.replace("-", "."), _BEFORE_AT, ready)
            return
        host = host.partition(".")[2]


def _of_domain(domain: str, way: Way, ready: _Ready) -> _Seen:
    return _Seen(Name(ready.register.domains[domain], domain), way, way.weight)


def _run_together(label: str, ready: _Ready) -> Iterator[tuple[Name, Way]]:
    """Names with nothing but bait before and behind them: "securepaypal", "inglogin"."""
    if _split(label, ready) is not None:
        return
    for start in range(len(label) - LEAST_LETTERS + 1):
        before = _split(label[:start], ready)
        if before is None:
            continue
        for end in range(start + LEAST_LETTERS, len(label) + 1):
            name = ready.register.names.get(label[start:end])
            behind = _split(label[end:], ready) if name is not None else None
            if name is not None and behind is not None and (before or behind):
                yield name, Way(_PART.words, _PART.weight + _bait([*before, *behind], ready))


def _split(written: str, ready: _Ready) -> list[str] | None:
    """The one or two words of bait or lure that it is made of; None when it is something else."""
    if not written:
        return []
    if written in ready.known:
        return [written]
    if len(written) > _MOST_BAIT:
        return None
    halves = ([written[:cut], written[cut:]] for cut in range(2, len(written) - 1))
    return next((pair for pair in halves if ready.known.issuperset(pair)), None)


def _as_seen(part: str) -> str:
    return part if part.isascii() else compact_name(unmask(part).plain)  # look-alike letters as people take them


def _bait(words: Iterable[str], ready: _Ready, *, also: bool = False) -> float:
    """What bait or else a lure among these words adds; `also`: bait beside another such word adds more."""
    seen = {word for written in words for word in _split(_as_seen(written), ready) or ()}
    if not seen.isdisjoint(ready.settings.bait):
        return _BAIT + _LURE * (also and len(seen & ready.known) > 1)
    return _LURE if not seen.isdisjoint(ready.settings.lures) else 0.0


def _from_text(message: Message, ready: _Ready) -> Callable[[Name], float]:
    """What the text around the links adds: bait, and a brand by its name."""
    words = _WORD.findall(_outside_links(message))
    joined = {"".join(words[start : start + count]) for count in (1, 2, 3) for start in range(len(words))}
    bait = _BAIT_IN_TEXT * (not ready.settings.bait.isdisjoint(words))
    return lambda name: bait + _NAMED_IN_TEXT * (not joined.isdisjoint(ready.held_as[name.brand]))


def _outside_links(message: Message) -> str:
    """The text in small plain letters, without its links."""
    read = message.reading.unmasked
    plain = read.plain
    for link in reversed(message.reading.links):
        start, end = link.span
        if len(plain) == len(read.original):
            plain = f"{plain[:start]}{' ' * (end - start)}{plain[end:]}"
        else:
            plain = plain.replace(link.unicode_host, " ")
    return plain


RULE: Final = Rule(
    id="link-look-alike",
    clauses=("U7", "U1", "P9"),
    title="Look-alike link",
    needs=("account",),
    check=_check,
    settings=_Settings,
    prepare=_prepare,
)
