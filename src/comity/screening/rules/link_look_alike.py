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
from collections.abc import Callable
from typing import Annotated, Final

import msgspec

from comity.messages.verdict import Evidence
from comity.policy.document import PolicyDocument
from comity.screening.judging import MISS, Answer, Facts, Hit, Message, Rule
from comity.screening.look_alike_names import Name, compact_name
from comity.screening.look_alikes import WAYS_BELOW, LookAlikes, Seen, Words
from comity.text.links import Link

_Share = Annotated[float, msgspec.Meta(ge=0, le=2)]

# What the text around a link adds to its host's own score.
_NAMED_IN_TEXT: Final = 0.15
_BAIT_IN_TEXT: Final = 0.15
_WORD: Final = re.compile(r"[^\W_]{2,40}")


class _Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`bait` says "act now", `lures` merely what brands' own hosts say too; `own` are further domains to pass."""

    bait: frozenset[str] = frozenset()
    lures: frozenset[str] = frozenset()
    abused_endings: frozenset[str] = frozenset()
    own: frozenset[str] = frozenset()
    refuse_at: _Share = 0.8
    hold_at: _Share = 0.65


class _Ready(msgspec.Struct, frozen=True):
    """The settings, the register and its names as accounts hold and texts say them, by short name."""

    settings: _Settings
    look_alikes: LookAlikes
    held_as: dict[str, frozenset[str]]


def _prepare(settings: _Settings, document: PolicyDocument) -> _Ready:
    if settings.hold_at > settings.refuse_at:
        raise ValueError("hold_at is above refuse_at")
    words = Words(settings.bait, settings.lures, settings.abused_endings, settings.own)
    return _Ready(
        settings=settings,
        look_alikes=LookAlikes(document.brands, words),
        held_as={short: frozenset(map(compact_name, brand.names)) for short, brand in document.brands.items()},
    )


def _check(message: Message, facts: Facts, ready: _Ready) -> Answer:
    hosts = [link for link in message.reading.links if link.kind == "name" and not ready.look_alikes.is_own(link)]
    if not hosts:
        return MISS
    held = {compact_name(brand.name) for brand in facts.account.brands} if facts.account is not None else set[str]()
    imitated = [
        (place, seen)
        for place, link in enumerate(hosts)
        for seen in ready.look_alikes.imitated(link)
        if not held & ready.held_as[seen.name.brand] and not (seen.way in WAYS_BELOW and _label(link) in held)
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


def _strength(found: tuple[float, int, Seen]) -> tuple[float, int]:
    return found[0], len(found[2].name.compact)  # of names found equally surely the longest says most


def _hit(score: float, link: Link, seen: Seen, ready: _Ready) -> Hit:
    brand = ready.look_alikes.brands[seen.name.brand]
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
