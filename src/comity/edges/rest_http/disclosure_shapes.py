"""Owns how requests for information and orders to preserve look at the /api door; must not know how one is moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from comity.base.ids import to_wire
from comity.disclosure.fields import Basis
from comity.disclosure.request import IdentityCheck, Requester, Scope
from comity.edges.postgres.disclosure_store import Disclosure


class ReleasedPackage(msgspec.Struct, frozen=True):
    """A package that waits.

    Attributes:
        link: the path that hands it out, once; it is told this once and kept nowhere.
        digest: SHA-256 of the archive.
        file_digest: SHA-256 of the file as it is handed out.
        expires_at: when it is destroyed.
        records: how many records it holds.
        texts: how many texts.
    """

    link: str
    digest: str
    file_digest: str
    expires_at: datetime
    records: int
    texts: int


class PreviewedPackage(msgspec.Struct, frozen=True):
    """What would go out.

    Attributes:
        document: as its recipient would read it: the request, and records by kind.
        preparation: names what was read, for whoever releases it.
    """

    document: dict[str, Any]
    preparation: str


class ShownScope(msgspec.Struct, frozen=True):
    """Numbers, accounts, period and fields.

    Attributes:
        numbers: with their plus.
        accounts: names of accounts.
        since: of which time.
        until: up to which time, excluded.
        fields: which fields.
    """

    numbers: list[str]
    accounts: list[str]
    since: datetime
    until: datetime
    fields: list[str]


class KindCount(msgspec.Struct, frozen=True):
    """How many records of a kind an account has in the scope.

    Attributes:
        account: its name.
        kind: message, reply, consent or opt_out.
        records: how many.
    """

    account: str
    kind: str
    records: int


class Proposal(msgspec.Struct, frozen=True):
    """The least that answers a request.

    Attributes:
        scope: what the basis proposes of what is asked for.
        counts: what it holds.
        content: whether the basis allows texts at all.
    """

    scope: ShownScope
    counts: list[KindCount]
    content: bool


class DisclosureLine(msgspec.Struct, frozen=True):
    """A line of the register: metadata alone.

    Attributes:
        id: its id.
        number: what people call it.
        state: received, checked, prepared, approved, ready, collected, expired, refused or withdrawn.
        basis: the legal basis.
        requester: authority, harmed or subject.
        authority: the authority's name; empty for others.
        country: of whoever asks.
        emergency: whether it is one.
        received_at: when it reached the house.
        due_at: when it is to be answered.
        overdue: whether that passed before there was an answer.
        decided_at: when it was released or refused.
        accounts: how many accounts it concerns.
        records: how many records went out.
        texts: how many texts did.
        digest: SHA-256 of the last package's archive.
        collected_at: when it was collected.
    """

    id: str
    number: str
    state: str
    basis: str
    requester: str
    authority: str
    country: str
    emergency: bool
    received_at: datetime
    due_at: datetime
    overdue: bool
    decided_at: datetime | None
    accounts: int
    records: int
    texts: int
    digest: str
    collected_at: datetime | None


class DisclosureEvent(msgspec.Struct, frozen=True):
    """A step in the life of a request.

    Attributes:
        event: what happened.
        state: where it was then.
        at: when.
        by: who: a person of the staff, comity, or requester.
        why: the reason, where one was given.
        facts: what else is kept of it.
    """

    event: str
    state: str
    at: datetime
    by: str
    why: str
    facts: dict[str, Any]


class ShownDisclosure(msgspec.Struct, frozen=True):
    """A request for information.

    Attributes:
        id: its id.
        number: what people call it.
        state: received, checked, prepared, approved, ready, collected, expired, refused or withdrawn.
        basis: the legal basis.
        title: the basis in words.
        requester: who asks.
        emergency: whether it is one.
        received_at: when it reached the house.
        due_at: when it is to be answered.
        overdue_at: when that passed before there was an answer.
        asked: what is asked for.
        prepared: what would go out, or went.
        preparation: names what is prepared, with its reason, for whoever releases or refuses it.
        widened: what of it goes beyond the least that the basis proposes.
        widened_why: why.
        identity: how a person made sure who asks.
        entered_by: who entered it.
        prepared_by: who prepared it.
        decided_by: who released or refused it.
        decided_at: when.
        delay_until: by a legal order, when the accounts concerned are told.
        delay_order: which order says so.
        case: its case at the desk, by number.
        events: what happened, the first thing first.
    """

    id: str
    number: str
    state: str
    basis: str
    title: str
    requester: Requester
    emergency: bool
    received_at: datetime
    due_at: datetime
    overdue_at: datetime | None
    asked: ShownScope
    prepared: ShownScope | None
    preparation: str
    widened: list[str]
    widened_why: str
    identity: IdentityCheck | None
    entered_by: str
    prepared_by: str
    decided_by: str
    decided_at: datetime | None
    delay_until: datetime | None
    delay_order: str
    case: int
    events: list[DisclosureEvent]


class ShownBasis(msgspec.Struct, frozen=True):
    """A legal basis, as the policy in force has it.

    Attributes:
        basis: its name.
        title: for people.
        source: the law it rests on.
        askers: who may ask on it.
        fields: the least that is proposed.
        content: whether texts may be told at all.
        max_days: how long a period is proposed.
        deadline_hours: how long there is to answer.
        emergency_hours: how long in an emergency; 0 where there is none.
    """

    basis: str
    title: str
    source: str
    askers: list[str]
    fields: list[str]
    content: bool
    max_days: int
    deadline_hours: int
    emergency_hours: int


class OwnDisclosure(msgspec.Struct, frozen=True):
    """Something that happened to a request for information that concerns your account.

    Attributes:
        disclosure: the request's id.
        event: what happened.
        at: when.
        told_at: since when you may know.
        facts: who asked, on which basis, what went out, and the legal order that delayed this, if one did.
    """

    disclosure: str
    event: str
    at: datetime
    told_at: datetime
    facts: dict[str, Any]


def scope_of(scope: Scope, names: Mapping[int, str]) -> ShownScope:
    """A scope as it is shown."""
    accounts = [names.get(account_id, "") for account_id in scope.accounts]
    return ShownScope(
        [f"+{number}" for number in scope.numbers], accounts, scope.since, scope.until, list(scope.fields)
    )


def line_of(row: Mapping[str, Any]) -> DisclosureLine:
    """A row of the register."""
    same = {name: row[name] for name in DisclosureLine.__struct_fields__ if name not in {"id", "number", "overdue"}}
    return DisclosureLine(
        id=to_wire(row["request_id"]), number=f"D-{row['number']}", overdue=row["overdue_at"] is not None, **same
    )


def basis_of(name: str, basis: Basis) -> ShownBasis:
    """A basis as it is shown."""
    told = {field: getattr(basis, field) for field in ShownBasis.__struct_fields__ if field != "basis"}
    return ShownBasis(name, **{**told, "askers": list(basis.askers), "fields": list(basis.fields)})


def shown(request: Disclosure, events: Sequence[Mapping[str, Any]], names: Mapping[int, str]) -> ShownDisclosure:
    """A request as staff see it."""
    made = {"id", "number", "state", "title", "asked", "prepared", "widened", "case", "events"}
    same = {name: getattr(request, name) for name in ShownDisclosure.__struct_fields__ if name not in made}
    return ShownDisclosure(
        id=to_wire(request.request_id),
        number=request.name,
        state=request.state.value,
        title=request.terms.title,
        asked=scope_of(request.asked, names),
        prepared=scope_of(request.prepared, names) if request.prepared else None,
        widened=list(request.widened),
        case=request.case_id,
        events=[DisclosureEvent(**event) for event in events],
        **same,
    )
