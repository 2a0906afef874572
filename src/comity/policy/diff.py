"""Owns what changes between two policies, for those who live under them; must not know files or any rule.

Two policies are compared as documents: the order of keys, comments and how they are spread over files change nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal

import msgspec

from comity.accounts.triggers import Triggers
from comity.complaints.figures import Figures
from comity.policy.document import Mode, Overlay, PolicyDocument, RuleChange, RuleSetting
from comity.policy.watching import figures_of, triggers_of

Part = Literal["policy", "rules", "clauses", "overlays", "brands", "lists", "triggers", "proof", "complaints"]
Effect = Literal["stricter", "looser", ""]

_ACTIONS: Final = ("allow", "note", "defer", "hold", "refuse")
_MODES: Final = (Mode.OFF, Mode.MONITOR, Mode.ENFORCE)
_HEAD: Final = ("version", "title", "effective", "acceptance_required", "substantial", "notice_days")
_RANKED: Final = ("action", "on_failure", "on_missing")


class Change(msgspec.Struct, frozen=True, omit_defaults=True):
    """One difference.

    Attributes:
        part: the part of the policy.
        name: the rule, clause, overlay, brand or list; a field of the document itself.
        field: what of it, with dots; "" for all of it.
        before: the value, or None when it was not there.
        after: the value, or None when it is gone.
        effect: what it means for a sender, where that can be told.
        added: entries of a list that are new.
        removed: entries of a list that are gone.
    """

    part: Part
    name: str
    field: str = ""
    before: Any = None
    after: Any = None
    effect: Effect = ""
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


def differences(old: PolicyDocument, new: PolicyDocument) -> list[Change]:
    """All that changes from one policy to another; empty for policies that say the same.

    Give both with the rules' defaults written out (`comity.screening.explicit`), or a setting that was only left
    to its default shows as new.
    """
    return [
        *_of_head(old, new),
        *_of_rules(old.rules, new.rules),
        *_of_tables("clauses", old.clauses, new.clauses),
        *_of_overlays(old, new),
        *_of_tables("brands", old.brands, new.brands),
        *_of_lists(old.lists, new.lists),
        *_of_triggers(triggers_of(old), triggers_of(new)),
        *_of_fields("proof", "request", old.proof, new.proof),
        *_of_figures(figures_of(old), figures_of(new)),
    ]


def _of_head(old: PolicyDocument, new: PolicyDocument) -> Iterator[Change]:
    for field in _HEAD:
        before, after = getattr(old, field), getattr(new, field)
        if before != after:
            yield Change("policy", field, "", before, after)


def _of_rules(old: Mapping[str, RuleSetting], new: Mapping[str, RuleSetting]) -> Iterator[Change]:
    off = RuleSetting(mode=Mode.OFF)
    for name in _names(old, new):
        before, after = old.get(name, off), new.get(name, off)
        if before.mode is Mode.OFF and after.mode is Mode.OFF:
            continue
        yield from _of_rule("rules", name, "", before, after)


def _of_rule(
    part: Part, name: str, prefix: str, old: RuleSetting | RuleChange, new: RuleSetting | RuleChange
) -> Iterator[Change]:
    for field in ("mode", *_RANKED):
        before, after = getattr(old, field), getattr(new, field)
        if before != after:
            effect = _effect(_MODES if field == "mode" else _ACTIONS, before, after)
            yield Change(part, name, prefix + field, before, after, effect)
    for field in _names(old.settings, new.settings):
        yield from _of_value(part, name, f"{prefix}settings.{field}", old.settings.get(field), new.settings.get(field))


def _of_overlays(old: PolicyDocument, new: PolicyDocument) -> Iterator[Change]:
    for name in _names(old.overlays, new.overlays):
        before, after = old.overlays.get(name), new.overlays.get(name)
        if before is None or after is None:
            yield Change("overlays", name, "", _plain(before), _plain(after))
        else:
            yield from _of_overlay(name, before, after)
    stayed = [[name for name in one.overlays if name in old.overlays and name in new.overlays] for one in (old, new)]
    if stayed[0] != stayed[1]:
        yield Change("policy", "overlays", "order", stayed[0], stayed[1])


def _of_overlay(name: str, old: Overlay, new: Overlay) -> Iterator[Change]:
    yield from _of_fields("overlays", name, old, new, leave="rules")
    nothing = RuleChange()
    for rule in _names(old.rules, new.rules):
        before, after = old.rules.get(rule, nothing), new.rules.get(rule, nothing)
        yield from _of_rule("overlays", name, f"rules.{rule}.", before, after)


def _of_tables(part: Part, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    for name in _names(old, new):
        before, after = old.get(name), new.get(name)
        if before is None or after is None:
            yield Change(part, name, "", _plain(before), _plain(after))
        else:
            yield from _of_fields(part, name, before, after)


def _of_fields(part: Part, name: str, old: msgspec.Struct, new: msgspec.Struct, leave: str = "") -> Iterator[Change]:
    for field in old.__struct_fields__:
        if field != leave:
            yield from _of_value(part, name, field, _plain(getattr(old, field)), _plain(getattr(new, field)))


def _of_lists(old: Mapping[str, tuple[str, ...]], new: Mapping[str, tuple[str, ...]]) -> Iterator[Change]:
    for name in _names(old, new):
        before, after = old.get(name, ()), new.get(name, ())
        if set(before) != set(after):
            yield Change("lists", name, added=_without(after, before), removed=_without(before, after))


def _of_figures(old: Figures, new: Figures) -> Iterator[Change]:
    for table in ("weights", "linking", "limits"):
        yield from _of_fields("complaints", table, getattr(old, table), getattr(new, table))
    yield from _of_tables(
        "complaints", *({f"kinds.{name}": kind for name, kind in one.kinds.items()} for one in (old, new))
    )


def _of_triggers(old: Triggers, new: Triggers) -> Iterator[Change]:
    for table in ("strikes", "probing", "drift"):
        yield from _of_fields("triggers", table, getattr(old, table), getattr(new, table))
    yield from _of_tables(
        "triggers", *({f"rates.{name}": rate for name, rate in one.rates.items()} for one in (old, new))
    )


def _of_value(part: Part, name: str, field: str, before: Any, after: Any) -> Iterator[Change]:  # noqa: ANN401  whatever TOML holds
    before, after = _plain(before), _plain(after)
    if before == after:
        return
    if _is_list(before) and _is_list(after):
        yield Change(part, name, field, before, after, "", _without(after, before), _without(before, after))
    else:
        yield Change(part, name, field, before, after)


def _is_list(value: Any) -> bool:  # noqa: ANN401  whatever TOML holds
    return isinstance(value, list) and all(isinstance(entry, str) for entry in value)


def _effect(ranks: tuple[str, ...], before: str | None, after: str | None) -> Effect:
    if before not in ranks or after not in ranks:
        return ""
    return "stricter" if ranks.index(after) > ranks.index(before) else "looser"


def _plain(value: Any) -> Any:  # noqa: ANN401  a struct, or whatever TOML holds
    return msgspec.to_builtins(value)


def _names(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    return list({**old, **new})


def _without(entries: Any, others: Any) -> tuple[str, ...]:  # noqa: ANN401  two lists of text
    left = set(others)
    return tuple(entry for entry in entries if entry not in left)
