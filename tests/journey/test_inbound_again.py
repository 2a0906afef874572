"""A person's own word wins over what was there before it: the account's note, and their earlier word."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from comity.consent.records import Consent
from comity.edges.postgres import consent_opt_outs
from comity.edges.postgres.consent_opt_outs import OptOut
from comity.edges.postgres.consent_store import record_consents
from comity.smpp.pdu import DeliverSm
from support.road import NUMBER, PERSON, Road

if TYPE_CHECKING:
    from comity.edges.postgres.connect import Database

ADS = "no more ads but keep the delivery updates"


@pytest.fixture
async def road(database: Database):
    road = Road(database)
    yield road
    await road.connections.close()


async def _says(road: Road, text: str) -> None:
    pdu = DeliverSm(source_addr=PERSON, destination_addr=NUMBER, short_message=text.encode("latin-1"), data_coding=3)
    await road.inbound.take([(1, pdu)])


async def _notes(road: Road, account: int, scope: str = "everything", subject: str = "") -> int:
    """The account puts down an opt-out itself, an hour ago."""
    wish = OptOut(PERSON, scope, subject, memo="asked at the till")
    async with road.connections.connection() as connection:
        before = road.clock.now() - timedelta(hours=1)
        number = await consent_opt_outs.put_opt_out(connection, account, wish, before)
    assert number is not None
    return number


async def _opts_in(road: Road, account: int, minutes: int) -> None:
    """The person confirms an opt-in by a reply, so many minutes from now."""
    at = road.clock.now() + timedelta(minutes=minutes)
    consent = Consent(PERSON, "Bank", "offers", "Reply YES to get offers.", "text message", at, "reply")
    async with road.connections.connection() as connection:
        await record_consents(connection, account, [consent], at, confirmed=True)


async def _kept(road: Road) -> list[tuple[Any, ...]]:
    rows = await road.fetch("SELECT scope, source, memo FROM opt_outs ORDER BY number")
    return [tuple(row) for row in rows]


async def _counts(road: Road) -> tuple[int, int, int, int]:
    """Entries in the evidence log, words to webhooks, answers to the person, opt-outs counted."""
    evidence = await road.value("SELECT count(*) FROM evidence_entries WHERE kind = 'withdrawal'")
    told = await road.value("SELECT count(*) FROM webhook_events WHERE kind = 'add_optout'")
    answers = await road.value("SELECT count(*) FROM messages WHERE door = 'opt_out'")
    return evidence, told, answers, road.counters.opt_outs


async def _webhook(road: Road, account: int) -> None:
    await road.fetch(
        """INSERT INTO webhooks (account_id, secret, endpoint, method, types)
           VALUES ($1, 'secret', 'https://example.com', 'POST', '{add_optout}')""",
        account,
    )


@pytest.mark.parametrize("said", ["STOP", "please don't text me any more"], ids=["keyword", "speech"])
async def test_a_stop_takes_the_place_of_the_accounts_own_opt_out(road: Road, said: str):
    account = await road.account("Bank")
    await _webhook(road, account)
    number = await _notes(road, account)
    before = road.clock.now()
    await _says(road, said)
    ((scope, source, memo),) = await _kept(road)
    assert (scope, memo) == ("everything", NUMBER)
    assert source in {"reply", "speech"}
    assert await road.value("SELECT at FROM opt_outs") >= before
    assert await _counts(road) == (2, 1, 1, 1)
    async with road.connections.connection() as connection:
        assert await consent_opt_outs.take_back(connection, account, number, "api", before) is None
        assert await consent_opt_outs.take_back(connection, account, PERSON, "api", before) is None
    await _says(road, said)
    assert await _counts(road) == (2, 1, 1, 1)


async def test_what_the_account_notes_after_a_stop_changes_nothing(road: Road):
    account = await road.account("Bank")
    await _says(road, "STOP")
    async with road.connections.connection() as connection:
        assert await consent_opt_outs.put_opt_out(connection, account, OptOut(PERSON), road.clock.now()) is None
    assert await _kept(road) == [("everything", "reply", NUMBER)]


@pytest.mark.parametrize(("scope", "subject"), [("everything", ""), ("category", "promotional"), ("brand", "Bank")])
async def test_a_stop_to_advertising_is_the_persons_own_whatever_the_account_noted(
    road: Road, scope: str, subject: str
):
    account = await road.account("Bank")
    await _notes(road, account, scope, subject)
    await _says(road, ADS)
    assert ("category", "speech", NUMBER) in await _kept(road)
    assert (await _counts(road))[3] == 1


@pytest.mark.parametrize("said", ["STOP", ADS], ids=["all", "advertising"])
async def test_a_stop_after_an_opt_in_that_answered_an_earlier_stop_counts_anew(road: Road, said: str):
    account = await road.account("Bank")
    await _says(road, "STOP")
    await _opts_in(road, account, minutes=-1)
    await _says(road, said)
    assert (await _counts(road))[3] == 1
    await road.fetch("UPDATE opt_outs SET at = at - interval '1 hour'")
    await _says(road, said)
    await _says(road, said)
    assert (await _counts(road))[3] == 2
    answered = "SELECT bool_and(o.at < c.at) FROM opt_outs o, consents c WHERE o.scope = $1"
    assert not await road.value(answered, "everything" if said == "STOP" else "category")
