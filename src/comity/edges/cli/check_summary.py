"""Owns what a file of messages comes to, in words for people; must not know how it was counted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from comity.edges.cli.check_input import KNOWN
from comity.journey.campaign import MOST_TOLD, TITLES, Reason, Summary
from comity.messages.verdict import Action

_MICRO: Final = 1_000_000
_HEADS: Final = {
    Action.REFUSE.word: "Findings that refuse",
    Action.HOLD.word: "Findings that hold a message until a person has looked",
    Action.DEFER.word: "Findings that let a message wait",
    Action.NOTE.word: "Findings to note",
    Action.ALLOW.word: "Findings without consequence",
}
_SAYS: Final = {"to": "the recipient (to)", "sender": "the sender", "at": "when it would be sent (at)"}


def told(found: Summary, *, with_store: bool = False) -> str:
    """The summary.

    Args:
        found: what was counted.
        with_store: whether an account's data were read.
    """
    lines = [f"{_messages(found.messages)} checked."]
    lines += [f"  {count:>8} would {words}" for words, count in found.fates()]
    lines += _cost(found)
    lines += _some(found.broken, "line holds no message", "lines hold no message", found.unreadable)
    if found.unsendable:
        lines += ["", "Judged by the rest, though no door takes them as they are written:"]
        lines += [f"  {what}" for what in found.unsendable]
        lines += ["  ..."] if len(found.unsendable) == MOST_TOLD else []
    if found.unread:
        lines += ["", unread_words(found)]
    for action, head in _HEADS.items():
        lines += _reasons(found, action, head)
    lines += _not_judged(found, with_store)
    return "\n".join(lines)


def unread_words(found: Summary) -> str:
    """Which fields nothing reads, and those that something does; "" when all were read."""
    names = ", ".join(name[:60] for name in found.unread)
    return f"Not read: {names}. Known are {', '.join(KNOWN)}." if names else ""


def _messages(count: int) -> str:
    return "1 message was" if count == 1 else f"{count} messages were"


def _cost(found: Summary) -> Iterator[str]:
    if found.cost is None:
        return
    held = found.cost if found.available is None else found.available
    more = f", more than the {held / _MICRO:g} that the account holds" if found.cost > held else ""
    yield f"They would cost {found.cost / _MICRO:g} {'credit' if found.cost == _MICRO else 'credits'}{more}."


def _some(count: int, one: str, several: str, first: list[str]) -> Iterator[str]:
    if count:
        yield f"  {count:>8} {one if count == 1 else several}:"
        yield from (f"            {what}" for what in first)
    if count > len(first):
        yield "            ..."


def _reasons(found: Summary, action: str, head: str) -> Iterator[str]:
    reasons = sorted(
        ((rule, reason) for (rule, acted), reason in found.reasons.items() if acted == action),
        key=lambda pair: (-pair[1].messages, pair[0]),
    )
    if reasons:
        yield from ("", f"{head}; a message may have several:")
    for rule, reason in reasons:
        yield from _reason(rule, reason)


def _reason(rule: str, reason: Reason) -> Iterator[str]:
    where = ", ".join(map(str, reason.lines)) + (", ..." if reason.messages > len(reason.lines) else "")
    stronger = reason.messages - reason.deciding
    beside = f"; for {stronger} of them something stronger was found" if stronger else ""
    example = " (for example)" if reason.varies else ""
    yield f"  {reason.messages:>8}  {TITLES.get(rule, rule)} ({rule}), line {where}{beside}"
    yield f"            why{example}: {reason.why}"
    yield f"            to mend it{example}: {reason.remedy}"


def _not_judged(found: Summary, with_store: bool) -> Iterator[str]:
    unsaid = sorted(found.unsaid.items())
    if unsaid:
        yield from ("", "Not judged, because the file does not say:")
        yield from (f"  {count:>8}  {_rule(rule)}: {_SAYS[field]}" for (rule, field), count in unsaid)
    known = found.not_judged.copy()
    for (rule, _), count in unsaid:
        known[rule] -= count
    left = sorted((rule, count) for rule, count in known.items() if count > 0)
    if left:
        why = (
            "the gateway does not know what it takes, or does not tell before a send"
            if with_store
            else "only the gateway knows what it takes"
        )
        yield from ("", f"Not judged, because {why}:")
        yield from (f"  {count:>8}  {_rule(rule)}" for rule, count in left)


def _rule(rule: str) -> str:
    return f"{TITLES.get(rule, rule)} ({rule})"
