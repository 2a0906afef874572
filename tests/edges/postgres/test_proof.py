from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from comity.app.compose.desk import DEEDS
from comity.consent.proof_request import Proof, State, Wanted
from comity.edges.postgres import operator_store, proof_deeds, proof_steps, proof_store
from comity.edges.postgres.deadline_store import FailedDeedError, PostgresDeadlines
from comity.edges.postgres.held import HeldConnections
from comity.edges.postgres.intake_store import beat
from comity.edges.postgres.notice_store import list_notices, open_notice
from comity.edges.postgres.proof_steps import Answer, NewProofRequest, Step
from comity.edges.postgres.proof_store import ProofRequestError
from comity.edges.postgres.roles import Role
from comity.journey.deadlines import Deadlines
from comity.policy.files import default_policy
from support.gateway import MICRO

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
ANN, BOB = "32470000001", "32470000002"


class Desk:
    """A desk with a clock that tests move, and one account with 10 bought credits and 5 of bonus."""

    def __init__(self, database, connection, held, clock, account_id):
        self.database, self.connection, self.clock, self.account_id = database, connection, clock, account_id
        self._deadlines = Deadlines(PostgresDeadlines(database, held, self._now), DEEDS, FailedDeedError)

    async def _now(self, _connection):
        return self.clock.now()

    async def at(self, hours, **more):
        """Move the clock to so long after noon, and do what is due."""
        self.clock.advance(NOON + timedelta(hours=hours, **more) - self.clock.now())
        await self._deadlines.once()

    async def ask(self, **more):
        new = NewProofRequest(self.account_id, Wanted((ANN, BOB)), "the spring campaign", "Rita", **more)
        self.request_id = await proof_steps.ask(self.connection, new, self.clock.now())
        return self.request_id

    async def open(self):
        """The account reads the notice, the newest it has."""
        (notice, *_) = await list_notices(self.connection, self.account_id)
        await open_notice(self.connection, self.account_id, notice.notice_id, self.clock.now())
        await self._deadlines.once()

    async def request(self):
        return await proof_store.find(self.connection, self.account_id, self.request_id)

    async def step(self, what, *arguments, by="Rita", why=""):
        async with self.connection.transaction():
            request = await proof_store.lock(self.connection, self.account_id, self.request_id)
            return await what(self.connection, request, *arguments, Step(by, self.clock.now(), why))

    async def answer(self, *proofs, purpose="Spring sale", sample="Acme: 20% off until Friday"):
        async with self.connection.transaction():
            request = await proof_store.lock(self.connection, self.account_id, self.request_id)
            return await proof_steps.answer(self.connection, request, Answer(proofs, purpose, sample), self.clock.now())

    async def standing(self):
        return await self.connection.fetchval("SELECT standing FROM accounts WHERE account_id = $1", self.account_id)

    async def told(self):
        return [notice.kind for notice in reversed(await list_notices(self.connection, self.account_id))]

    async def payouts_in_evidence(self):
        return await self.connection.fetchval(
            "SELECT count(*) FROM evidence_entries WHERE account_id = $1 AND kind = 'payout'", self.account_id
        )

    async def postings(self, ledger_account):
        return await self.connection.fetchval(
            "SELECT coalesce(sum(micro_credits), 0)::bigint FROM ledger_postings"
            " WHERE account_id = $1 AND ledger_account = $2",
            *(self.account_id, ledger_account),
        )


def proof(recipient, **more):
    given = {"wording": "I want offers", "channel": "web form", "at": NOON - timedelta(days=9), "proof": "form 4711"}
    return Proof(recipient, **{**given, **more})


@pytest.fixture
async def desk(database, clock):
    connection = await database.connect(Role.ROAD)
    held = HeldConnections(database, "test", most=3)
    owner = await database.connect(Role.OWNER)
    await operator_store.prepare_installation(owner, default_policy())
    await owner.close()
    new = operator_store.NewAccount("Acme", 10 * MICRO, 5 * MICRO, accepted_by="Ann")
    await operator_store.create_account(connection, new)
    account_id = await operator_store.account_id_of(connection, "Acme")
    yield Desk(database, connection, held, clock, account_id)
    await held.close()
    await connection.close()


