"""Owns how verdicts look to those who were judged, in the /api door's shapes; must not know calls."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec
from litestar.openapi.datastructures import ResponseSpec

from comity.base.ids import instant_of, to_wire
from comity.edges.rest_http.models import (
    Checked,
    CheckReason,
    CheckSummary,
    DecisionReceipt,
    ReceiptVerdict,
    SenderFinding,
)
from comity.edges.rest_http.problems import MEDIA_TYPE, Problem
from comity.journey.campaign import TITLES, Summary
from comity.journey.check import scores_shown
from comity.journey.replay import Stored
from comity.messages.submission import Judged
from comity.messages.verdict import Action, Verdict, for_sender

# Left out: the carrier, other accounts' texts and the operator's lists are not the caller's to see; the keys of earlier
# texts say nothing to anybody.
_OWN_FACTS: Final = (
    "standing", "policy_accepted", "sender_granted", "opted_out", "alert_clearance", "consent", "consent_known",
    "zones", "us_state", "account_digest", "heard", "traffic",
)  # fmt: skip
_OWN_OF_RECENT: Final = ("at", "category")
_MICRO: Final = 1_000_000


def spec(words: str) -> ResponseSpec:
    """A problem as the OpenAPI document describes it."""
    return ResponseSpec(Problem, generate_examples=False, description=words, media_type=MEDIA_TYPE)


NOT_FOUND_ANSWER: Final = {404: spec("There is no such thing.")}
ENTRY_ANSWERS: Final = {
    401: spec("The credentials are missing or wrong."),
    403: spec("The account may not be used from this address, or the key may not do that."),
    429: spec("Too many failed logins, or too many requests of yours are under way; wait for Retry-After."),
    503: spec("Too much is waiting; try again after Retry-After."),
}
BODY_ANSWERS: Final = {
    400: spec("The body is no JSON, or does not have the shape that is asked for."),
    408: spec("The body did not arrive within 15 seconds."),
    413: spec("The body is too large."),
    415: spec("The body does not say that it is JSON."),
}


def receipt(stored: Stored, state: str, monitored: frozenset[str]) -> DecisionReceipt:
    """The decision on a message, as its sender may see it.

    Args:
        stored: the message.
        state: where it is in its life.
        monitored: rules that only watch; nobody is told what they said.
    """
    verdict = stored.verdict
    told = for_sender(verdict)
    silent = monitored | {finding.rule for finding in verdict.findings if not finding.enforced} | set(verdict.untold)
    return DecisionReceipt(
        id=to_wire(stored.id),
        state=state,
        judged_at=instant_of(stored.id),
        verdict=ReceiptVerdict(
            action=told["action"],
            findings=_findings(told),
            policy=verdict.policy,
            digest=verdict.digest,
            engine=verdict.engine,
            models=verdict.models,
            results={rule: result for rule, result in verdict.results.items() if rule not in silent},
            facts=_own_facts(verdict.facts),
            degraded=verdict.degraded,
            until=verdict.until,
        ),
        text_erased_at=stored.text_erased_at,
    )


def _own_facts(kept: Any) -> dict[str, Any]:  # noqa: ANN401  facts, or what was read back of them
    facts: Mapping[str, Any] = kept if isinstance(kept, Mapping) else msgspec.to_builtins(kept)
    own = {name: facts[name] for name in _OWN_FACTS if name in facts}
    recent = facts.get("recent")
    if recent is not None:
        own["recent"] = [{name: one[name] for name in _OWN_OF_RECENT if one.get(name)} for one in recent]
    if facts.get("spread"):
        own["spread"] = {"senders": facts["spread"]["senders"]}
    return own


def _findings(told: dict[str, Any]) -> tuple[SenderFinding, ...]:
    return msgspec.convert(told["findings"], tuple[SenderFinding, ...])


def scores_of(verdict: Verdict) -> dict[str, float]:
    """How a text scored, by what."""
    return scores_shown(verdict)


def checked(id_: str | int | None, judged: Judged) -> Checked:
    """What would become of a message."""
    verdict = judged.verdict
    told = for_sender(verdict)
    return Checked(
        id=id_,
        action=told["action"],
        findings=_findings(told),
        scores={} if verdict.untold else scores_of(verdict),
        parts=judged.parts,
        credits=judged.micro_credits / _MICRO,
        until=msgspec.UNSET if verdict.until is None else verdict.until,
    )


def summary(counted: Summary, judged: list[Judged], available: int | None) -> CheckSummary:
    """What messages come to."""
    fates = dict(zip(("go", "wait", "held", "refused"), (count for _, count in counted.fates()), strict=True))
    reasons = [
        CheckReason(rule, TITLES.get(rule, rule), action, found.messages, found.why, found.remedy, found.lines)  # type: ignore[arg-type]  # actions are words
        for (rule, action), found in counted.reasons.items()
    ]
    cost = sum(one.micro_credits for one in judged)
    strongest = {action.word: -action.value for action in Action}
    return CheckSummary(
        messages=counted.messages,
        errors=counted.broken,
        **fates,
        parts=sum(one.parts for one in judged),
        credits=cost / _MICRO,
        affordable=available is None or cost <= available,
        reasons=sorted(reasons, key=lambda one: (strongest[one.action], -one.messages, one.rule)),
        not_judged=dict(sorted(counted.not_judged.items())),
    )
