"""What says of itself that it never changes does not: asked of the road, which no row-level security binds."""

from datetime import UTC, datetime

import asyncpg
import pytest

from comity.consent.records import Consent
from comity.credits.corrections import LIMIT, NewCorrection
from comity.credits.lots import LotKind
from comity.edges.postgres import consent_store, notice_store, refund_corrections, refund_store
from comity.edges.postgres.roles import Role
from support.gateway import PERSON, operating

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
ANSWER = "INSERT INTO policy_answers (account_id, version, state, changed_at) SELECT account_id, version, '{}', now()"
AGREED = Consent(PERSON, "Shop", "offers", "Yes, text me.", "web form", NOW, "form 1", "2001:db8::1")


@pytest.fixture
async def road(database):
    """The road, in a database with an account that has a row of everything; one notice is read, one is not."""
    async with operating(database) as operator:
        customer = await operator.customer()
    connection = await database.connect(Role.ROAD)
    account_id = customer.account_id
    await notice_store.add_address(connection, account_id, "ann@acme.example", "en", NOW)
    for kind in ("old", "new"):
        await notice_store.leave_notice(connection, account_id, kind, {"summary": "Words."}, NOW)
    await connection.execute("UPDATE notices SET read_at = now() WHERE kind = 'old'")
    for amount in (1, LIMIT + 1):
        await refund_corrections.correct(
            connection, NewCorrection(account_id, LotKind.BONUS, amount, "A slip.", "Ann"), NOW
        )
    await refund_store.refund_purchased(connection, account_id, "left", NOW)
    await connection.execute(
        "INSERT INTO payouts (account_id, micro_credits, why, booked_at, paid_at) VALUES ($1, 7, 'left', $2, $2)",
        *(account_id, NOW),
    )
    await consent_store.record_consents(connection, account_id, [AGREED], NOW)
    await consent_store.withdraw(connection, account_id, (PERSON, "Shop"), "by post", NOW)
    yield connection
    await connection.close()


REFUSED = {
    "an entry changes": "UPDATE ledger_entries SET micro_credits = micro_credits + 1",
    "an entry goes": "DELETE FROM ledger_entries",
    "a notice says something else": "UPDATE notices SET body = '{}' WHERE kind = 'new'",
    "a notice is of another day": "UPDATE notices SET read_at = now(), left_at = now() WHERE kind = 'new'",
    "a notice is read at another time": "UPDATE notices SET read_at = now() WHERE kind = 'old'",
    "a notice is unread": "UPDATE notices SET read_at = NULL WHERE kind = 'old'",
    "a notice goes": "DELETE FROM notices",
    "a delivery goes": "DELETE FROM notice_deliveries",
    "a proposal is of more": "UPDATE corrections SET micro_credits = 999 WHERE state = 'proposed'",
    "a proposal is settled for another reason": (
        "UPDATE corrections SET state = 'booked', reason = 'x' WHERE state = 'proposed'"
    ),
    "a correction is settled again": "UPDATE corrections SET state = 'rejected' WHERE state = 'booked'",
    "a correction goes": "DELETE FROM corrections",
    "more is owed": "UPDATE payouts SET micro_credits = 999 WHERE paid_at IS NULL",
    "more is paid than was owed": "UPDATE payouts SET paid_at = now(), micro_credits = 999 WHERE paid_at IS NULL",
    "what was paid is unpaid": "UPDATE payouts SET paid_at = NULL WHERE paid_at IS NOT NULL",
    "what was paid is paid otherwise": "UPDATE payouts SET reference = 'x' WHERE paid_at IS NOT NULL",
    "what is owed goes": "DELETE FROM payouts",
    "another accepted": "UPDATE policy_acceptances SET person = 'Bob'",
    "an acceptance goes": "DELETE FROM policy_acceptances",
    "an acceptance goes, though it was given": (
        f"WITH a AS ({ANSWER.format('bound')} FROM policy_acceptances) DELETE FROM policy_acceptances"
    ),
    "a withdrawal is of another brand": "UPDATE consent_withdrawals SET brand = 'other'",
    "a withdrawal goes": "DELETE FROM consent_withdrawals",
    "a consent changes": "UPDATE consents SET wording = 'x'",
}


@pytest.mark.parametrize("statement", REFUSED.values(), ids=REFUSED)
async def test_what_proves_something_is_not_changed_by_the_road(road, statement):
    with pytest.raises(asyncpg.RaiseError, match="never changed"):
        await road.execute(statement)


ALLOWED = {
    "a notice is read": "UPDATE notices SET read_at = now() WHERE kind = 'new'",
    "a proposal is settled": (
        "UPDATE corrections SET state = 'rejected', approved_by = 'Bob', settled_at = now() WHERE state = 'proposed'"
    ),
    "what is owed is paid": (
        "UPDATE payouts SET paid_at = now(), paid_by = 'Bob', reference = 'transfer 12' WHERE paid_at IS NULL"
    ),
    "an acceptance is taken back by an answer": (
        f"WITH a AS ({ANSWER.format('declined')} FROM policy_acceptances) DELETE FROM policy_acceptances"
    ),
    "a person is erased": "DELETE FROM consents",
}


@pytest.mark.parametrize("statement", ALLOWED.values(), ids=ALLOWED)
async def test_what_is_to_happen_to_it_does(road, statement):
    assert str(await road.execute(statement)).rsplit(" ", 1)[1] == "1"
