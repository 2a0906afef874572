"""Owns the pages of the rules, from rulebook, default policy and runs of the rules; must not judge by itself."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import Any, Final

import msgspec
import msgspec.inspect

from comity.edges.cli.reference.examples import Example, examples_of
from comity.edges.cli.reference.tables import NOTE, code, table
from comity.messages.verdict import Finding
from comity.policy.files import default_policy
from comity.screening.compiled import CompiledPolicy, CompiledRule, compile_policy
from comity.screening.decide import decide
from comity.screening.judging import Rule
from comity.screening.rulebook import RULEBOOK

_HEAD: Final = f"""# Rules

{NOTE}
A rule is a pure function of a message, the facts around it and its settings. It misses, hits, or abstains because a
fact is not known. What a hit leads to is said by the [policy](policy.md), not by the rule. Every rule is asked for
every message, so a sender learns of everything that is wrong at once; the strongest enforced action wins.

The rules in their order, with what the default policy makes of them:

"""
_MOST_SHOWN: Final = 12
_FIRST_SHOWN: Final = 6
_CITATION: Final = re.compile(r" \([^()]*\)(?=\.$)")  # the page has a row for the clauses
_FACTS: Final = {
    "standing": "the account's standing",
    "policy_accepted": "whether a named person accepted the policy for the account",
    "sender_granted": "whether the account may use the sender now",
    "opted_out": "whether the recipient opted out from the account",
    "consent": "the recipient's latest consent towards the account",
    "recent": "earlier texts of the account to this recipient that were not refused",
    "zones": "the time zones that the recipient may be in",
    "us_state": "the state that a United States number belongs to",
    "account": "what the account declared and was cleared for",
    "carrier": "the carrier that the route leads to",
    "listed": "the entries of the operator's lists that the recipient or a link stands on",
    "heard": "when the recipient last wrote to the account",
    "spread": "over how many senders and accounts the same text went",
    "traffic": "what the account and the sender sent lately",
    "template": "what the account sent of this template before, and who complained of it",
    "history": "since when the account sends, and how much",
    "probing": "texts by which the account feels out the filter",
    "frozen": "what of the account's traffic is frozen after complaints",
    "challenged": "what of the account's use somebody must vouch for",
    "volume": "what the account sends this hour and day, and what it used to",
}


_TAKES: Final[dict[type[msgspec.inspect.Type], str]] = {
    msgspec.inspect.BoolType: "true, false",
    msgspec.inspect.DateType: "a date",
    msgspec.inspect.NoneType: "nothing",
}


def rules_page() -> str:
    """The list of rules."""
    policy = _compiled()
    rows = [
        (f"[{rule.title}](rules/{rule.id}.md)", code(rule.id), _clauses(rule, "clauses.md"), *_in_policy(policy, rule))
        for rule in RULEBOOK
    ]
    return _HEAD + table(("rule", "id", "clauses", "mode", "action"), rows)


def rule_page(rule: Rule) -> str:
    """One rule's page."""
    policy = _compiled()
    lead, _, more = (inspect.getdoc(inspect.getmodule(rule.check)) or "").partition("\n\n")
    facts = ", ".join(f"{code(name)} ({_FACTS.get(name, name)})" for name in rule.needs) or "nothing but the message"
    rows = [
        ("id", code(rule.id)),
        ("clauses", _clauses(rule, "../clauses.md")),
        ("needs", facts),
        *_said_by(policy, rule),
    ]
    text = f"# {rule.title}\n\n{NOTE}\n{_CITATION.sub('', _one_line(lead))}\n"
    if more:
        text += f"\n{_paragraphs(more)}\n"
    text += "\n" + table(("", ""), rows) + _settings(policy, rule)
    examples = "".join(_example(policy, rule, one) for one in examples_of(rule.id))
    return text + (f"\n## Examples\n{examples}" if examples else "")


def _compiled() -> CompiledPolicy:
    return compile_policy(default_policy(), RULEBOOK)


def _in_policy(policy: CompiledPolicy, rule: Rule) -> tuple[str, str]:
    found = policy.by_id.get(rule.id)
    return (found.mode.value, found.action) if found else ("off", "")


def _said_by(policy: CompiledPolicy, rule: Rule) -> Iterator[tuple[str, str]]:
    found = policy.by_id.get(rule.id)
    if found is None:
        yield "in the default policy", "off"
        return
    yield "in the default policy", f"{found.mode.value}, {found.action}"
    yield "when it fails", found.on_failure


def _clauses(rule: Rule, page: str) -> str:
    return ", ".join(f"[{clause}]({page}#{clause.lower()})" for clause in rule.clauses)


