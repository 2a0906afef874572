"""No public link shortener, behind which nobody sees where a link leads (U9).

Carriers and their associations ask for full links or a short domain of one's own: an address that anybody can make
hides its target from people and filters, and one abuser's links bring down everybody else's. The policy's list names
the public ones (`lists/shorteners.txt`).

What belongs to one brand is fine: every domain in the register of protected names, and those the policy names as
`own`. So are short addresses that only lead into one service, such as a map or a chat. What to do is said for each
category; where a country forbids public shorteners, and that is known well enough, the message is refused whatever it
is.
"""

from __future__ import annotations

import re
from typing import Final, Literal

import msgspec

from comity.countries import link_rule, may_refuse, spoken_name
from comity.messages.submission import Category
from comity.messages.verdict import Evidence
from comity.policy.document import PolicyDocument
from comity.policy.lists import entries_of, wrong_entry
from comity.screening.judging import MISS, Answer, Facts, Hit, Message, Rule
from comity.text.links import Link
from comity.text.unmask import unmask

LIST: Final = "shorteners"
_HOST: Final = re.compile(r"(?:[^\s/.@:]{1,63}\.){1,10}[^\s/.@:]{1,63}")
_Action = Literal["allow", "note", "hold", "refuse"]


class _Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    promotional: _Action = "refuse"
    transactional: _Action = "hold"
    otp: _Action = "refuse"
    alert: _Action = "refuse"
    by_country: bool = True
    own: tuple[str, ...] = ()
    spared: tuple[str, ...] = ()


class _Ready(msgspec.Struct, frozen=True):
    """The hosts of public shorteners, and what follows by category."""

    hosts: frozenset[str]
    actions: dict[Category, str]
    by_country: bool
    spared: tuple[str, ...]


def _prepare(settings: _Settings, document: PolicyDocument) -> _Ready:
    entries = entries_of(document, LIST)
    for place, entry in enumerate(entries):
        if not _HOST.fullmatch(entry.lower()):
            raise wrong_entry(LIST, place, f"no host: {entry!r}", "Write a host alone: bit.ly.")
    hosts = {host.lower() for host in entries}
    own = {domain for brand in document.brands.values() for domain in brand.domains}
    actions = {category: getattr(settings, category.value) for category in Category}
    return _Ready(frozenset(hosts - own - set(settings.own)), actions, settings.by_country, settings.spared)


def _check(message: Message, _facts: Facts, ready: _Ready) -> Answer:
    found = [link for link in message.reading.links if _seen(link) in ready.hosts and not _is_spared(link, ready)]
    if not found:
        return MISS
    action, why = _action(message, ready)
    if action == "allow":
        return MISS
    host = found[0].unicode_host
    return Hit(
        evidence=tuple(
            Evidence("link", observed=link.host, limit="no public shortener", span=link.span) for link in found
        ),
        sentence=f"{host} is a public link shortener: nobody can see where the link leads{why}.",
        remedy="Write the full link, or use a short domain that is yours alone.",
        action=action,
    )


def _is_spared(link: Link, ready: _Ready) -> bool:
    """Whether a shortener's path leads into one service only, such as a map."""
    return bool(ready.spared) and f"{_seen(link)}{link.path}".startswith(ready.spared)


def _seen(link: Link) -> str:
    """The host as people read it: look-alike letters are for whom they look like."""
    host = link.host if link.unicode_host.isascii() else unmask(link.unicode_host).plain
    return host.removeprefix("www.")


def _action(message: Message, ready: _Ready) -> tuple[str, str]:
    if ready.by_country and message.country is not None:
        rule = link_rule(message.country, message.at.date() if message.at is not None else None)
        if rule is not None and rule.shorteners == "prohibited" and may_refuse(rule.tier):
            return "refuse", f", and networks in {spoken_name(message.country)} block such links"
    return ready.actions[message.category], ""


RULE: Final = Rule(
    id="link-shortener",
    clauses=("U9",),
    title="Public link shortener",
    needs=(),
    check=_check,
    settings=_Settings,
    prepare=_prepare,
)
