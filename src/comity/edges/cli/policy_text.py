"""Owns how a policy and its changes read for people; must not know where they come from."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import msgspec

from comity.accounts.triggers import Triggers
from comity.consent.proof_request import ProofTerms
from comity.policy.document import Clause, Mode, Overlay, Policy, PolicyDocument, When
from comity.policy.telling import WIDTH, written
from comity.policy.watching import triggers_of
from comity.screening.judging import Rule

if TYPE_CHECKING:
    from comity.edges.postgres.policy_store import PolicyVersion

_DIGEST_SHOWN: Final = 12
_CATEGORIES: Final = {
    "ground": "Ground rules",
    "use": "What you must not do",
    "practice": "How to do it well",
    "platform": "What the gateway offers",
}


def whole(policy: Policy, origin: str, rulebook: Sequence[Rule]) -> Iterator[str]:
    """A policy at a glance: its clauses with who acts on them, its rules, overlays and registers."""
    document = policy.document
    yield f"{document.title}, version {document.version} ({origin})"
    yield f"digest     {policy.digest}"
    yield f"effective  {document.effective}"
    yield f"acceptance {'required' if document.acceptance_required else 'not required'}"
    if document.substantial:
        yield f"notice     {document.notice_days} days: this version is substantial"
    for category, heading in _CATEGORIES.items():
        clauses = {name: one for name, one in document.clauses.items() if one.category == category}
        if clauses:
            yield from ("", heading)
        for name, one in clauses.items():
            yield f"  {name:<4} {one.title:<48} {_who(document, rulebook, name)}"
    yield from ("", "Rules")
    for rule in rulebook:
        setting = document.rules.get(rule.id)
        said = "off" if setting is None or setting.mode is Mode.OFF else f"{setting.mode.value} {setting.action}"
        yield f"  {rule.id:<32} {said:<16} {', '.join(rule.clauses)}"
    if document.overlays:
        yield from ("", "Overlays")
    for name, overlay in document.overlays.items():
        yield f"  {name:<24} {overlay.title}: {for_whom(overlay)}; changes {', '.join(overlay.rules) or 'nothing'}"
    yield from ("", "When accounts are acted on", *_triggers(triggers_of(document)), "", *_proof(document.proof))
    yield ""
    yield f"{len(document.brands)} protected names, {len(document.lists)} lists"


def _triggers(table: Triggers) -> Iterator[str]:
    """Limits in a line each."""
    for name, rate in table.rates.items():
        steps = ", ".join(f"over {step.over:.2%}: {step.weight}" for step in rate.steps) or "not looked at"
        yield f"  {name:<32} of {rate.minimum}+ in {rate.days} days, strikes {steps}"
    steps = ", ".join(f"{step.sum}: {step.event.value}" for step in table.strikes.steps)
    yield f"  {'strikes':<32} {steps}; each lasts {table.strikes.expires_days} days"
    one, other = table.probing, table.drift
    versions = f"{one.variants} versions in {one.hours} h, or {one.variants_before_pass} and a pass"
    yield f"  {'feeling out the filter':<32} {versions}"
    yield (
        f"  {'resale':<32} {other.senders} senders, {other.domains} domains, {other.names} names or {other.languages} "
        f"languages in {other.days} days"
    )


def _proof(terms: ProofTerms) -> Iterator[str]:
    reminders = " and ".join(f"{hours} h" for hours in terms.reminders_h)
    yield (
        f"Requests to prove opt-ins: {terms.window_h} h, reminders {reminders or 'none'} before the end, then "
        f"{terms.on_deadline}; one that reaches nobody pauses sending after {terms.unserved_h} h"
    )


def clause(document: PolicyDocument, rulebook: Iterable[Rule], name: str) -> Iterator[str]:
    """One clause in full."""
    one = document.clauses[name]
    yield f"{name}  {one.title}"
    yield ""
    yield from textwrap.wrap(one.text, WIDTH)
    for heading, examples in (("Fine:", one.fine), ("Not fine:", one.not_fine)):
        if examples:
            yield from ("", heading)
        for example in examples:
            yield from textwrap.wrap(example, WIDTH, initial_indent="  - ", subsequent_indent="    ")
    if one.guidance:
        yield from ("", *textwrap.wrap(f"How: {one.guidance}", WIDTH))
    yield ""
    rules = judging(document, rulebook, name)
    yield from textwrap.wrap(f"Judged by: {', '.join(rules) or 'no rule'}.", WIDTH)
    if one.elsewhere:
        yield from textwrap.wrap(f"Beside the rules: {one.elsewhere}", WIDTH)


def rule(document: PolicyDocument, one: Rule) -> Iterator[str]:
    """What a policy says of one rule, settings written out; the document has its defaults written out."""
    setting = document.rules[one.id]
    yield f"{one.id}  {one.title}"
    yield f"clauses     {', '.join(_with_title(document.clauses, name) for name in one.clauses)}"
    for field in ("mode", "action", "on_failure", "on_missing"):
        yield f"{field:<11} {getattr(setting, field)}"
    for name, value in setting.settings.items():
        yield from textwrap.wrap(f"settings.{name} = {written(value)}", WIDTH, subsequent_indent="    ")
    for name, overlay in document.overlays.items():
        if one.id in overlay.rules:
            change = written(msgspec.to_builtins(_said(overlay.rules[one.id])))
            yield from textwrap.wrap(f"overlay {name} ({for_whom(overlay)}): {change}", WIDTH, subsequent_indent="    ")


def version_row(one: PolicyVersion) -> dict[str, Any]:
    """A published version in a table; instants to the minute, UTC."""
    return {
        "version": one.version,
        "digest": one.digest[:_DIGEST_SHOWN],
        "effective": one.effective,
        "in_force_from": _minute(one.in_force_from),
        "until": _minute(one.until),
        "state": one.state if one.withdrawn_at is None else f"withdrawn {_minute(one.withdrawn_at)}",
        "published_at": _minute(one.published_at),
        "published_by": one.published_by or None,
        "withdrawn_by": one.withdrawn_by or None,
        "accepted_by": one.accepted_by,
    }


def judging(document: PolicyDocument, rulebook: Iterable[Rule], clause_id: str) -> list[str]:
    """The rules that speak for a clause, those that are off marked as such."""
    names = []
    for one in rulebook:
        if clause_id in one.clauses:
            setting = document.rules.get(one.id)
            mode = setting.mode if setting is not None else Mode.OFF
            names.append(one.id if mode is Mode.ENFORCE else f"{one.id} ({mode.value})")
    return names


def for_whom(overlay: Overlay) -> str:
    """Which messages an overlay is for, and when."""
    when = [
        f"{field} {', '.join(getattr(overlay.when, field))}"
        for field in When.__struct_fields__
        if getattr(overlay.when, field)
    ]
    dates = [f"{word} {day}" for word, day in (("from", overlay.since), ("until", overlay.until)) if day is not None]
    return " and ".join(when) + "".join(f", {one}" for one in dates) if when else ", ".join(["every message", *dates])


def _minute(at: datetime | None) -> str | None:
    return None if at is None else f"{at.astimezone(UTC):%Y-%m-%d %H:%M}"


def _who(document: PolicyDocument, rulebook: Iterable[Rule], clause_id: str) -> str:
    """Who acts on a clause, in a line."""
    rules = ", ".join(judging(document, rulebook, clause_id))
    return rules or (f"see --clause {clause_id}" if document.clauses[clause_id].elsewhere else "nobody")


def _said(change: msgspec.Struct) -> dict[str, Any]:
    return {name: value for name, value in msgspec.structs.asdict(change).items() if value not in (None, {})}


def _with_title(clauses: dict[str, Clause], name: str) -> str:
    return f"{name} ({clauses[name].title})" if name in clauses else name
