"""Owns what a complaint is about in PostgreSQL: its messages, its case, what it weighs; must not know any door.

Looked at when it is filed, and again when its reporter proves to have got the message: what one complaint more makes of
all of them about the same traffic is worked out anew each time, under a lock on that traffic.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import asyncpg
import msgspec

from comity.accounts.standing import AUTOMATIC
from comity.base.ids import earliest, to_wire
from comity.complaints.complaint import NewComplaint, NewFreeze
from comity.complaints.figures import Figures, KindOf, Linking
from comity.complaints.linking import Candidate, Link, link, reported, span_of
from comity.complaints.weighing import (
    SPARED,
    Said,
    enough_to_freeze_again,
    independent,
    score_of,
    weight_of,
)
from comity.edges.postgres.case_store import NewCase, name_messages, open_case
from comity.edges.postgres.complaint_freezes import freeze, propose
from comity.edges.postgres.complaint_frozen import stopping
from comity.edges.postgres.complaint_policy import figures, thresholds
from comity.edges.postgres.complaint_records import lock_traffic
from comity.edges.postgres.evidence_store import append
from comity.edges.postgres.statements import load
from comity.text.similar import NOTHING_TO_COMPARE

_SAME_WITHIN: Final = timedelta(days=1)
_ABUSE_LASTS: Final = timedelta(days=30)
_MOST_NAMED: Final = 20
_OPENED_BY: Final = "complaints"
# Behind everything else that waits at the desk.
_LAST: Final = 95


class Looked(msgspec.Struct, frozen=True):
    """What came of looking at a complaint: its case, how many messages it is about, and a freeze that followed."""

    case: UUID
    matched: int
    frozen: int | None


class _Traffic(msgspec.Struct, frozen=True):
    """Messages that complaints are about together: one template of an account, or one text where there is none."""

    account_id: int
    template: int | None
    text_key: int


async def look_at(connection: asyncpg.Connection, complaint_id: int, complaint: NewComplaint, now: datetime) -> Looked:
    """Link a complaint, weigh it, give it its case, and freeze where there is enough; in the caller's transaction."""
    linking = (await figures(connection)).linking
    links = link(complaint, await _candidates(connection, complaint, linking, now), linking)
    # One complaint is about one account's messages: the surest and nearest says whose.
    links = tuple(one for one in links if one.candidate.account_id == links[0].candidate.account_id)
    return await take(connection, complaint_id, complaint, links, now)


async def take(
    connection: asyncpg.Connection, complaint_id: int, complaint: NewComplaint, links: Sequence[Link], now: datetime
) -> Looked:
    """As `look_at`, of a complaint whose messages are known."""
    said = await figures(connection)
    if not links:
        case = await _own_case(connection, complaint_id, complaint, said, now)
        frozen = None
    else:
        traffic = _traffic_of(links)
        await lock_traffic(connection, traffic.account_id, traffic.template, traffic.text_key)
        same = await _link(connection, (complaint_id, complaint), links, said, now)
        ignored = complaint.apart or same is not None or await _is_abuser(connection, complaint.reporter_key, now)
        weight = weight_of(complaint.channel, said.weights, proven=complaint.proven, linked=True, counted=ignored)
        await connection.execute(
            "UPDATE complaints SET weight = $2, same_as = $3 WHERE complaint_id = $1", complaint_id, weight, same
        )
        case = await _joined_case(connection, (complaint_id, complaint), (traffic, links), said, now)
        proven = complaint.proven and not ignored
        frozen = await _freeze(connection, complaint_id, traffic, links, now) if proven else None
    return Looked(case, len(links), frozen)


async def _candidates(
    connection: asyncpg.Connection, complaint: NewComplaint, limits: Linking, now: datetime
) -> list[Candidate]:
    begin, end = span_of(complaint.received_at, now, limits)
    between = earliest(begin), earliest(end + timedelta(milliseconds=1))
    rows = await connection.fetch(
        load("complaint_candidates"), complaint.recipient, *between, limits.most, *(complaint.message or (None, None))
    )
    if not rows and not complaint.recipient and complaint.text:
        sender = complaint.sender.strip().removeprefix("+").lower()
        template = reported(complaint.text).template
        rows = await connection.fetch(load("complaint_by_text"), template, *between, sender, begin)
    return [_candidate(row) for row in rows]


def _candidate(row: Any) -> Candidate:  # noqa: ANN401  asyncpg's record
    return msgspec.convert({**dict(row), "scores": row["scores"] or {}}, Candidate)


