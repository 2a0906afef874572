"""Owns what goes out: gathered, redacted, sealed, collected by its link, destroyed; must not know doors or any clock.

Release and package are one commit. The link is given once, to whoever releases, and kept nowhere: who has the database
alone cannot open what lies there, and a link that was lost is replaced by gathering anew.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final, Literal
from uuid import UUID

import asyncpg
import msgspec

from comity.base.ids import to_wire
from comity.cases.life import Event as CaseEvent
from comity.disclosure import closing
from comity.disclosure.closing import close_by_passphrase, close_to_certificate, close_to_link, new_token, token_hash
from comity.disclosure.life import Event, Stand, State, WrongStepError, step
from comity.disclosure.package import Package, archive_of, document_of
from comity.disclosure.request import Scope
from comity.edges.postgres import disclosure_cases
from comity.edges.postgres.deadline_store import Due, NewDeadline, drop_deadline, set_deadline
from comity.edges.postgres.disclosure_records import Gathered, gather
from comity.edges.postgres.disclosure_steps import unschedule
from comity.edges.postgres.disclosure_store import REQUESTER, Disclosure, Step, as_seen, find, move, names_of
from comity.edges.postgres.disclosure_telling import tell
from comity.edges.postgres.statements import load

EXPIRES: Final = "disclosure-expires"
LONGEST_LINK: Final = timedelta(days=30)
# A second link as long as the first; later nobody remembers what was approved, and why.
LONGEST_RESEAL: Final = 2 * LONGEST_LINK
_DESTROY: Final = (
    "UPDATE disclosure_packages SET box = NULL, destroyed_at = $2 WHERE request_id = $1 AND box IS NOT NULL"
)


class Closing(msgspec.Struct, frozen=True):
    """How a package is closed, beside its link.

    Attributes:
        valid: how long the link works.
        passphrase: told to the recipient by another way; "" for none.
        certificate: the recipient's, in PEM; "" for none.
    """

    valid: timedelta = timedelta(days=7)
    passphrase: str = ""
    certificate: str = ""


class Sealed(msgspec.Struct, frozen=True):
    """A package that waits for whoever has its link.

    Attributes:
        token: what the link says; told this once.
        digest: SHA-256 of the archive.
        file_digest: SHA-256 of the file as it is handed out.
    """

    token: str
    digest: str
    file_digest: str
    expires_at: datetime
    records: int
    texts: int


class Collected(msgspec.Struct, frozen=True):
    """A package as it is handed out."""

    content: bytes
    name: str
    file_digest: str


async def release(
    connection: asyncpg.Connection, request: Disclosure, how: Closing, done: Step
) -> tuple[Disclosure, Sealed]:
    """A second person lets go what was prepared: approved, gathered and sealed in one commit.

    Raises:
        BadRequestError: there are more records than a package holds.
        BadClosingError: it cannot be closed so.
        WrongStepError, NotTheirsError: nothing was done; it may have been prepared otherwise since they read it.
    """
    as_seen(request, done)
    facts = {"widened": request.widened, "widened_why": request.widened_why} if request.widened else {}
    approved = await move(connection, request, Event.APPROVE, done, facts, decided_by=done.by, decided_at=done.at)
    await disclosure_cases.decide(connection, request, CaseEvent.CONFIRM, done)
    await unschedule(connection, request)
    return await seal(connection, approved, how, done)


async def seal(
    connection: asyncpg.Connection, request: Disclosure, how: Closing, done: Step
) -> tuple[Disclosure, Sealed]:
    """Gather what was approved and seal it; one that waits already is destroyed.

    Raises:
        As `release` does.
    """
    if not timedelta() < how.valid <= LONGEST_LINK:
        raise closing.BadClosingError(f"A link works for up to {LONGEST_LINK.days} days.", "Give it less time.")
    # Asked first: what was never released is not gathered either.
    step(Stand(request.state, request.entered_by, request.prepared_by), Event.SEAL, done.by)
    assert request.prepared is not None
    assert request.decided_at is not None
    if done.at > request.decided_at + LONGEST_RESEAL:
        raise WrongStepError(
            f"It was released more than {LONGEST_RESEAL.days} days ago.", "Enter a new request, with a new decision."
        )
    gathered = await gather(connection, request.prepared)
    sealed, made = await _sealed(connection, request, gathered, how, done)
    # Something may have come since it was prepared: whose it is learns of it too.
    await connection.execute(load("disclosure_concern"), request.request_id, sorted(gathered.by_account))
    await _open_texts(connection, request, gathered, done)
    await connection.execute(_DESTROY, request.request_id, done.at)
    await _keep(connection, request, sealed, made, done)
    facts = {
        "digest": sealed.digest,
        "fields": request.prepared.fields,
        "expires_at": sealed.expires_at,
        "accounts": {str(account_id): counted for account_id, counted in gathered.by_account.items()},
    }
    moved = await move(connection, request, Event.SEAL, done, facts, ended_at=None)
    await set_deadline(connection, NewDeadline(EXPIRES, request.key, None, sealed.expires_at))
    await tell(connection, moved, done.at)
    return moved, sealed


async def preview(connection: asyncpg.Connection, request: Disclosure, done: Step) -> dict[str, Any]:
    """What would go out, redacted, for whoever decides; texts in it are opened like any other, and that is kept.

    Raises:
        BadRequestError: there are more records than a package holds.
        WrongStepError: nothing is prepared, or it is decided.
    """
    moved = await move(connection, request, Event.PREVIEW, done)
    assert moved.prepared is not None
    gathered = await gather(connection, moved.prepared)
    await _open_texts(connection, moved, gathered, done)
    about = await _about(connection, moved, moved.prepared)
    package = Package(about, moved.prepared.fields, moved.prepared.numbers, gathered.records, done.at)
    return await asyncio.to_thread(document_of, package)


async def collect(connection: asyncpg.Connection, token: str, now: datetime) -> Collected | Literal["gone", "unknown"]:
    """Hand out what a link stands for, once; whoever comes at the same time finds it gone."""
    if len(token) != closing.TOKEN_LENGTH or not token.isascii():
        return "unknown"
    hashed = token_hash(token)
    request_id = await connection.fetchval("SELECT request_id FROM disclosure_packages WHERE token_hash = $1", hashed)
    if request_id is None:
        return "unknown"
    # The request first, as every step locks it.
    request = await find(connection, request_id, lock=True)
    row = await connection.fetchrow(load("disclosure_collect"), hashed, now)
    if row is None:
        return "gone"
    content = closing.open_by_link(row["box"], token)
    assert content is not None
    moved = await move(
        connection, request, Event.COLLECT, Step(REQUESTER, now), {"digest": row["digest"]}, ended_at=now
    )
    await drop_deadline(connection, EXPIRES, request.key)
    await tell(connection, moved, now)
    return Collected(content, f"disclosure-{request.name}{_ENDINGS[row['closed']]}", row["file_digest"])


async def waits(connection: asyncpg.Connection, token: str, now: datetime) -> bool | None:
    """Whether a link would work now; None where there is no such link. Changes nothing."""
    row = await connection.fetchrow(
        "SELECT box IS NOT NULL AND expires_at > $2 AS waits FROM disclosure_packages WHERE token_hash = $1",
        *(token_hash(token), now),
    )
    return None if row is None else bool(row["waits"])


async def expire(connection: asyncpg.Connection, due: Due, now: datetime) -> None:
    """Nobody came in time: the package is destroyed; the deed of `disclosure-expires`."""
    request = await find(connection, UUID(due.subject), lock=True)
    last = await connection.fetchval(
        "SELECT expires_at FROM disclosure_packages WHERE request_id = $1 AND box IS NOT NULL", request.request_id
    )
    if request.state is not State.READY or last is None or last > now:
        return
    await connection.execute(_DESTROY, request.request_id, now)
    moved = await move(connection, request, Event.EXPIRE, Step("", now), ended_at=now)
    await tell(connection, moved, now)


async def withdraw(connection: asyncpg.Connection, request: Disclosure, done: Step) -> Disclosure:
    """Whoever asked asks no more, or must not have it; what waits is destroyed.

    Raises:
        WrongStepError: it was collected, or is over.
    """
    moved = await move(connection, request, Event.WITHDRAW, done, ended_at=done.at)
    await connection.execute(_DESTROY, request.request_id, done.at)
    await drop_deadline(connection, EXPIRES, request.key)
    await disclosure_cases.drop(connection, request, done)
    await unschedule(connection, request)
    await tell(connection, moved, done.at)
    return moved


_WHY: Final = {True: "Read before it is disclosed on a request", False: "Disclosed on a request"}
_ENDINGS: Final = {"open": ".zip", "passphrase": ".zip.enc", "certificate": ".zip.p7m"}


async def _sealed(
    connection: asyncpg.Connection, request: Disclosure, gathered: Gathered, how: Closing, done: Step
) -> tuple[Sealed, tuple[Closing, int, bytes]]:
    """The package of what was gathered; and how it is closed, its length, and what is kept of it."""
    assert request.prepared is not None
    about = await _about(connection, request, request.prepared)
    package = Package(about, request.prepared.fields, request.prepared.numbers, gathered.records, done.at)
    token = new_token()
    # Pages and encryption take seconds where there is much: others get their turn.
    content, file, box = await asyncio.to_thread(_made, package, how, token)
    sealed = Sealed(
        token,
        hashlib.sha256(content).hexdigest(),
        hashlib.sha256(file).hexdigest(),
        done.at + how.valid,
        gathered.count,
        sum(one["texts"] for one in gathered.by_account.values()),
    )
    return sealed, (how, len(file), box)


def _made(package: Package, how: Closing, token: str) -> tuple[bytes, bytes, bytes]:
    """The archive, the file as it is handed out, and that closed to its link."""
    content = archive_of(document_of(package), package.made_at)
    file = content
    if how.certificate:
        file = close_to_certificate(content, how.certificate)
    elif how.passphrase:
        file = close_by_passphrase(content, how.passphrase)
    return content, file, close_to_link(file, token)


async def _keep(
    connection: asyncpg.Connection, request: Disclosure, sealed: Sealed, made: tuple[Closing, int, bytes], done: Step
) -> None:
    how, octets, box = made
    closed = "certificate" if how.certificate else "passphrase" if how.passphrase else "open"
    await connection.execute(
        "INSERT INTO disclosure_packages (request_id, token_hash, digest, file_digest, octets, closed, records, texts,"
        " box, made_at, made_by, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        *(request.request_id, token_hash(sealed.token), sealed.digest, sealed.file_digest, octets, closed),
        *(sealed.records, sealed.texts, box, done.at, done.by, sealed.expires_at),
    )


async def _open_texts(connection: asyncpg.Connection, request: Disclosure, gathered: Gathered, done: Step) -> None:
    """What staff open for others is in the same log as what they open for themselves."""
    if not gathered.texts:
        return
    late = request.delay_until is not None and request.delay_until > done.at
    await connection.execute(
        load("disclosure_open_texts"),
        *(request.case_id, [account_id for account_id, _ in gathered.texts], [one for _, one in gathered.texts]),
        *(done.by, f"{_WHY[request.state is State.PREPARED]} ({request.name}, {request.basis})", done.at),
        *((request.delay_until, request.delay_order) if late else (done.at, "")),
    )


async def _about(connection: asyncpg.Connection, request: Disclosure, scope: Scope) -> Mapping[str, Any]:
    """What a package says of its request."""
    decided = {"released_at": request.decided_at} if request.decided_at else {}
    return {
        "number": request.name,
        "id": to_wire(request.request_id),
        "basis": request.basis,
        "title": request.terms.title,
        "source": request.terms.source,
        "requester": request.requester.name,
        "country": request.requester.country,
        "reference": request.requester.reference,
        "received_at": request.received_at,
        **decided,
        "emergency": request.emergency,
        "numbers": [f"+{number}" for number in scope.numbers],
        "accounts": await names_of(connection, scope.accounts),
        "since": scope.since,
        "until": scope.until,
        "fields": list(scope.fields),
    }
