"""Challenges in PostgreSQL: opened once, settled in pieces, and what is old forgotten."""

import asyncio
from datetime import timedelta

import pytest

from comity.accounts.challenges import Event
from comity.base.errors import SettingsError
from comity.edges.mail.deliver import MailWorker
from comity.edges.mail.plain_letters import plain_letter
from comity.edges.mail.settings import read_smtp
from comity.edges.postgres import challenge_deeds
from comity.edges.postgres.challenge_deeds import TELL, forget, settle, tell
from comity.edges.postgres.challenge_places import places_of, read_places, set_places
from comity.edges.postgres.challenge_steps import SETTLE, Step, confirm
from comity.edges.postgres.challenge_store import ChallengeError, lock_challenge
from comity.edges.postgres.deadline_store import Due
from comity.edges.postgres.evidence_keys import KEY_FILE, ensure_evidence
from comity.edges.postgres.letter_store import LetterQueue
from comity.edges.postgres.notice_store import add_address
from comity.edges.postgres.roles import Role
from comity.edges.postgres.statements import load
from support.gateway import operating
from support.mailbox import mailbox

OPEN = "SELECT open_challenge($1, 'country', 'cid_1', 'BR', '192.0.2.0/24', '{}', $2)"


@pytest.fixture
async def operator(database, server, tmp_path):
    async with operating(database) as hands:
        (tmp_path / KEY_FILE).write_bytes((server.evidence_folder / KEY_FILE).read_bytes())
        await ensure_evidence(hands.connection, tmp_path)
        yield hands


async def test_many_that_come_at_once_open_one_challenge_with_one_case(operator, database, clock):
    customer = await operator.customer()
    roads = [await database.connect(Role.ROAD) for _ in range(4)]
    opened = await asyncio.gather(*(road.fetchval(OPEN, customer.account_id, clock.now()) for road in roads))
    for road in roads:
        await road.close()
    assert len(set(opened)) == 1
    assert await operator.value("SELECT count(*) FROM cases WHERE account_id = $1", customer.account_id) == 1


async def test_a_key_used_from_everywhere_is_four_challenges_and_a_denied_place_is_not_denied_for_ever(operator, clock):
    customer, now = await operator.customer(), clock.now()
    account_id = customer.account_id

    async def used_from(country):
        words = f"SELECT open_challenge($1, 'country', 'cid_1', '{country}', '192.0.2.0/24', '{{}}', $2)"
        return await operator.value(words, account_id, now)

    async def stopped(country, at):
        long_ago = at - timedelta(days=90)
        return await operator.value(load("challenge_whence"), account_id, "cid_1", country, long_ago, at)

    opened = [await used_from(country) for country in ("BR", "CN", "BR", "IN", "VN", "PH", "CN")]
    assert [opened.index(one) for one in opened] == [0, 1, 0, 3, 4, 4, 1]
    assert await operator.value("SELECT country FROM challenges WHERE challenge_id = $1", opened[4]) == "ZZ"
    await operator.value("INSERT INTO key_origins VALUES ($1, 'cid_2', 'NL', '', $2, $2)", account_id, now)
    assert [await stopped(country, now) for country in ("CN", "FR", "NL")] == [str(opened[1]), str(opened[4]), None]
    await operator.value(
        "UPDATE challenges SET state = 'denied', ended_at = $2, ended_by = 'x', how = 'deny' WHERE account_id = $1",
        *(account_id, now),
    )
    later = now + timedelta(minutes=11)
    assert [await stopped("BR", now), await stopped("BR", later)] == [str(opened[0]), None]
    await set_places(operator.connection, account_id, ["BR"])
    assert await stopped("BR", now) is None


async def test_what_was_held_is_let_go_in_pieces_each_message_once(operator, clock, monkeypatch):
    monkeypatch.setattr(challenge_deeds, "AT_ONCE", 2)
    customer, connection = await operator.customer(), operator.connection
    challenge_id = await operator.value(OPEN, customer.account_id, clock.now())
    case_id = await operator.value("SELECT case_id FROM challenges WHERE challenge_id = $1", challenge_id)
    for _ in range(5):
        await operator.value(
            "WITH m AS (SELECT uuidv7() AS id), l AS ("
            " INSERT INTO message_life (account_id, id, state) SELECT $1, id, 'queued' FROM m), w AS ("
            " INSERT INTO messages (account_id, id, door, sender, recipient, category, text, encoding, parts,"
            " reference, due_at, receipt, micro_credits, text_key, action, verdict)"
            " SELECT $1, id, 'rest', 'Bank', '32470000001', 'transactional', '', 'gsm7', 1, '', now(), false, 0, 0,"
            " 'hold', '{}' FROM m)"
            " INSERT INTO case_messages (case_id, account_id, message_id) SELECT $2, $1, id FROM m",
            *(customer.account_id, case_id),
        )
    await operator.value("UPDATE message_life SET state = 'held' WHERE account_id = $1", customer.account_id)
    async with connection.transaction():
        found = await lock_challenge(connection, customer.account_id, challenge_id)
        await confirm(connection, found, Event.STAFF, Step("Rita", clock.now(), "They rang.", by_staff=True))
        again = await lock_challenge(connection, customer.account_id, challenge_id)
        with pytest.raises(ChallengeError):
            await confirm(connection, again, Event.CODE, Step("code", clock.now()))
    let_go = []
    for _ in range(4):
        async with connection.transaction():
            await settle(connection, Due(SETTLE, str(challenge_id), customer.account_id, clock.now()), clock.now())
        let_go.append(await operator.value("SELECT count(*) FROM queue WHERE account_id = $1", customer.account_id))
    assert let_go == [2, 4, 5, 5]