def _settings(policy: CompiledPolicy, rule: Rule) -> str:
    if rule.settings is None or not rule.settings.__struct_fields__:
        return "\nThis rule has no settings.\n"
    described = msgspec.inspect.type_info(rule.settings)
    assert isinstance(described, msgspec.inspect.StructType)  # a rule's settings are a Struct
    found = policy.by_id.get(rule.id)
    rows = []
    for field in described.fields:
        default = field.default_factory() if callable(field.default_factory) else field.default
        current = getattr(found.settings, field.name) if found else default
        rows.append((code(field.name), _takes(field.type), _written(default), _written(current)))
    return "\n## Settings\n\n" + table(("setting", "takes", "when left out", "in the default policy"), rows)


def _takes(kind: msgspec.inspect.Type) -> str:
    match kind:
        case msgspec.inspect.Metadata(type=inner):
            return _takes(inner)
        case msgspec.inspect.IntType() | msgspec.inspect.FloatType():
            return _bounds(kind)
        case msgspec.inspect.LiteralType(values=values):
            return ", ".join(str(value) for value in values)
        case msgspec.inspect.EnumType(cls=members):
            return ", ".join(str(member.value) for member in members)
        case msgspec.inspect.VarTupleType(item_type=item) | msgspec.inspect.FrozenSetType(item_type=item):
            return f"a list of {_takes(item)}"
        case msgspec.inspect.DictType(value_type=value):
            return f"a table of {_takes(value)}"
        case msgspec.inspect.StructType(fields=fields):
            return f"a table with {', '.join(field.name for field in fields)}"
        case msgspec.inspect.UnionType(types=types):
            return " or ".join(_takes(one) for one in types)
        case _:
            return _TAKES.get(type(kind), "text")


def _bounds(kind: msgspec.inspect.IntType | msgspec.inspect.FloatType) -> str:
    low, above, high, below = kind.ge, kind.gt, kind.le, kind.lt
    if low is not None and high is not None:
        return f"{low:g} to {high:g}"
    words = (("from", low), ("above", above), ("up to", high), ("below", below))
    said = ", ".join(f"{word} {bound:g}" for word, bound in words if bound is not None)
    return said or "a number"


def _written(value: Any) -> str:  # noqa: ANN401  whatever settings hold
    if value is msgspec.NODEFAULT:
        return "required"
    if isinstance(value, frozenset):
        value = sorted(value)
    if isinstance(value, (list, tuple)) and len(value) > _MOST_SHOWN:
        first = ", ".join(code(str(one)) for one in value[:_FIRST_SHOWN])
        return f"{len(value)} entries: {first} ..."
    return code(msgspec.json.encode(value).decode())


def _example(policy: CompiledPolicy, rule: Rule, example: Example) -> str:
    compiled = policy.by_id.get(rule.id)
    if compiled is None:
        return ""
    text = f"\n### {example.title}\n\n> {_quoted(example.message.text)}\n\n{_about(example)}\n\n"
    finding = _finding(policy, compiled, example)
    if finding is None:
        return text + "The rule misses.\n"
    score = f" (score {finding.score:g})" if finding.score != 1 else ""
    seen = "; ".join(
        f"{one.what} {code(one.observed) or '-'}" + (f" (limit: {one.limit})" if one.limit else "")
        for one in finding.evidence
    )
    return text + table(
        ("", ""),
        [
            ("action", f"**{finding.action}**{score}"),
            ("evidence", seen),
            ("the sender reads", finding.sentence),
            ("how to mend it", finding.remedy),
        ],
    )


def _finding(policy: CompiledPolicy, compiled: CompiledRule, example: Example) -> Finding | None:
    findings = decide(example.message, example.facts, policy).findings
    return next((one for one in findings if one.rule == compiled.rule.id), None)


def _about(example: Example) -> str:
    message = example.message
    sender = message.sender.shown if message.sender else "nobody"
    what = f"Declared {message.declared.value}"
    if message.category is not message.declared:
        what += f", treated as {message.category.value}"
    return f"{what}, from {code(sender)} to {code(message.to)}. {example.given}".strip()


def _paragraphs(text: str) -> str:
    """Prose without its line breaks; the lines of a list stay lines."""
    lines: list[str] = []
    for line in text.splitlines():
        begins = not line.strip() or line.startswith("- ") or not lines or not lines[-1]
        if begins:
            lines += [""] if line.startswith("- ") and lines and lines[-1] and not lines[-1].startswith("- ") else []
            lines.append(line.strip())
        else:
            lines[-1] = f"{lines[-1]} {line.strip()}"
    return "\n".join(lines)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _quoted(text: str) -> str:
    return text.replace("\n", "\n> ")
