"""Owns the calls by which an account brings lists of opt-ins; must not know what makes a list look bought."""

from __future__ import annotations

import asyncio
import csv
import hashlib
import io
import re
from datetime import datetime
from typing import Any, Final

import msgspec
from litestar import get, post
from litestar.params import FromQuery

from comity.base.errors import ComityError
from comity.consent.life import COUNTING, ImportState
from comity.consent.records import Consent
from comity.consent.table import batches, rows_of
from comity.edges.http_server.asgi import read_body
from comity.edges.postgres import consent_imports, desk_store
from comity.edges.postgres.team_activity import note
from comity.edges.rest_http.paging import Page, cursor_of, place_of, size_of
from comity.edges.rest_http.problems import MEDIA, TOO_LARGE, UNREADABLE, ProblemError
from comity.edges.rest_http.services import AnyRequest, Caller, Services, Work, actor_of
from comity.edges.rest_http.shown import BODY_ANSWERS, ENTRY_ANSWERS, spec

_MOST_BODY: Final = 4 * 1024 * 1024
_MOST_LINES: Final = 100_000
"""Four times what fills 4 MB: what comes in more is not opt-ins, and would take the machine's time all the same."""
_BATCH: Final = 2_000
_SHOWN: Final = 100
_FILE_NAME: Final = re.compile(r"[\w][\w .()+-]{0,99}")


class RejectedLine(msgspec.Struct, frozen=True):
    """A line that is no opt-in.

    Attributes:
        line: its number, from 1, with the line that names the columns.
        why: what is wrong with it, and how to mend it.
    """

    line: int
    why: str


class _Read(msgspec.Struct):
    """What a file holds: opt-ins, how many lines were none, and the first of these."""

    rows: list[Consent]
    rejected: int
    problems: list[RejectedLine]


class OwnImport(msgspec.Struct, frozen=True):
    """A list of opt-ins that you brought.

    Attributes:
        number: its number.
        name: the file's.
        state: reading (it broke off: bring the same file again), accepted, held, released or dropped.
        counts: whether its opt-ins count; those of a list that is held do not until a reviewer has looked, in a case.
        recorded: how many opt-ins it brought.
        known: how many there were already.
        rejected: how many lines were no opt-ins.
        opened_at: when it began.
        settled_at: when it was decided about; null for not yet.
    """

    number: int
    name: str
    state: str
    counts: bool
    recorded: int
    known: int
    rejected: int
    opened_at: datetime
    settled_at: datetime | None


class BroughtImport(msgspec.Struct, frozen=True):
    """What became of a list of opt-ins.

    Attributes:
        number: its number.
        state: accepted, held, released or dropped.
        counts: whether its opt-ins count; those of a list that is held do not until a reviewer has looked, in a case.
        recorded: how many opt-ins are new.
        known: how many were recorded before, or stood in the file twice.
        rejected: how many lines were no opt-ins.
        problems: the first hundred of these lines.
    """

    number: int
    state: str
    counts: bool
    recorded: int
    known: int
    rejected: int
    problems: list[RejectedLine]


@post(
    "/api/consents/imports",
    opt={"scope": "consents"},
    status_code=200,
    tags=["Consents"],
    summary="Bring a list of opt-ins, as CSV",
    response_description="What became of it.",
    responses={
        **BODY_ANSWERS,
        **ENTRY_ANSWERS,
        413: spec("The body is larger than 4 MB, or has more than 100,000 lines."),
        415: spec("The body does not say that it is text/csv."),
    },
)
async def import_consents(
    request: AnyRequest, services: Work, account: Caller, name: FromQuery[str] = "list.csv"
) -> BroughtImport:
    """The file is the body: text/csv in UTF-8, at most 4 MB, about 25,000 opt-ins; bring a longer one in parts.

    Its first line names the columns: recipient, brand, purpose, wording, channel, at, proof, and perhaps address and
    expires. It has 100,000 lines at most. Those that are no opt-in are told, the others recorded. A list that looks
    bought is held until a reviewer has looked. The same file brought again is the same import, so an Idempotency-Key
    changes nothing here.
    """
    if not _FILE_NAME.fullmatch(name):
        raise ProblemError(UNREADABLE, "The name is none of a file.", "Use at most 100 letters, digits and . - _ ( ).")
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "text/csv":
        raise ProblemError(MEDIA, f"The body is {kind[:100]!r}.", "Send Content-Type: text/csv.")
    async with services.heavy.turn(account.account_id):
        body = await read_body(request.receive, _MOST_BODY)  # type: ignore[arg-type]  # ASGI's, by Litestar's name for its messages
        read = await asyncio.to_thread(_read, body, name, services.clock.now())
        file = (name, hashlib.sha256(body).hexdigest())
        brought = await _bring(services, account.account_id, file, read)
        done = ("import_consents", str(brought.number))
        async with services.road.connection() as connection, connection.transaction():
            await note(connection, account.account_id, actor_of(request), done, services.clock.now())
        return brought


