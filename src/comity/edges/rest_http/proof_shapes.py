"""Owns how requests to prove opt-ins look at the /api door; must not know how one is moved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec

from comity.base.ids import to_wire
from comity.consent.proof_request import Proof
from comity.edges.postgres.proof_steps import MOST_RECIPIENTS
from comity.edges.postgres.proof_store import ProofRequest

_Words = Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]


class ProofRequestLine(msgspec.Struct, frozen=True):
    """A request to prove opt-ins, in a list.

    Attributes:
        id: its id.
        state: asked, unserved, running, answered, overdue, accepted, deactivated or withdrawn.
        about: the campaign or complaint it is about.
        recipients: how many recipients it names.
        proven: of how many the opt-in is proven.
        asked_at: when it was asked.
        due_at: when the time to answer is over; null until the request was delivered.
    """

    id: str
    state: str
    about: str
    recipients: int
    proven: int
    asked_at: datetime
    due_at: datetime | None


class AskedRecipient(msgspec.Struct, frozen=True):
    """A recipient whose opt-in is to be proven.

    Attributes:
        recipient: the number, with its plus.
        first_sent_at: when the first promotional message went there; null when none is known.
        proof: what was given last.
        gaps: what it lacks, in words; empty when it is complete.
        answered_at: when it was given.
    """

    recipient: str
    first_sent_at: datetime | None
    proof: dict[str, Any] | None
    gaps: list[str]
    answered_at: datetime | None


class ProofRequestEvent(msgspec.Struct, frozen=True):
    """A step in the life of a request.

    Attributes:
        event: what happened.
        at: when.
        by: who: account, comity, or the operator.
        why: the reason, where one was given.
    """

    event: str
    at: datetime
    by: str
    why: str


class ShownProofRequest(msgspec.Struct, frozen=True):
    """A request to prove opt-ins.

    Attributes:
        id: its id.
        state: asked, unserved, running, answered, overdue, accepted, deactivated or withdrawn.
        about: the campaign or complaint it is about.
        wanted: what is still to be given, in words.
        on_deadline: what happens without an answer: deactivate, or suspend until a reviewer confirms.
        asked_at: when it was asked.
        delivered_at: when it reached the account; from then the clock runs.
        delivered_by: by which way.
        due_at: when the time to answer is over.
        purpose: the campaign's purpose, as it was given.
        sample: the sample text, as it was given.
        recipients: whose opt-ins are to be proven.
        events: what happened, the first thing first.
    """

    id: str
    state: str
    about: str
    wanted: list[str]
    on_deadline: str
    asked_at: datetime
    delivered_at: datetime | None
    delivered_by: str
    due_at: datetime | None
    purpose: str
    sample: str
    recipients: list[AskedRecipient]
    events: list[ProofRequestEvent]


class GivenProofs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What answers a request; what is left out stays as it was given before.

    Attributes:
        proofs: one for each recipient.
        purpose: the campaign's purpose.
        sample: a text of the campaign.
        from_ledger: whether consents that are in the ledger count as proofs of recipients that are not named.
    """

    proofs: Annotated[tuple[Proof, ...], msgspec.Meta(max_length=MOST_RECIPIENTS)] = ()
    purpose: Annotated[str, msgspec.Meta(max_length=2000)] = ""
    sample: Annotated[str, msgspec.Meta(max_length=2000)] = ""
    from_ledger: bool = False


class AskForProof(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whom to ask for what.

    Attributes:
        account: the account's name.
        about: the campaign or complaint it is about; the account reads it.
        recipients: numbers whose opt-in is to be proven.
        sample: instead, of how many recipients of the last days' promotional messages, drawn by lot.
        days: how many days back the lot is drawn from.
        wants_purpose: whether the campaign's purpose is asked for.
        wants_sample_text: whether a text of it is.
        on_deadline: what happens without an answer; as the policy says when left out.
    """

    account: str
    about: _Words
    recipients: Annotated[tuple[str, ...], msgspec.Meta(max_length=MOST_RECIPIENTS)] = ()
    sample: Annotated[int, msgspec.Meta(ge=0, le=MOST_RECIPIENTS)] = 0
    days: Annotated[int, msgspec.Meta(ge=1, le=90)] = 30
    wants_purpose: bool = True
    wants_sample_text: bool = True
    on_deadline: Literal["deactivate", "suspend"] | None = None


class Judgement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A reviewer's word on a request, with its reason."""

    why: _Words


class Extension(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """More time.

    Attributes:
        hours: how many hours more.
        why: the reason; the account reads it.
    """

    hours: Annotated[int, msgspec.Meta(ge=1, le=720)]
    why: _Words


class Serving(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a reviewer served a request that reached nobody.

    Attributes:
        how: by phone, by registered letter and so on, with what shows it.
        at: when it was in the account's hands, with its offset.
    """

    how: _Words
    at: datetime


def line_of(row: Mapping[str, Any]) -> ProofRequestLine:
    """A row of a list of requests."""
    return ProofRequestLine(
        to_wire(row["request_id"]),
        row["state"],
        row["about"],
        row["recipients"],
        row["proven"],
        row["asked_at"],
        row["due_at"],
    )


def shown(
    request: ProofRequest,
    wanted: Iterable[str],
    recipients: Iterable[Mapping[str, Any]],
    events: Iterable[Mapping[str, Any]],
    *,
    to_staff: bool,
) -> ShownProofRequest:
    """A request as it is shown: to its account without the names of staff."""
    own = {"account", "comity"}
    return ShownProofRequest(
        id=to_wire(request.request_id),
        state=request.state.value,
        about=request.about,
        wanted=list(wanted),
        on_deadline=request.on_deadline,
        asked_at=request.asked_at,
        delivered_at=request.delivered_at,
        delivered_by=request.delivered_by,
        due_at=request.due_at,
        purpose=request.purpose,
        sample=request.sample,
        recipients=[AskedRecipient(**{**row, "recipient": f"+{row['recipient']}"}) for row in recipients],
        events=[
            ProofRequestEvent(
                row["event"], row["at"], row["by"] if to_staff or row["by"] in own else "operator", row["why"]
            )
            for row in events
        ],
    )
