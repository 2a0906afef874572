"""What is looked at once more when a message is handed over: who may send, and who asked to be left alone since."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from comity.journey.flight import Flights, not_sent
from comity.journey.lanes import Lane
from comity.messages.life import Detail
from support.road import NUMBER, PERSON, Road

if TYPE_CHECKING:
    from uuid import UUID

    from comity.edges.postgres.connect import Database
    from comity.journey.handover import Claimed

_BARRED = ("suspended", "deactivated")
_EVENTS = {"good": "lift", "limited": "limit", "suspended": "suspend", "deactivated": "deactivate"}
_OFFER = "AcmeShop: 20% off all shoes until Friday!"


@pytest.fixture
async def road(database: Database):
    road = Road(database)
    yield road
    await road.connections.close()


async def _dispatcher(road: Road) -> UUID:
    dispatcher = uuid4()
    await road.store.enter(dispatcher, 10)
    return dispatcher


async def _claimed(road: Road, room: int = 50) -> list[Claimed]:
    return await road.store.claim(await _dispatcher(road), road.clock.now(), [Lane("", 1, room, 0)])


async def _put(road: Road, account: int, standing: str) -> None:
    """Change a standing and leave the queue as it is, as what comes into it a moment later finds it."""
    await road.fetch(
        """
        INSERT INTO sanctions (statement_id, account_id, event, standing_before, standing_after, by,
                               reasons, statement, at)
        SELECT gen_random_uuid(), account_id, $3, standing, $2, 'operator',
               '{"facts": "A carrier asked.", "clause": "U8", "policy": "1", "digest": "d"}', '{}', now()
        FROM accounts WHERE account_id = $1
        """,
        account,
        standing,
        _EVENTS[standing],
    )


async def _stops(road: Road, account: int, scope: str, subject: str, **given: Any) -> None:
    await road.fetch(
        "INSERT INTO opt_outs (account_id, recipient, source, scope, subject, at) VALUES ($1, $2, 'api', $3, $4, $5)",
        account,
        PERSON,
        scope,
        subject,
        given.get("at", road.clock.now()),
    )


async def _withdraws(road: Road, account: int, brand: str, minutes: int = 0) -> None:
    await road.fetch(
        """
        INSERT INTO consent_withdrawals (account_id, recipient, brand, at, how)
        VALUES ($1, $2, lower($3), $4, 'phone')
        """,
        account,
        PERSON,
        brand,
        road.clock.now() + timedelta(minutes=minutes),
    )


async def _agrees(road: Road, account: int, brand: str, *, minutes: int = 1, confirmed: bool = False) -> None:
    await road.fetch(
        """
        INSERT INTO consents (account_id, recipient, brand, purpose, wording, channel, at, proof, confirmed)
        VALUES ($1, $2, $3, 'offers', 'Yes.', 'sms', $4, '', $5)
        """,
        account,
        PERSON,
        brand,
        road.clock.now() + timedelta(minutes=minutes),
        confirmed,
    )


async def _stopped(road: Road, account: int, **given: Any) -> bool:
    fields = {"category": "promotional", "sender": "AcmeShop", "text": _OFFER} | given
    await road.queue(account, **fields)
    (one,) = await _claimed(road)
    return one.opted_out


async def _ends(road: Road, account: int, brand: str, minutes: int | None, **given: Any) -> None:
    """A consent of a day ago that ends so many minutes after what waits was accepted, or never."""
    now = road.clock.now()
    await road.fetch(
        """
        INSERT INTO consents (account_id, recipient, brand, purpose, wording, channel, at, proof, expires_at,
                              withdrawn_at)
        VALUES ($1, $2, $3, 'offers', 'Yes.', 'web', $4, 'form', $5, $6)
        """,
        *(account, PERSON, brand, now - timedelta(days=1)),
        *(None if minutes is None else now + timedelta(minutes=minutes), given.get("withdrawn_at")),
    )


async def _ended(road: Road, account: int, after_min: int = 60, **given: Any) -> bool:
    """Whether an offer that waited so long is found to rest on nothing any more."""
    fields = {"category": "promotional", "sender": "AcmeShop", "text": _OFFER} | given
    await road.queue(account, **fields)
    later = road.clock.now() + timedelta(minutes=after_min)
    (one,) = await road.store.claim(await _dispatcher(road), later, [Lane("", 1, 50, 0)])
    assert not one.opted_out
    return one.consent_ended


# --- who may send ---


@pytest.mark.parametrize("standing", _BARRED)
async def test_what_an_account_has_due_waits_until_it_may_send_again(road: Road, standing: str):
    account = await road.account()
    await road.queue(account, 2)
    await _put(road, account, standing)
    assert await _claimed(road) == []
    await _put(road, account, "good")
    assert len(await _claimed(road)) == 2


async def test_a_limited_account_sends_what_it_has_due(road: Road):
    account = await road.account()
    await road.queue(account, 2)
    await _put(road, account, "limited")
    assert len(await _claimed(road)) == 2


@pytest.mark.parametrize("standing", _BARRED)
async def test_what_an_account_below_a_barred_one_has_due_waits_too(road: Road, standing: str):
    above, between, below = [await road.account(name) for name in ("above", "between", "below")]
    await road.fetch("UPDATE accounts SET parent_id = $1 WHERE account_id = $2", above, between)
    await road.fetch("UPDATE accounts SET parent_id = $1 WHERE account_id = $2", between, below)
    for account in (above, between, below):
        await road.queue(account)
    await _put(road, between, standing)
    assert [one.account_id for one in await _claimed(road)] == [above]


@pytest.mark.parametrize("standing", _BARRED)
async def test_barred_accounts_take_nobodys_turn_and_no_room(road: Road, standing: str):
    barred = [await road.account(f"barred-{number}") for number in range(5)]
    good = await road.account("good")
    for account in (*barred, good):
        await road.queue(account, 3)
    for account in barred:
        await _put(road, account, standing)
    assert [one.account_id for one in await _claimed(road, room=2)] == [good, good]


@pytest.mark.parametrize("standing", _BARRED)
async def test_what_a_carrier_gives_back_after_the_account_was_barred_waits(road: Road, standing: str):
    account = await road.account()
    await road.queue(account)
    dispatcher = await _dispatcher(road)
    (one,) = await road.store.claim(dispatcher, road.clock.now(), [Lane("", 1, 50, 0)])
    await _put(road, account, standing)
    await road.store.record(dispatcher, [not_sent(one, road.clock.now())], road.clock.now(), lambda _, key: key)
    assert await road.value("SELECT count(*) FROM queue") == 1
    assert await _claimed(road) == []


# --- who asked to be left alone since ---


@pytest.mark.parametrize(
    ("brand", "sender", "text"),
    [
        ("acme shop", "AcmeShop", "20% off all shoes!"),
        ("acme-shop", "Acme Shop", "20% off all shoes!"),
        ("acmeshop", "Acme.Shop", "20% off all shoes!"),
        ("ACME  Shop", NUMBER, _OFFER),
        ("ac.me shop", NUMBER, "Acme-Shop: 20% off!"),
        ("acmeshop", NUMBER, "Shoes at ACME SHOP are 20% off!"),
        ("acmeshop", NUMBER, "Shoes at www.myacmeshop.example are 20% off!"),
    ],
)
async def test_a_brand_is_left_however_it_is_written(road: Road, brand: str, sender: str, text: str):
    account = await road.account()
    await _stops(road, account, "brand", brand)
    assert await _stopped(road, account, sender=sender, text=text, category="transactional")


@pytest.mark.parametrize("brand", ["éclair", "ÉCLAIR", "É-clair"])
async def test_letters_with_accents_are_letters_of_a_brand(road: Road, brand: str):
    account = await road.account()
    await _stops(road, account, "brand", brand)
    assert await _stopped(road, account, sender=NUMBER, text="Éclair: 20% off!")


@pytest.mark.parametrize(
    ("brand", "text"),
    [
        ("other", "There is no the right one."),  # across the beginnings of words
        ("beta", _OFFER),
        ("!!", _OFFER),
        ("c.a", _OFFER),
    ],
)
async def test_a_brand_that_is_not_named_stops_nothing(road: Road, brand: str, text: str):
    account = await road.account()
    await _stops(road, account, "brand", brand)
    assert not await _stopped(road, account, text=text)


@pytest.mark.parametrize("brand", ["AcmeShop", "acme shop", "Acme-Shop"])
@pytest.mark.parametrize(("category", "stopped"), [("promotional", True), ("transactional", False), ("otp", False)])
async def test_a_consent_taken_back_stops_promotion_that_waits(road: Road, brand: str, category: str, stopped: bool):
    account = await road.account()
    await _withdraws(road, account, brand, minutes=5)
    assert await _stopped(road, account, category=category) is stopped


async def test_a_consent_of_another_brand_taken_back_stops_nothing(road: Road):
    account = await road.account()
    await _withdraws(road, account, "Beta", minutes=5)
    assert not await _stopped(road, account)


async def test_what_acceptance_knew_to_be_taken_back_is_not_looked_at_again(road: Road):
    account = await road.account()
    await _withdraws(road, account, "AcmeShop", minutes=-5)
    assert not await _stopped(road, account)


@pytest.mark.parametrize(("brand", "stopped"), [("Acme Shop", False), ("Beta", True)])
async def test_agreeing_anew_answers_a_consent_taken_back(road: Road, brand: str, stopped: bool):
    account = await road.account()
    await _withdraws(road, account, "AcmeShop")
    await _agrees(road, account, brand)
    assert await _stopped(road, account) is stopped


@pytest.mark.parametrize(
    ("scope", "subject"), [("everything", ""), ("category", "promotional"), ("brand", "acme shop")]
)
@pytest.mark.parametrize("confirmed", [True, False])
async def test_only_a_persons_own_yes_answers_an_opt_out(road: Road, scope: str, subject: str, confirmed: bool):
    account = await road.account()
    await _stops(road, account, scope, subject)
    await _agrees(road, account, "AcmeShop", confirmed=confirmed)
    assert await _stopped(road, account) is not confirmed


@pytest.mark.parametrize(
    ("country", "since", "until", "stopped"),
    [
        ("", None, None, False),
        ("BE", None, None, False),
        ("NL", None, None, True),
        ("", -1, 1, False),
        ("", 1, None, True),
        ("", None, -1, True),
    ],
)
async def test_an_alert_goes_past_an_opt_out_only_where_its_account_is_cleared(
    road: Road, country: str, since: int | None, until: int | None, stopped: bool
):
    account = await road.account()
    await _stops(road, account, "everything", "")
    today = road.clock.now().date()
    await road.fetch(
        "INSERT INTO clearances (account_id, content, country, since, until) VALUES ($1, 'alert', $2, $3, $4)",
        account,
        country,
        None if since is None else today + timedelta(days=since),
        None if until is None else today + timedelta(days=until),
    )
    ids = await road.queue(account, category="alert")
    await road.fetch("UPDATE messages SET country = 'BE' WHERE id = ANY ($1)", ids)
    (one,) = await _claimed(road)
    assert one.opted_out is stopped


async def test_an_alert_of_an_account_that_is_not_cleared_meets_opt_outs(road: Road):
    account = await road.account()
    await _stops(road, account, "everything", "")
    assert await _stopped(road, account, category="alert")
    assert not await _stopped(road, account, category="otp")


# --- consents that end by themselves ---


@pytest.mark.parametrize(("category", "ended"), [("promotional", True), ("transactional", False), ("otp", False)])
async def test_an_offer_whose_consent_ended_while_it_waited_goes_no_more(road: Road, category: str, ended: bool):
    account = await road.account()
    await _ends(road, account, "AcmeShop", 30)
    assert await _ended(road, account, category=category) is ended


@pytest.mark.parametrize(("minutes", "after_min"), [(30, 20), (None, 60), (-30, 60)])
async def test_one_that_lasts_or_ended_before_acceptance_stops_nothing(road: Road, minutes: int | None, after_min: int):
    account = await road.account()
    await _ends(road, account, "AcmeShop", minutes)
    assert not await _ended(road, account, after_min)


@pytest.mark.parametrize("minutes", [120, None])
async def test_another_consent_for_the_brand_carries_it(road: Road, minutes: int | None):
    account = await road.account()
    await _ends(road, account, "AcmeShop", 30)
    await _ends(road, account, "Acme Shop", minutes)
    assert not await _ended(road, account)


@pytest.mark.parametrize(
    ("text", "sender", "ended"),
    [(_OFFER, NUMBER, True), ("20% off!", "AcmeShop", True), ("20% off all shoes!", NUMBER, False)],
)
async def test_a_consent_for_another_brand_carries_what_does_not_speak_for_the_first(
    road: Road, text: str, sender: str, ended: bool
):
    account = await road.account()
    await _ends(road, account, "AcmeShop", 30)
    await _ends(road, account, "Beta", None)
    assert await _ended(road, account, text=text, sender=sender) is ended


async def test_one_that_was_taken_back_carries_nothing(road: Road):
    account = await road.account()
    await _ends(road, account, "AcmeShop", 30)
    await _ends(road, account, "Acme Shop", None, withdrawn_at=road.clock.now() - timedelta(days=1))
    assert await _ended(road, account)


async def test_what_goes_no_more_is_refused_with_its_reason_and_paid_back(road: Road):
    account = await road.account()
    await _ends(road, account, "AcmeShop", 30)
    (message,) = await road.queue(account, category="promotional", sender="AcmeShop", text=_OFFER)
    dispatcher, later = await _dispatcher(road), road.clock.now() + timedelta(minutes=60)
    claimed = await road.store.claim(dispatcher, later, [Lane("", 1, 50, 0)])
    flights = Flights()
    flights.depart({}, claimed, later)
    await road.store.record(dispatcher, flights.land({}, later).settled, later, lambda _, key: key)
    (life,) = await road.fetch("SELECT state, detail FROM message_life WHERE id = $1", message)
    assert tuple(life) == ("refused", Detail.CONSENT_ENDED)
    assert await road.value("SELECT remaining FROM lots WHERE account_id = $1", account) == 1_000_000
