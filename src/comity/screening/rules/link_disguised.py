"""No link that hides what it is from filters or from people (U7, U16).

Whoever writes "example dot com", puts a name before an "@" so that it looks like the host, mixes alphabets, encodes
the host or hides signs in it, does so to get past a filter or a reader. How an address was hidden says how sure that
is: what browsers follow and people misread is refused, what a person might have typed by mistake or to avoid a link
is looked at. The policy says which is which (`actions`, by kind; what is not named there is let pass).

Kinds: `user-info` (name@host), `homograph` (look-alike letters), `percent` (encoded host), `invisible` (hidden
signs), `backslash`, `styled` (bold or circled letters), `numeric-address` (an address in odd notation), `brackets`
(example[.]com), `defanged` (hxxp), `dot-word` (example dot com), `dot-sign` (another script's full stop), `spaced`,
`comma`, `slashes-missing`, `upper-ending`.

A host in one foreign alphabet is no disguise, and neither is an e-mail address.
"""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from comity.messages.verdict import Action, Evidence
from comity.policy.document import PolicyDocument
from comity.screening.judging import MISS, Answer, Facts, Hit, Message, Rule

_HOW: Final = {
    "user-info": "by a name before an @ that looks like its host",
    "homograph": "by letters of another alphabet that look like its own",
    "percent": "by an encoded host",
    "invisible": "by invisible signs",
    "backslash": "by backslashes",
    "styled": "by styled letters",
    "numeric-address": "by an unusual notation of an address",
    "brackets": "by brackets",
    "defanged": "by a changed scheme",
    "dot-word": "by a word for its dot",
    "dot-sign": "by a foreign full stop",
    "spaced": "by spaces",
    "comma": "by a comma for its dot",
    "slashes-missing": "by missing slashes",
    "upper-ending": "by capital letters",
}
_STRENGTH: Final = {action.word: action for action in Action}


class _Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    actions: dict[str, Literal["allow", "note", "hold", "refuse"]] = {}


def _prepare(settings: _Settings, _document: PolicyDocument) -> dict[str, str]:
    """What to do by kind, without those to let pass."""
    unknown = settings.actions.keys() - _HOW.keys()
    if unknown:
        raise ValueError(f"there is no disguise {min(unknown)!r}; known: {', '.join(sorted(_HOW))}")
    return {kind: action for kind, action in settings.actions.items() if action != Action.ALLOW.word}


def _check(message: Message, _facts: Facts, actions: dict[str, str]) -> Answer:
    found = [
        (link, kind) for link in message.reading.links if link.disguises for kind in link.disguises if kind in actions
    ]
    if not found:
        return MISS
    link, worst = max(found, key=lambda one: _STRENGTH[actions[one[1]]])
    return Hit(
        evidence=tuple(Evidence("link", observed=kind, limit="a link as it is", span=one.span) for one, kind in found),
        sentence=f"A link is hidden {_HOW[worst]}.",
        remedy="Write the link as it is, from http:// or the host's name on.",
        reviewer=f"A link is hidden {_HOW[worst]}; it leads to {link.unicode_host or link.scheme + ':'}.",
        action=actions[worst],
    )


RULE: Final = Rule(
    id="link-disguised",
    clauses=("U7", "U16"),
    title="Hidden link",
    needs=(),
    check=_check,
    settings=_Settings,
    prepare=_prepare,
)