def _traffic_of(links: Sequence[Link]) -> _Traffic:
    first = links[0].candidate
    return _Traffic(first.account_id, first.template, first.text_key)


async def _link(
    connection: asyncpg.Connection,
    filed: tuple[int, NewComplaint],
    links: Sequence[Link],
    said: Figures,
    now: datetime,
) -> int | None:
    """Write down what it is about; the same reporter's complaint about the same, if one counts already."""
    complaint_id, complaint = filed
    traffic = _traffic_of(links)
    await connection.execute(
        load("complaint_link"),
        *(complaint_id, traffic.account_id, traffic.template, traffic.text_key),
        max(score_of(said.kinds[complaint.kind], one.candidate.scores) for one in links),
        sorted({one.candidate.category for one in links}),
        [one.candidate.id for one in links],
        [one.how for one in links],
    )
    linked = await connection.fetchval(
        "UPDATE complaints SET state = 'linked' WHERE complaint_id = $1 AND state = 'received' RETURNING true",
        complaint_id,
    )
    if linked:
        await connection.execute(
            "INSERT INTO complaint_events (complaint_id, at, event, by, words) VALUES ($1, $2, 'link', 'comity', $3)",
            *(complaint_id, now, f"{len(links)} messages, by {links[0].how}"),
        )
    same: int | None = await connection.fetchval(load("complaint_same"), complaint_id, now - _SAME_WITHIN)
    return same


async def _is_abuser(connection: asyncpg.Connection, reporter_key: bytes, now: datetime) -> bool:
    """Whether who reports has reported to harm somebody of late, as a reviewer found.

    Not for good, since others share the network; and no feed has, for it hands in what others say.
    """
    return bool(reporter_key) and bool(
        await connection.fetchval(
            "SELECT EXISTS (SELECT FROM complaints WHERE reporter_key = $1 AND outcome = 'abusive'"
            " AND channel NOT IN ('xarf', 'arf') AND decided_at > $2)",
            *(reporter_key, now - _ABUSE_LASTS),
        )
    )


async def _own_case(
    connection: asyncpg.Connection, complaint_id: int, complaint: NewComplaint, said: Figures, now: datetime
) -> UUID:
    """The case of a complaint that fits nothing that was sent; one that it had already stays its own.

    What the same reporter says of a day, and proves nothing of, is one case, behind all others: it may be made up. What
    comes from more reporters than the policy lets have one of a day is one together.
    """
    number = await _case_of(connection, complaint_id)
    case = _case(complaint, said.kinds[complaint.kind], None, (), now)
    if number is None and complaint.reporter_key and not (complaint.apart or complaint.proven):
        number = await _unlinked(connection, complaint.reporter_key, case, said.limits.unlinked_cases_day, now)
    return await _in_case(connection, complaint_id, number or await open_case(connection, case, now))


async def _unlinked(
    connection: asyncpg.Connection, reporter_key: bytes, case: NewCase, most: int, now: datetime
) -> int:
    """The case of what a reporter says of a day that fits nothing, or of all who are too many."""
    day = f"unlinked {now.date()}"
    await connection.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", day)
    subject = f"{day} {reporter_key.hex()}"
    number: int | None = await connection.fetchval(load("complaint_unlinked"), subject)
    if number is None and await connection.fetchval(load("complaint_unlinked_today"), day, most):
        subject = f"{day} many"
        number = await connection.fetchval(load("complaint_unlinked"), subject)
    if number is None:
        number = await open_case(connection, msgspec.structs.replace(case, priority=_LAST), now)
        await connection.execute("UPDATE cases SET subject = $2 WHERE case_id = $1", number, subject)
    return number


async def _joined_case(
    connection: asyncpg.Connection,
    filed: tuple[int, NewComplaint],
    about: tuple[_Traffic, Sequence[Link]],
    said: Figures,
    now: datetime,
) -> UUID:
    """The case of all complaints about the same traffic that nobody has decided yet; the first opens it."""
    (complaint_id, complaint), (traffic, links) = filed, about
    of_kind = said.kinds[complaint.kind]
    group = await _group(connection, traffic, now - timedelta(days=said.linking.days))
    number: int | None = await _case_of(connection, complaint_id) if complaint.apart else group["case_id"]
    named = [one.candidate.id for one in links[:_MOST_NAMED]]
    facts = _facts(complaint, of_kind, group)
    due_at = now + timedelta(hours=of_kind.due_hours)
    join = load("complaint_case")
    # One that is decided this moment decides nothing that comes after: it is waited for, and not joined.
    if await connection.fetchval(join, number, of_kind.priority, due_at, facts) is None:
        new = _case(complaint, of_kind, traffic.account_id, named, now)
        number = await open_case(connection, new, now)
        await connection.execute(join, number, of_kind.priority, due_at, facts)
    assert number is not None
    await name_messages(connection, number, named)
    case = await _in_case(connection, complaint_id, number)
    # Who complains is not told: a payload names neither the number nor the message.
    told = {"case": to_wire(case), "kind": complaint.kind, "channel": complaint.channel, "proven": complaint.proven}
    await append(connection, traffic.account_id, "complaint", told, now)
    return case


