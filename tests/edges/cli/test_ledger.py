"""The commands about the ledger, as an operator types them."""

from datetime import UTC, datetime

import pytest

from comity.edges.cli import console
from comity.edges.postgres import operator_store, refund_store
from support.postgres import in_own_loop

MONTH = f"{datetime.now(UTC):%Y-%m}"
WHY = ("--reason", "miscounted", "--by", "Cas")


def sums(comity, account):
    found = comity("ledger", "statement", account, MONTH, "--json").json
    assert found["opening"] + sum(one["micro_credits"] for one in found["sums"]) == found["closing"]
    return {one["kind"]: one["micro_credits"] / 1_000_000 for one in found["sums"]}


def test_a_statement_shows_what_moved(comity, account):
    assert sums(comity, account) == {"purchase": 10}
    people = comity("ledger", "statement", account, MONTH, "--entries", "5")
    assert people.out.split()[:4] == ["credits", "entries", "opening", "0"]
    assert "closing so far" in people.out


@pytest.mark.parametrize("month", ["2026-13", "now"])
def test_what_is_no_month_is_refused(comity, account, month):
    ran = comity("ledger", "statement", account, month)
    assert (ran.status, "no month" in ran.err) == (1, True)


def test_credits_are_given_and_taken_with_a_reason(comity, account):
    assert comity("ledger", "correct", account, "5", "--bonus", *WHY).status == 0
    assert comity("ledger", "correct", account, "3.5", "--take", *WHY).status == 0
    assert sums(comity, account) == {"purchase": 10, "correction": 1.5}
    assert comity("ledger", "check").status == 0


def test_no_more_is_taken_than_there_is(comity, account):
    ran = comity("ledger", "correct", account, "11", "--take", *WHY)
    assert (ran.status, "less than that" in ran.err) == (1, True)


@pytest.mark.parametrize("amount", ["0", "x", "-5", ""])
def test_nothing_is_no_correction(comity, account, amount):
    assert comity("ledger", "correct", account, "--", amount, *WHY).status != 0


def test_above_the_limit_it_takes_a_second_person(comity, account):
    made = comity("ledger", "correct", account, "1000.5", *WHY, "--json").json
    assert made["state"] == "proposed"
    assert sums(comity, account) == {"purchase": 10}
    assert made["correction"] in comity("ledger", "corrections").out
    assert comity("ledger", "approve", made["correction"], "--by", "cas").status == 1
    assert comity("ledger", "approve", made["correction"], "--by", "Dee").status == 0
    assert sums(comity, account) == {"purchase": 10, "correction": 1000.5}
    assert made["correction"] not in comity("ledger", "corrections").out


def test_a_proposal_is_rejected(comity, account):
    made = comity("ledger", "correct", account, "5000", *WHY, "--json").json
    assert comity("ledger", "approve", made["correction"], "--by", "Dee", "--reject").status == 0
    assert sums(comity, account) == {"purchase": 10}


def test_what_is_owed_is_listed_and_booked_as_paid(comity, account, bare_server):
    async def close():
        data = str(bare_server._folder / "data")
        async with console.runtime().operator_connection(data, "") as connection:
            account_id = await operator_store.account_id_of(connection, account)
            await refund_store.refund_purchased(connection, account_id, "left", datetime.now(UTC))

    in_own_loop(close())
    (owed,) = [one for one in comity("ledger", "payouts", "--json").json if one["account"] == account]
    assert (owed["micro_credits"], owed["why"]) == (10_000_000, "left")
    ran = comity("ledger", "paid", owed["payout_id"], "--reference", "transfer 1", "--by", "Cas")
    assert (ran.status, "10 credits" in ran.out) == (0, True)
    assert comity("ledger", "paid", owed["payout_id"], "--reference", "transfer 1", "--by", "Cas").status == 1
    assert comity("ledger", "paid", "x", "--reference", "transfer 1", "--by", "Cas").status == 1
    assert comity("ledger", "check").status == 0
