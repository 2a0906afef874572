"""The commands about standing, as an operator runs them."""

import json

import pytest

WHY = ("--reason", "Complaints came in.", "--clause", "P6", "--by", "Ann")


def shown(comity, account):
    return json.loads(comity("standing", "show", account, "--json").out)


def test_a_standing_is_changed_shown_and_exported(comity, account):
    changed = comity("standing", "change", account, "suspended", "--days", "7", *WHY, "--json")
    assert (changed.status, json.loads(changed.out)["standing"]) == (0, "suspended")
    assert shown(comity, account)["standing"] == "suspended"
    text = comity("standing", "show", account, "--statement").out
    assert "Your account is suspended" in text
    assert "Complaints came in." in text
    (row,) = json.loads(comity("standing", "show", account, "--dsa").out)
    assert (row["decision_account"], row["automated_decision"]) == (
        "DECISION_ACCOUNT_SUSPENDED",
        "AUTOMATED_DECISION_NOT_AUTOMATED",
    )
    assert comity("standing", "change", account, "watched", *WHY).status == 0
    assert shown(comity, account)["standing"] == "watched"
    assert comity("standing", "change", account, "good", *WHY).status == 0
    again = comity("standing", "change", account, "good", *WHY)
    assert (again.status, "good" in again.err) == (1, True)


def test_strikes_are_given_listed_and_taken_back(comity, account):
    given = comity("standing", "strike", account, *WHY, "--weight", "2", "--json")
    number = json.loads(given.out)["strike"]
    assert shown(comity, account)["standing"] == "limited"
    (row,) = [
        row for row in json.loads(comity("standing", "strikes", account, "--json").out) if row["strike"] == number
    ]
    assert (row["weight"], row["by"]) == (2, "Ann")
    back = ("standing", "unstrike", str(number), "--reason", "A mistake.", "--by", "Bob")
    assert comity(*back).status == 0
    assert comity(*back).status == 1
    assert shown(comity, account)["standing"] == "good"


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (("change", "nobody", "suspended", *WHY), "nobody"),
        (("change", "ACCOUNT", "suspended", "--reason", "So.", "--clause", "Z9"), "Z9"),
        (("decide", "nothing", "grant", "--reason", "So.", "--by", "Ann"), "nothing"),
        (("decide", "nothing", "praise", "--reason", "So.", "--by", "Ann"), "grant or refuse"),
        (("unstrike", "4711", "--reason", "So.", "--by", "Ann"), "4711"),
    ],
)
def test_what_cannot_be_is_one_clear_line(comity, account, command, says):
    done = comity("standing", *(account if word == "ACCOUNT" else word for word in command))
    assert done.status == 1
    assert says in done.err


def test_without_appeals_there_are_none(comity):
    assert json.loads(comity("standing", "appeals", "--json").out) == []
