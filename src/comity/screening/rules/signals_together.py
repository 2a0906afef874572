"""What one finding only notes may weigh more beside others (U1, P9, U7).

A shortened link is common, a sender that names nobody is careless, an offer that presses is a matter of taste; a text
from nobody that presses people to follow a shortened link in another's name is none of that. Each rule in the settings
has a weight, which its hit brings in by its score; from the sum that the policy names on, a person looks at it.
Findings that are held or refused by themselves already are not counted: they need no company.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final

import msgspec

from comity.messages.verdict import Evidence
from comity.screening.judging import MISS, Answer, Facts, Hit, Message, Rule

_Weight = Annotated[float, msgspec.Meta(gt=0, le=1)]
_STRONG: Final = frozenset({"hold", "refuse"})
_LEAST: Final = 2


class _Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`weights` by rule; `hold_from`: the sum at which a person looks."""

    weights: dict[str, _Weight] = {}
    hold_from: Annotated[float, msgspec.Meta(gt=0, le=10)] = 1.0


def _check(_message: Message, _facts: Facts, settings: _Settings, hits: Mapping[str, Hit]) -> Answer:
    if len(hits) < _LEAST:
        return MISS
    weighed = {
        rule: settings.weights[rule] * hit.score
        for rule, hit in hits.items()
        if rule in settings.weights and hit.action not in _STRONG
    }
    total = sum(weighed.values())
    if len(weighed) < _LEAST or total < settings.hold_from:
        return MISS
    names = ", ".join(sorted(weighed, key=lambda rule: -weighed[rule]))
    return Hit(
        evidence=(Evidence("findings", observed=names, limit=f"{settings.hold_from:g} together, found {total:.2f}"),),
        sentence="Several things about this message are harmless one by one, and together look like deceit.",
        remedy="Mend what the other findings name; one of them less may be enough.",
        reviewer=f"{names} came together ({total:.2f}, limit {settings.hold_from:g}).",
        score=min(1.0, round(total / (total + settings.hold_from), 3)),
    )


RULE: Final = Rule(
    id="signals-together",
    clauses=("U1", "P9", "U7"),
    title="Signals that add up",
    needs=(),
    check=_check,
    settings=_Settings,
    reads=(
        "sender-generic", "brand-not-yours", "sender-look-alike", "link-shortener", "link-raw-address",
        "link-look-alike", "link-disguised", "deceptive-offer", "undeclared-promotion", "use-case-drift",
        "brand-not-named", "opt-out-missing", "sender-kind-not-carried", "text-disguised",
        "phishing", "fraud", "solicitation", "harassment", "threat", "obscene", "hate",
    ),
)  # fmt: skip