async def _case_of(connection: asyncpg.Connection, complaint_id: int) -> int | None:
    """The case that a complaint has already."""
    kept: int | None = await connection.fetchval("SELECT case_id FROM complaints WHERE complaint_id = $1", complaint_id)
    return kept


async def _in_case(connection: asyncpg.Connection, complaint_id: int, number: int) -> UUID:
    await connection.execute("UPDATE complaints SET case_id = $2 WHERE complaint_id = $1", complaint_id, number)
    case: UUID = await connection.fetchval("SELECT id FROM cases WHERE case_id = $1", number)
    return case


def _case(
    complaint: NewComplaint, of_kind: KindOf, account_id: int | None, messages: Sequence[UUID], now: datetime
) -> NewCase:
    return NewCase(
        kind="complaint",
        title=f"Complaint of {complaint.kind}" if messages else f"Complaint of {complaint.kind}: fits no message",
        account_id=account_id,
        opened_by=_OPENED_BY,
        priority=of_kind.priority,
        due_at=now + timedelta(hours=of_kind.due_hours),
        facts={"complaint": complaint.kind, "clauses": [of_kind.clause]},
        messages=messages,
    )


def _facts(complaint: NewComplaint, of_kind: KindOf, group: Any) -> dict[str, Any]:  # noqa: ANN401  asyncpg's record
    said = _said(group)
    return {
        "complaint": complaint.kind,
        "clauses": [of_kind.clause],
        "complaints": group["complaints"],
        "proven": said.proven,
        "independent": said.independent,
        "score": f"{said.score:.3f}",
    }


async def _group(connection: asyncpg.Connection, traffic: _Traffic, since: datetime) -> Any:  # noqa: ANN401  the same
    return await connection.fetchrow(
        load("complaint_group"), traffic.account_id, traffic.template, traffic.text_key, since
    )


def _said(group: Any) -> Said:  # noqa: ANN401  asyncpg's record
    pairs = zip(group["reporters"] or (), group["numbers"] or (), strict=True)
    return Said(group["score"], group["proven"], independent(pairs))


async def _freeze(
    connection: asyncpg.Connection, complaint_id: int, traffic: _Traffic, links: Sequence[Link], now: datetime
) -> int | None:
    """Stop the traffic where there is enough, and it is not stopped already; one-time codes and alerts are proposed."""
    settings = await thresholds(connection)
    if settings is None:
        return None
    kind, key = ("text", traffic.text_key) if traffic.template is None else ("template", traffic.template)
    if await stopping(connection, traffic.account_id, kind, str(key)):
        return None
    since = now - timedelta(hours=settings.within_hours)
    row = await connection.fetchrow(
        load("complaint_since"), traffic.account_id, traffic.template, traffic.text_key, since, kind, str(key)
    )
    why = enough_to_freeze_again(_said(row), _before(row), settings)
    if why is None:
        return None
    number = await connection.fetchval("SELECT number FROM complaints WHERE complaint_id = $1", complaint_id)
    similarity = reported(links[0].candidate.text).similarity or NOTHING_TO_COMPARE
    what = NewFreeze(traffic.account_id, kind, str(key), why, number, AUTOMATIC, similarity)  # type: ignore[arg-type]  # one of two kinds
    if all(one.candidate.category in SPARED for one in links):
        return await propose(connection, msgspec.structs.replace(what, codes=True), now)
    return await freeze(connection, what, now)


def _before(row: Any) -> int | None:  # noqa: ANN401  asyncpg's record
    """How many reporters, surely not one, it was stopped on before a person let it go; None where nobody did."""
    if not row["let_go"]:
        return None
    return independent(zip(row["earlier_reporters"] or (), row["earlier_numbers"] or (), strict=True))
