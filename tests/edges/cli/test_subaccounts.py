"""Subaccounts as an operator types them."""

import pytest


def failed(ran, words):
    """It ended with 1 and exactly one clear line."""
    assert (ran.status, ran.out) == (1, ""), ran.err
    (line,) = ran.err.splitlines()
    assert words in line


@pytest.fixture
def reseller(comity, account):
    assert comity("accounts", "clear", account, "resale").status == 0
    return account


def test_without_leave_there_is_none_and_the_line_says_what_to_type(comity, account):
    failed(
        comity("accounts", "create", f"{account} below", "--parent", account), "comity accounts clear ACCOUNT resale"
    )


def test_a_subaccount_is_made_given_credits_and_listed(comity, reseller):
    child = f"{reseller} below"
    made = comity("accounts", "create", child, "--parent", reseller, "--accept-policy", "Bob", "--json")
    assert made.json["account"] == child
    moved = comity("accounts", "hand-down", reseller, child, "2.5")
    assert moved.out == f"2.5 credits of {reseller} went to {child}.\n"
    (row,) = comity("accounts", "subaccounts", reseller, "--json").json
    assert (row["name"], row["purchased"], row["policy_accepted"]) == (child, 2.5, True)
    assert comity("ledger", "check").out == "The ledger balances.\n"
    assert comity("accounts", "subaccounts", child, "--json").json == []


@pytest.mark.parametrize(
    ("more", "says"),
    [(("2000000",), "fewer credits"), (("0",), "above 0"), (("x",), "above 0")],
    ids=["more than there is", "nothing", "no number"],
)
def test_what_cannot_be_handed_down_is_one_clear_line(comity, reseller, more, says):
    child = f"{reseller} below"
    assert comity("accounts", "create", child, "--parent", reseller).status == 0
    failed(comity("accounts", "hand-down", reseller, child, *more), says)


def test_nothing_goes_up_or_aside(comity, reseller, name):
    child = f"{reseller} below"
    assert comity("accounts", "create", child, "--parent", reseller, "--credits", "5").status == 0
    failed(comity("accounts", "hand-down", child, reseller, "1"), "no such subaccount")
    assert comity("accounts", "create", f"{name} aside").status == 0
    failed(comity("accounts", "hand-down", reseller, f"{name} aside", "1"), "no such subaccount")


def test_an_account_above_that_is_not_there_is_one_clear_line(comity, name):
    failed(comity("accounts", "create", name, "--parent", "nobody"), "There is no account named nobody")
