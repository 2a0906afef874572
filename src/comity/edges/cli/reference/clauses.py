"""Owns the page of the clauses, from the default policy and the rulebook; must not know how a rule judges."""

from __future__ import annotations

import string
from collections.abc import Iterator
from typing import Final

from comity.edges.cli.reference.tables import NOTE, table
from comity.policy.document import Clause, PolicyDocument
from comity.policy.files import default_policy
from comity.screening.rulebook import RULEBOOK

_HEAD: Final = f"""# Clauses

{NOTE}
The acceptable use policy asks duties of those who send, each under a short name that never changes. Rules, findings,
refusals and tests cite them. These are the words of the [policy that ships](policy.md); an operator may put them
otherwise. `comity policy show --clause U7` prints a clause of the policy in force.

Under each clause stands who acts on it: the [rules](rules.md) that judge each message for it, and what is **beside the
rules**, which is another part of the gateway, or a person where nothing does yet. A rule does not mean that a clause is
done: the rule acts on the part of it that its page describes.

"""
_TAIL: Final = """
An opt-out is heeded after acceptance too: a message that still waits when its recipient opts out is refused and
refunded before it is handed over. See [consent and hours](../explanation/consent-and-hours.md).
"""
CATEGORIES: Final = {
    "use": "What you must not do",
    "practice": "How to do it well",
    "ground": "The ground rules",
    "platform": "What the gateway offers",
}


def clauses_page() -> str:
    """The page."""
    document = default_policy().document
    rows = [
        (f"[{name}](#{name.lower()})", clause.title, _rules(name) or "beside the rules")
        for name, clause in _in_order(document)
    ]
    text = _HEAD + table(("clause", "in short", "judged by"), rows)
    for category, heading in CATEGORIES.items():
        text += f"\n## {heading}\n"
        text += "".join(_section(name, one) for name, one in _in_order(document) if one.category == category)
    return text + _TAIL


def _in_order(document: PolicyDocument) -> Iterator[tuple[str, Clause]]:
    for category in CATEGORIES:
        found = [(name, one) for name, one in document.clauses.items() if one.category == category]
        yield from sorted(found, key=lambda pair: _number(pair[0]))


def _number(name: str) -> tuple[str, int]:
    letters = name.rstrip(string.digits)
    return letters, int(name[len(letters) :] or 0)


def _section(name: str, clause: Clause) -> str:
    lines = [f'### <a id="{name.lower()}"></a>{name}: {clause.title}', "", clause.text]
    for heading, examples in (("Fine:", clause.fine), ("Not fine:", clause.not_fine)):
        if examples:
            lines += ["", heading, "", *(f"- {_plain(example)}" for example in examples)]
    if clause.guidance:
        lines += ["", f"**How.** {clause.guidance}"]
    rules = _rules(name)
    if rules:
        lines += ["", f"**Judged by** {rules}."]
    if clause.elsewhere:
        lines += ["", f"**Beside the rules.** {clause.elsewhere}"]
    return "\n" + "\n".join(lines) + "\n"


def _rules(clause: str) -> str:
    return ", ".join(f"[{rule.id}](rules/{rule.id}.md)" for rule in RULEBOOK if clause in rule.clauses)


def _plain(example: str) -> str:
    """An example as it is read: what looks like a link in it must not become one."""
    return example.replace("https://", "https:&#47;&#47;").replace("http://", "http:&#47;&#47;")
