"""Owns the shapes of the /api door's answers, as msgspec structs; must not know how any of them comes about."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

from comity.messages.submission import Category
from comity.messages.verdict import Evidence
from comity.policy.questions import Question

_Says = msgspec.Meta
CheckId = Annotated[str, _Says(max_length=255)] | int | None
Word = Literal["allow", "note", "defer", "hold", "refuse"]


class SenderFinding(msgspec.Struct, frozen=True, omit_defaults=True):
    """A rule that hit, as the sender is told of it."""

    rule: Annotated[str, _Says(description="The rule's id; see /api/policy/rules/{id}.")]
    clauses: Annotated[tuple[str, ...], _Says(description="The clauses it speaks for, the leading one first.")]
    action: Word
    score: Annotated[float, _Says(description="1.0 for a plain fact, else a calibrated probability.")]
    evidence: Annotated[tuple[Evidence, ...], _Says(description="What was seen: values, limits, places in the text.")]
    why: Annotated[str, _Says(description="One sentence.")]
    remedy: Annotated[str, _Says(description="How to mend it.")]
    until: Annotated[datetime | None, _Says(description="For defer: the first allowed instant.")] = None
    overlay: Annotated[str, _Says(description="The part of the policy that made the rule speak so here.")] = ""


class ReceiptVerdict(msgspec.Struct, frozen=True, omit_defaults=True):
    """A verdict as its sender may see it."""

    action: Word
    findings: tuple[SenderFinding, ...]
    policy: Annotated[str, _Says(description="The policy's version.")]
    digest: Annotated[str, _Says(description="SHA-256 of the exact policy it was judged by.")]
    engine: Annotated[str, _Says(description="Digest of the code that judged.")]
    models: Annotated[str, _Says(description="Digest of the packaged data it judged with.")]
    results: Annotated[dict[str, str], _Says(description="By enforced rule: miss, hit, abstain or failed.")]
    facts: Annotated[
        dict[str, Any], _Says(description="The facts about you and your recipient that it was reached on.")
    ]
    degraded: Annotated[bool, _Says(description="A rule failed, or lacked a fact it must have.")]
    until: datetime | None = None


class DecisionReceipt(msgspec.Struct, frozen=True, omit_defaults=True):
    """How one of your messages was judged."""

    id: str
    state: Annotated[str, _Says(description="Where the message is in its life now.")]
    judged_at: datetime
    verdict: ReceiptVerdict
    text_erased_at: datetime | None = None


class CheckDraft(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A message to be judged without being sent."""

    text: str
    to: Annotated[str, _Says(description="The recipient, international.")]
    sender: str
    id: Annotated[
        CheckId, _Says(description="Whatever you want back with the verdict; text of up to 255 characters.")
    ] = None
    category: Annotated[Category | None, _Says(description="The grant or the account says, when left out.")] = None
    at: Annotated[datetime, _Says(tz=True, description="When it would be sent, with its offset.")] | None = None


class CheckBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Messages to be judged together, as if they were sent in one request."""

    messages: Annotated[list[CheckDraft], _Says(min_length=1, max_length=1_000)]


class Checked(msgspec.Struct, frozen=True):
    """What would become of a message; for what is none, `error` stands in the place of all else."""

    id: str | int | None
    action: Word | UnsetType = UNSET
    findings: tuple[SenderFinding, ...] | UnsetType = UNSET
    scores: Annotated[dict[str, float], _Says(description="How the text scored, by what.")] | UnsetType = UNSET
    parts: int | UnsetType = UNSET
    credits: float | UnsetType = UNSET
    until: Annotated[datetime, _Says(description="For defer: when it would go.")] | UnsetType = UNSET
    error: Annotated[str, _Says(description="What is wrong, and how to mend it.")] | UnsetType = UNSET


class CheckReason(msgspec.Struct, frozen=True):
    """What a rule said of several messages in one way."""

    rule: str
    title: str
    action: Word
    messages: int
    why: str
    remedy: str
    places: Annotated[list[int], _Says(description="The first few it was said of, counted from 1.")]


class CheckSummary(msgspec.Struct, frozen=True):
    """What all messages come to."""

    messages: Annotated[int, _Says(description="How many were judged.")]
    errors: Annotated[int, _Says(description="How many are no message.")]
    go: int
    wait: int
    held: int
    refused: int
    parts: int
    credits: Annotated[float, _Says(description="What sending them would cost.")]
    affordable: Annotated[bool, _Says(description="Whether the account holds that many credits now.")]
    reasons: list[CheckReason]
    not_judged: Annotated[dict[str, int], _Says(description="By rule: messages it could not judge.")]


class CheckAnswer(msgspec.Struct, frozen=True):
    """What would become of messages, in their order; nothing was written, sent or charged."""

    messages: list[Checked]
    summary: CheckSummary
    policy: str
    digest: str


class CountryEntry(msgspec.Struct, frozen=True):
    """A country there is a page for."""

    iso2: str
    name: str
    calling_code: int
    page: str


class ShownClause(msgspec.Struct, frozen=True):
    """A duty, in words."""

    id: str
    title: str
    text: str
    category: str
    guidance: str
    fine: Annotated[tuple[str, ...], _Says(description="Examples of what is fine.")]
    not_fine: Annotated[tuple[str, ...], _Says(description="Examples of what is not.")]
    elsewhere: Annotated[str, _Says(description="What sees to it where no rule judges.")]
    rules: tuple[str, ...]


class ShownRule(msgspec.Struct, frozen=True):
    """A rule, and what the policy asks for when it hits."""

    id: str
    title: str
    mode: Literal["enforce", "monitor", "off"]
    action: Word
    clauses: tuple[str, ...]


class ShownPolicy(msgspec.Struct, frozen=True):
    """The policy in force."""

    version: str
    title: str
    digest: str
    effective: date
    acceptance_required: bool
    clauses: tuple[ShownClause, ...]
    rules: tuple[ShownRule, ...]


class Questionnaire(msgspec.Struct, frozen=True):
    """What a self-assessment asks, and the words it takes."""

    questions: Annotated[dict[str, Question], _Says(description="By the name of the answer's field.")]
    contents: tuple[str, ...]
    categories: tuple[str, ...]
    most_samples: int