async def test_the_clock_runs_from_the_delivery_and_not_from_the_asking(desk):
    await desk.ask()
    await desk.at(3)
    assert (await desk.request()).state is State.ASKED
    await desk.open()
    request = await desk.request()
    assert (request.state, request.delivered_by, request.due_at) == (State.RUNNING, "opened", NOON + 27 * HOUR)


async def test_to_the_second_and_no_second_earlier_the_account_is_closed_and_paid_back(desk):
    await desk.ask()
    await desk.open()
    await desk.at(24, seconds=-1)
    assert await desk.standing() == "good"
    await desk.at(24)
    assert (await desk.standing(), (await desk.request()).state) == ("deactivated", State.DEACTIVATED)
    # Bought credits go back to the buyer, bonus does not.
    assert await desk.postings("payable") == 10 * MICRO
    await desk.at(100)
    assert await desk.postings("payable") == 10 * MICRO
    assert await desk.told() == ["proof-request", "proof-reminder", "proof-reminder", "standing", "proof-ended"]


async def test_reminders_come_twelve_and_two_hours_before(desk):
    await desk.ask()
    await desk.open()
    for hours, reminders in ((11.9, 0), (12, 1), (21.9, 1), (22, 2), (23.9, 2)):
        await desk.at(hours)
        assert (await desk.told()).count("proof-reminder") == reminders


async def test_a_complete_answer_stops_the_clock(desk):
    await desk.ask()
    await desk.open()
    await desk.answer(proof(ANN))
    assert (await desk.request()).state is State.RUNNING
    assert await proof_store.wanted_still(desk.connection, await desk.request()) == ("the proof of 1 recipient",)
    await desk.answer(proof(f"+{BOB}"))
    assert (await desk.request()).state is State.ANSWERED
    await desk.at(48)
    assert (await desk.standing(), (await desk.request()).state) == ("good", State.ANSWERED)
    await desk.step(proof_deeds.accept)
    assert (await desk.request()).state is State.ACCEPTED


async def test_a_proof_that_lacks_something_is_named_and_does_not_count(desk):
    await desk.ask()
    await desk.open()
    await desk.answer(proof(ANN), proof(BOB, wording=""))
    rows = await proof_store.recipients_of(desk.connection, desk.account_id, desk.request_id)
    assert [row["gaps"] for row in rows] == [[], ["the wording that was agreed to is missing"]]
    assert (await desk.request()).state is State.RUNNING


async def test_who_was_not_asked_about_is_not_taken(desk):
    await desk.ask()
    await desk.open()
    with pytest.raises(ProofRequestError, match="not asked about"):
        await desk.answer(proof("32470000003"))


async def test_a_rejected_proof_lets_the_clock_run_on_or_be_over(desk):
    await desk.ask()
    await desk.open()
    await desk.answer(proof(ANN), proof(BOB))
    await desk.at(20)
    await desk.step(proof_deeds.reject, why="The forms name another shop.")
    request = await desk.request()
    assert (request.state, request.due_at) == (State.RUNNING, NOON + 24 * HOUR)
    await desk.at(24)
    assert await desk.standing() == "deactivated"


async def test_more_time_is_given_for_a_reason(desk):
    await desk.ask()
    await desk.open()
    with pytest.raises(ProofRequestError, match="reason"):
        await desk.step(proof_steps.extend, 12 * HOUR)
    await desk.step(proof_steps.extend, 12 * HOUR, why="Their provider is closed today.")
    await desk.at(35.9)
    assert await desk.standing() == "good"
    await desk.at(36)
    assert await desk.standing() == "deactivated"


async def test_an_outage_of_ours_gives_the_time_back(desk):
    await desk.ask()
    await desk.open()
    # No door answers between 20:00 and 23:00.
    await beat(desk.connection, NOON + 8 * HOUR)
    await beat(desk.connection, NOON + 11 * HOUR)
    for hours, standing in ((24, "good"), (26.9, "good"), (27, "deactivated")):
        # Beats without a gap: all that tells of them is the last one.
        await desk.connection.execute("UPDATE intake SET alive_at = $1", NOON + timedelta(hours=hours))
        await desk.at(hours)
        assert await desk.standing() == standing


