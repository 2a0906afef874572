"""Owns what is done with texts to a report number, and with halves of reports; must not know how a text is read.

Deeds are done in the order of the table in `comity.complaints.report_number`, in the transaction that forgets the text:
after a crash there is either the text or what was done about it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import asyncpg
import msgspec

from comity.base.ids import IdMaker
from comity.complaints.complaint import Filed, NewComplaint
from comity.complaints.report_number import (
    CODE_DIGITS,
    DAY,
    MOST_A_DAY,
    WAITS,
    Deed,
    Event,
    Heard,
    Said,
    State,
    after,
    answer_for,
    read,
    wish,
    without_code,
)
from comity.complaints.reporters import new_code, reporter_key
from comity.countries import country as country_record
from comity.edges.postgres.complaint_policy import figures
from comity.edges.postgres.complaint_rates import has_room, of_all, of_number
from comity.edges.postgres.complaint_store import file_complaint
from comity.edges.postgres.deadline_store import Due, NewDeadline, drop_deadline, set_deadline
from comity.edges.postgres.report_number_policy import may_text
from comity.edges.postgres.report_number_store import HALF
from comity.edges.postgres.statements import load
from comity.messages.verdict import Action, Finding, Verdict
from comity.numbers import BadNumber, read_destination
from comity.sms.segment import plan

RULE: Final = "report_number_answer"
CLAUSE: Final = "P9"
_ids: Final = IdMaker()


class _Person(msgspec.Struct, frozen=True):
    """Somebody who writes to a report number, and the number."""

    number: str
    reporter: str
    account_id: int
    status_url: str
    country: str
    key: bytes
    # of deadlines about them
    subject: str
    now: datetime


class _Reply(msgspec.Struct, frozen=True):
    """What a text is, and whether it holds the code that was sent to its number."""

    heard: Heard
    proven: bool = False


class _Saying(msgspec.Struct, frozen=True):
    """An answer: what it says, of which report, and the code of a question."""

    said: Said
    filed: Filed | None
    code: str


async def read_texts(connection: asyncpg.Connection, due: Due, now: datetime) -> None:
    """Read what a person wrote to a report number, in its order; the deed of `report-text`."""
    number, reporter = await _written_by(connection, due.subject)
    person = await _person(connection, due.subject, reporter, now)
    rows = await connection.fetch(
        "DELETE FROM report_texts WHERE number = $1 AND reporter = $2 RETURNING text_id, text, at", number, reporter
    )
    if person is None:
        return
    said: list[_Saying] = []
    for row in sorted(rows, key=lambda one: one["text_id"]):
        said += await _read(connection, person, row["text"], row["at"])
    await _say(connection, person, said)


async def end_half(connection: asyncpg.Connection, due: Due, now: datetime) -> None:
    """The second text did not come: the report is filed without its sender; the deed of `report-half`."""
    _, reporter = await _written_by(connection, due.subject)
    person = await _person(connection, due.subject, reporter, now)
    if person is not None:
        await _say(connection, person, await _step(connection, person, _Reply(Heard(Event.SILENCE)), now))


async def _written_by(connection: asyncpg.Connection, subject: str) -> tuple[str, str]:
    """The report number, and who wrote to it; "" where nothing of them waits."""
    number = subject.partition(" ")[0]
    # One at a time: two texts of a person may come at once, on two nodes.
    await connection.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 7726))", subject)
    return number, await connection.fetchval(load("report_number_reporter"), subject) or ""


async def _person(connection: asyncpg.Connection, subject: str, reporter: str, now: datetime) -> _Person | None:
    """Who it is; None for a number that takes no reports any more, or a sender that nobody can be answered at."""
    number = subject.partition(" ")[0]
    row = await connection.fetchrow(
        "SELECT n.account_id, n.status_url, i.hash_key FROM report_numbers n, installation i WHERE n.number = $1",
        number,
    )
    country = _country(reporter)
    if row is None or country is None:
        return None
    key = reporter_key(f"number {reporter}", row["hash_key"])
    return _Person(number, reporter, row["account_id"], row["status_url"], country, key, subject, now)


async def _read(connection: asyncpg.Connection, person: _Person, text: str, at: datetime) -> list[_Saying]:
    code = await connection.fetchval(
        "SELECT code FROM report_halves WHERE number = $1 AND reporter = $2", person.number, person.reporter
    )
    reply = _hear(text, person.country, code or "")
    if reply is None or not await _may_report(connection, person, at):
        return []
    return await _step(connection, person, reply, at)


def _hear(text: str, country: str, code: str) -> _Reply | None:
    """What a text is; None for START and HELP, which the road answers itself."""
    asked = wish(text, country)
    if asked == "other":
        return None
    rest, proven = without_code(text, code)
    return _Reply(Heard(Event.STOP)) if asked else _Reply(read(rest), proven=proven)


async def _may_report(connection: asyncpg.Connection, person: _Person, at: datetime) -> bool:
    """Count a text, and say whether this person's are still read today."""
    await connection.execute("DELETE FROM report_heard WHERE reporter_key = $1 AND at <= $2", person.key, at - DAY)
    heard = await connection.fetchval("SELECT count(*) FROM report_heard WHERE reporter_key = $1", person.key)
    if heard >= MOST_A_DAY:
        return False
    await connection.execute("INSERT INTO report_heard (reporter_key, at) VALUES ($1, $2)", person.key, at)
    return True