@get(
    "/api/consents/imports",
    opt={"scope": "consents"},
    tags=["Consents"],
    summary="Lists of opt-ins that you brought",
    response_description="A page of lists, the newest first.",
    responses={**ENTRY_ANSWERS, 400: spec("limit or cursor cannot be one.")},
)
async def list_own_imports(
    services: Work, account: Caller, cursor: FromQuery[str | None] = None, limit: FromQuery[int | None] = None
) -> Page[OwnImport]:
    """By call and through the operator, and whether their opt-ins count."""
    most, before = size_of(limit), place_of(cursor, int)
    async with services.road.connection() as connection:
        rows = await desk_store.imports(connection, account.account_id, "", (before, most + 1))
    following = cursor_of(rows[most - 1]["import_id"]) if len(rows) > most else None
    return Page([_own(row) for row in rows[:most]], following)


CALLS: Final[tuple[Any, ...]] = (import_consents, list_own_imports)


def _own(row: desk_store.Row) -> OwnImport:
    shown = ("name", "state", "recorded", "known", "rejected", "opened_at", "settled_at")
    counts = ImportState(row["state"]) in COUNTING
    return OwnImport(number=row["import_id"], counts=counts, **{field: row[field] for field in shown})


def _read(body: bytes, name: str, now: datetime) -> _Read:
    """All opt-ins of a file, and the lines that are none.

    Raises:
        ProblemError: it is no CSV in UTF-8, or has too many lines.
        SettingsError: a column is missing.
    """
    if body.count(b"\n") + body.count(b"\r") - body.count(b"\r\n") > _MOST_LINES:
        raise ProblemError(TOO_LARGE, f"The file has more than {_MOST_LINES:,} lines.", "Bring it in parts.")
    read = _Read([], 0, [])

    def reject(number: int, error: ComityError) -> None:
        read.rejected += 1
        if len(read.problems) < _SHOWN:
            read.problems.append(RejectedLine(number, str(error)))

    try:
        lines = io.StringIO(body.decode("utf-8-sig"), newline="")
        for batch in batches(rows_of(lines, name), _BATCH, reject, now):
            read.rows += batch
    except UnicodeDecodeError:
        raise ProblemError(UNREADABLE, "The file is not UTF-8.", "Save it as UTF-8.") from None
    except csv.Error as error:
        raise ProblemError(UNREADABLE, f"The file is no CSV: {error}.", "Correct it.") from None
    return read


async def _bring(services: Services, account_id: int, file: tuple[str, str], read: _Read) -> BroughtImport:
    """Record what was read, a batch a commit, so that one that breaks off is taken up by bringing it again."""
    rows, now, recorded = read.rows, services.clock.now(), 0
    async with services.road.connection() as connection:
        into = await consent_imports.open_import(connection, account_id, *file, now)
        sample = await consent_imports.sample_for(connection)
        for start in range(0, len(rows), _BATCH):
            batch = rows[start : start + _BATCH]
            for one in batch:
                sample.add(one.recipient, one.at, one.address)
            recorded += await consent_imports.write_rows(connection, into, batch, now)
        known = len(rows) - recorded
        settled = await consent_imports.settle_import(connection, into, sample, (known, read.rejected), now)
    return BroughtImport(
        number=into.import_id,
        state=settled.state.value,
        counts=settled.state in COUNTING,
        recorded=recorded,
        known=known,
        rejected=read.rejected,
        problems=read.problems,
    )