async def test_while_no_door_answers_nobodys_time_is_over(desk):
    await desk.ask()
    await beat(desk.connection, NOON + 23 * HOUR)
    await desk.open()
    await desk.at(26)
    assert (await desk.standing(), (await desk.request()).state) == ("good", State.RUNNING)
    await beat(desk.connection, NOON + 26 * HOUR)
    assert (await desk.request()).due_at > NOON + 26 * HOUR


async def test_what_reached_nobody_in_four_hours_pauses_sending_until_a_reviewer_serves_it(desk):
    await desk.ask()
    await desk.at(4, seconds=-1)
    assert await desk.standing() == "good"
    await desk.at(4)
    assert (await desk.standing(), (await desk.request()).state) == ("suspended", State.UNSERVED)
    await desk.at(200)
    assert (await desk.request()).state is State.UNSERVED  # never closed for what it was not told
    await desk.step(proof_deeds.serve, "registered letter", desk.clock.now())
    assert (await desk.standing(), (await desk.request()).state) == ("good", State.RUNNING)
    assert (await desk.request()).due_at == desk.clock.now() + 24 * HOUR


async def test_where_the_policy_says_so_a_reviewer_confirms_before_an_account_is_closed(desk):
    await desk.ask(on_deadline="suspend")
    await desk.open()
    await desk.at(24)
    assert (await desk.standing(), (await desk.request()).state) == ("suspended", State.OVERDUE)
    await desk.answer(proof(ANN), proof(BOB))  # late, for the reviewer to weigh
    await desk.step(proof_deeds.accept)
    assert (await desk.standing(), (await desk.request()).state) == ("good", State.ACCEPTED)


async def test_what_a_reviewer_confirms_closes_the_account(desk):
    await desk.ask(on_deadline="suspend")
    await desk.open()
    await desk.at(24)
    await desk.step(proof_deeds.confirm, by="Sam")
    assert (await desk.standing(), await desk.postings("payable")) == ("deactivated", 10 * MICRO)


@pytest.mark.parametrize("on_deadline", ["deactivate", "suspend"])
async def test_what_is_paid_back_is_evidence_and_what_comes_back_later_is_paid_back_too(desk, on_deadline):
    await desk.ask(on_deadline=on_deadline)
    await desk.open()
    await desk.at(24)
    if on_deadline == "suspend":
        await desk.step(proof_deeds.confirm, by="Sam")
    assert await desk.payouts_in_evidence() == 1
    await operator_store.add_credits(desk.connection, desk.account_id, "purchased", MICRO, None)
    await desk.at(24 + 8 * 24)
    assert (await desk.postings("payable"), await desk.payouts_in_evidence()) == (11 * MICRO, 2)


async def test_a_request_that_is_withdrawn_does_nothing_any_more(desk):
    await desk.ask()
    await desk.open()
    await desk.step(proof_deeds.withdraw, why="Asked by mistake.")
    await desk.at(100)
    assert (await desk.standing(), (await desk.request()).state) == ("good", State.WITHDRAWN)


async def test_each_step_is_evidence(desk):
    await desk.ask()
    await desk.open()
    await desk.answer(proof(ANN), proof(BOB))
    kinds = [
        row["kind"]
        for row in await desk.connection.fetch(
            "SELECT kind FROM evidence_entries WHERE account_id = $1 ORDER BY sequence", desk.account_id
        )
    ]
    assert kinds.count("proof") == 2
    assert kinds.count("proof-request") == 3


async def test_a_request_names_somebody(desk):
    with pytest.raises(ProofRequestError, match="1 to"):
        await proof_steps.ask(
            desk.connection, NewProofRequest(desk.account_id, Wanted(()), "x", "Rita"), desk.clock.now()
        )


async def test_another_accounts_request_is_not_found(desk):
    request_id = await desk.ask()
    assert await proof_store.find(desk.connection, desk.account_id + 1, request_id) is None
    assert isinstance(request_id, UUID)