async def _step(connection: asyncpg.Connection, person: _Person, reply: _Reply, at: datetime) -> list[_Saying]:
    """Do what follows from a text; what is answered then, once all is done."""
    half = await _take_half(connection, person)
    _, deeds = after(State.NOTHING if half is None else State.HALF, reply.heard.event)
    said: list[_Saying] = []
    code = new_code(CODE_DIGITS)
    filed: Filed | None = None
    for deed in deeds:
        if deed is Deed.KEEP:
            await _keep_half(connection, person, (reply.heard.text, code), at)
        elif deed in _FILES:
            filed = await _file(connection, person, _reported(deed, reply.heard, half), proven=reply.proven)
        else:
            said.append(_Saying(_SAYS[deed], filed, code))
    return said


_FILES: Final = frozenset({Deed.FILE_HALF, Deed.FILE_NAMED, Deed.FILE_WHOLE})
_SAYS: Final[dict[Deed, Said]] = {Deed.ASK: "ask", Deed.ACKNOWLEDGE: "filed", Deed.GUIDE: "guide"}


def _reported(deed: Deed, heard: Heard, half: str | None) -> tuple[str, str]:
    """The text, and its sender."""
    if deed is Deed.FILE_WHOLE or half is None:
        return heard.text, heard.sender
    return half, heard.sender if deed is Deed.FILE_NAMED else ""


async def _take_half(connection: asyncpg.Connection, person: _Person) -> str | None:
    half: str | None = await connection.fetchval(
        "DELETE FROM report_halves WHERE number = $1 AND reporter = $2 RETURNING text",
        person.number,
        person.reporter,
    )
    await drop_deadline(connection, HALF, person.subject)
    return half


async def _keep_half(connection: asyncpg.Connection, person: _Person, kept: tuple[str, str], at: datetime) -> None:
    """Keep a text, and the code of the question about it."""
    await connection.execute(
        "INSERT INTO report_halves (number, reporter, text, code, at, subject) VALUES ($1, $2, $3, $4, $5, $6)",
        *(person.number, person.reporter, *kept, at, person.subject),
    )
    await set_deadline(connection, NewDeadline(HALF, person.subject, person.account_id, at + WAITS))


async def _file(connection: asyncpg.Connection, person: _Person, reported: tuple[str, str], *, proven: bool) -> Filed:
    text, sender = reported
    complaint = NewComplaint(
        channel="sms",
        kind="spam",
        text=text,
        recipient=person.reporter,
        sender=_as_sender(sender, person.country),
        # When the text came is not known, only when it was passed on.
        received_at=None,
        reporter=f"+{person.reporter}",
        # Not by the number it came from, which is easily forged, but by what was sent there and came back.
        proven=proven,
        reporter_key=person.key,
    )
    return await file_complaint(connection, complaint, person.now)


def _as_sender(written: str, country: str) -> str:
    """A sender as people write it; a number of their own country in full."""
    record = country_record(country)
    if not written.isdecimal() or not written.startswith("0") or record is None:
        return written
    full = written if written.startswith("00") else f"+{record.calling_code}{written.removeprefix('0')}"
    try:
        return read_destination(full).e164
    except BadNumber:
        return written


async def _say(connection: asyncpg.Connection, person: _Person, said: Sequence[_Saying]) -> None:
    """Answer, as far as there is room: whoever forges numbers must not earn by it, nor have strangers texted."""
    ceilings = (await figures(connection)).limits.answers
    limits = [
        *of_number("answer", person.reporter, None, ceilings.number_day),
        *of_all("answer", person.reporter, person.country, ceilings),
    ]
    if not said or not await may_text(connection, person.reporter, person.country, person.now):
        return
    for one in said:
        if await has_room(connection, limits, person.now):
            await _answer(connection, person, one)


async def _answer(connection: asyncpg.Connection, person: _Person, saying: _Saying) -> None:
    said, filed = saying.said, saying.filed
    number, link = (filed.number, _link(person, filed)) if filed else ("", "")
    planned = plan(answer_for(said, person.country, number, link, saying.code), transliterate=True)
    verdict = await _verdict(connection)
    await connection.fetchval(
        load("report_number_answer"),
        person.account_id,
        _ids.at(person.now),
        person.number,
        person.reporter,
        person.country,
        planned.text,
        planned.encoding.value,
        planned.parts,
        f"report {said}",
        person.now,
        verdict,
    )


def _link(person: _Person, filed: Filed) -> str:
    if not filed.token:
        return ""
    return person.status_url.replace("{number}", filed.number).replace("{token}", filed.token)


async def _verdict(connection: asyncpg.Connection) -> str:
    held: Any = await connection.fetchrow(load("policy_in_force"))
    finding = Finding(
        rule=RULE,
        clauses=(CLAUSE,),
        action=Action.ALLOW.word,
        sentence="It answers a person who reports a text.",
    )
    verdict = Verdict(
        action=Action.ALLOW.word,
        findings=(finding,),
        results={RULE: "hit"},
        policy=held["version"],
        digest=held["digest"],
        facts={},
    )
    return msgspec.json.encode(verdict).decode()


def _country(number: str) -> str | None:
    try:
        return read_destination(number).country
    except BadNumber:
        return None