async def test_whence_a_key_was_used_is_forgotten_when_it_is_old(operator, clock):
    customer = await operator.customer()
    for days in (10, 89, 91):
        await operator.value(
            "INSERT INTO key_origins VALUES ($1, 'cid_1', 'NL', $2, $3, $3)",
            *(customer.account_id, f"192.0.{days}.0/24", clock.now() - timedelta(days=days)),
        )
    await forget(operator.connection, Due("challenge-forget", "origins", None, clock.now()), clock.now())
    assert await operator.value("SELECT count(*) FROM key_origins") == 2
    assert await operator.value("SELECT count(*) FROM deadlines WHERE kind = 'challenge-forget'") == 1


async def test_nobody_waits_while_what_is_old_is_forgotten_and_many_networks_of_a_key_are_one(
    operator, database, clock, monkeypatch
):
    customer, now = await operator.customer(), clock.now()
    # Whence it was used long ago goes in pieces, with codes whose time is over.
    monkeypatch.setattr(challenge_deeds, "AT_ONCE", 2)
    await operator.value(
        "INSERT INTO key_origins SELECT $1, 'cid_2', 'NL', n::text, $2, $2 FROM generate_series(1, 3) n",
        *(customer.account_id, now - timedelta(days=91)),
    )
    challenge_id = await operator.value(OPEN, customer.account_id, now)
    await operator.value("INSERT INTO challenge_codes VALUES ($1, sha256(''), 5, 5, $2)", challenge_id, now)
    due = Due("challenge-forget", "origins", None, now)
    left = []
    for _ in range(2):
        await forget(operator.connection, due, now)
        left.append(await operator.value("SELECT count(*) FROM key_origins WHERE key = 'cid_2'"))
    assert (left, await operator.value("SELECT count(*) FROM challenge_codes")) == ([1, 0], 0)
    note, road = load("challenge_note"), await database.connect(Role.ROAD)
    await road.execute(note, customer.account_id, "cid_1", "NL", "192.0.2.0/24", now)
    # A deed has claimed the deadline, and is not done.
    deed = await database.connect(Role.ROAD)
    transaction = deed.transaction()
    await transaction.start()
    await deed.execute("DELETE FROM deadlines WHERE kind = 'challenge-forget'")
    async with asyncio.timeout(2):
        for number in range(60):
            await road.execute(note, customer.account_id, "cid_1", "NL", f"192.0.{number}.0/24", now)
    await transaction.rollback()
    await deed.close()
    await road.close()
    networks = await operator.fetch("SELECT network FROM key_origins WHERE key = 'cid_1'")
    assert (len(networks), {"network": ""} in map(dict, networks)) == (51, True)


async def test_countries_of_an_account_are_kept_with_their_evidence(operator):
    customer, connection = await operator.customer(), operator.connection
    assert await set_places(connection, customer.account_id, ["nl,be", "NL"]) == ["BE", "NL"]
    assert await places_of(connection, customer.account_id) == ["BE", "NL"]
    assert await set_places(connection, customer.account_id, []) == []


@pytest.mark.parametrize("written", ["NLD", "N1", "é1", "N"])
def test_what_is_no_country_is_said_to_be_none(written):
    with pytest.raises(SettingsError):
        read_places([written])


async def test_a_code_is_sealed_mailed_once_to_old_addresses_and_forgotten(operator, database, clock):
    customer, connection = await operator.customer(), operator.connection
    await operator.value("UPDATE accounts SET created_at = $1", clock.now() - timedelta(days=30))
    for email, days in (("ann@acme.example", 2), ("thief@acme.example", 0)):
        await add_address(connection, customer.account_id, email, "en", clock.now() - timedelta(days=days, minutes=1))
    challenge_id = await operator.value(OPEN, customer.account_id, clock.now())
    road = await database.connect(Role.ROAD)
    await tell(road, Due(TELL, str(challenge_id), customer.account_id, clock.now()), clock.now())
    await road.close()
    kept = await operator.value("SELECT (summary).plain || (address).plain FROM letters")
    assert kept is None, "it stands in the clear"
    async with mailbox() as box:
        smtp = read_smtp(f"smtp://{box.url}?from=notices@operator.example&starttls=no")
        mails = LetterQueue(database)
        worker = MailWorker(mails, smtp, clock, lambda: 0.0, write=plain_letter)
        box.answers["ann@acme.example"] = "451 later"
        assert await worker.once() == 1
        del box.answers["ann@acme.example"]
        clock.advance(timedelta(hours=1))
        assert (await worker.once(), await worker.once()) == (1, 0)
        await mails.close()
        (mail,) = box.mails
    assert (mail["To"], customer.name in mail.get_content()) == ("ann@acme.example", True)
    assert await operator.value("SELECT count(*) FROM letters") == 0
