"""The commands about standing, as seniors run them: what takes two persons at the desk takes two here."""

import json

import pytest

REASONS = ("--reason", "Complaints came in.", "--clause", "P6")
FIRST, SECOND, REVIEWER = "Sanne of the standings", "Sybil of the standings", "Rik of the standings"
WHY = (*REASONS, "--by", FIRST)


@pytest.fixture(scope="module")
def seniors(comity):
    """The command, with people who may decide."""
    for person, role in ((FIRST, "senior"), (SECOND, "senior"), (REVIEWER, "reviewer")):
        assert comity("staff", "add", person, "--role", role).status == 0
    return comity


def shown(comity, account):
    return json.loads(comity("standing", "show", account, "--json").out)


def change(comity, account, to, *more):
    """Propose a standing and confirm it; what was said of either."""
    proposed = comity("standing", "change", account, to, *more, *WHY, "--json")
    assert proposed.status == 0, proposed.err
    return proposed.json, comity("standing", "confirm", proposed.json["case"], "--by", SECOND, "--json")


def test_a_standing_is_proposed_confirmed_by_another_shown_and_exported(seniors, account):
    proposed = seniors("standing", "change", account, "suspended", "--days", "7", *WHY, "--json").json
    assert (proposed["standing"], proposed["sanction"]) == ("suspended", None)
    assert shown(seniors, account)["standing"] == "good"
    own = seniors("standing", "confirm", proposed["case"], "--by", FIRST)
    assert (own.status, shown(seniors, account)["standing"]) == (1, "good")
    confirmed = seniors("standing", "confirm", proposed["case"], "--by", SECOND, "--json").json
    assert (confirmed["standing"], confirmed["sanction"] > 0) == ("suspended", True)
    assert shown(seniors, account)["standing"] == "suspended"
    text = seniors("standing", "show", account, "--statement").out
    assert "Your account is suspended" in text
    assert "Complaints came in." in text
    (row,) = json.loads(seniors("standing", "show", account, "--dsa").out)
    assert (row["decision_account"], row["automated_decision"]) == (
        "DECISION_ACCOUNT_SUSPENDED",
        "AUTOMATED_DECISION_NOT_AUTOMATED",
    )
    for milder in ("watched", "good"):
        assert change(seniors, account, milder)[1].json["standing"] == milder
        assert shown(seniors, account)["standing"] == milder
    again = seniors("standing", "change", account, "good", *WHY)
    assert (again.status, "good" in again.err) == (1, True)


def test_in_an_emergency_one_person_stops_an_account_and_another_may_undo_it(seniors, account):
    done = seniors("standing", "change", account, "suspended", "--alone", *WHY, "--json").json
    assert done["sanction"] > 0
    assert shown(seniors, account)["standing"] == "suspended"
    kinds = [row["kind"] for row in json.loads(seniors("evidence", "list", account, "--json").out)]
    assert "standing-alone" in kinds
    words = ("--words", "It was a mistake.")
    assert seniors("cases", "decide", done["case"], "overturn", "--by", FIRST, *words).status == 1
    assert seniors("cases", "decide", done["case"], "overturn", "--by", SECOND, *words).status == 0
    assert shown(seniors, account)["standing"] == "good"


def test_what_one_person_did_and_another_confirms_is_not_done_twice(seniors, account):
    done = seniors("standing", "change", account, "limited", "--alone", *WHY, "--json").json
    assert seniors("standing", "confirm", done["case"], "--by", SECOND, "--json").json["standing"] == "limited"
    assert len(shown(seniors, account)["statements"]) == 1


@pytest.mark.parametrize("to", ["good", "deactivated"])
def test_alone_nobody_lifts_and_nobody_closes(seniors, account, to):
    refused = seniors("standing", "change", account, to, "--alone", *WHY)
    assert (refused.status, "One person alone" in refused.err) == (1, True)


def test_strikes_are_given_listed_and_taken_back(seniors, account):
    given = seniors("standing", "strike", account, *WHY, "--weight", "1", "--json").json
    assert given["case"] is None
    (row,) = json.loads(seniors("standing", "strikes", account, "--json").out)
    assert (row["strike"], row["weight"], row["by"]) == (given["strike"], 1, FIRST)
    heavy = seniors("standing", "strike", account, *WHY, "--weight", "2", "--json").json
    assert heavy["strike"] is None
    assert shown(seniors, account)["standing"] != "limited"
    assert seniors("standing", "confirm", heavy["case"], "--by", SECOND).status == 0
    assert shown(seniors, account)["standing"] == "limited"
    back = ("standing", "unstrike", str(given["strike"]), "--reason", "A mistake.", "--by", FIRST)
    assert [seniors(*back).status for _ in range(2)] == [0, 1]


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (("change", "nobody", "suspended", *WHY), "nobody"),
        (("change", "ACCOUNT", "suspended", "--alone", "--reason", "So.", "--clause", "Z9", "--by", FIRST), "Z9"),
        (("change", "ACCOUNT", "suspended", *REASONS, "--by", REVIEWER), "No senior named"),
        (("change", "ACCOUNT", "suspended", *REASONS), "No senior named operator"),
        (("strike", "ACCOUNT", *REASONS, "--by", "Nobody"), "No senior named Nobody"),
        (("confirm", "4711", "--by", SECOND), "no such case"),
        (("decide", "nothing", "grant", "--reason", "So.", "--by", FIRST), "nothing"),
        (("decide", "nothing", "praise", "--reason", "So.", "--by", FIRST), "grant or refuse"),
        (("unstrike", "4711", "--reason", "So.", "--by", FIRST), "4711"),
    ],
)
def test_what_cannot_be_is_one_clear_line(seniors, account, command, says):
    done = seniors("standing", *(account if word == "ACCOUNT" else word for word in command))
    assert done.status == 1
    assert says in done.err


def test_without_appeals_there_are_none(comity):
    assert json.loads(comity("standing", "appeals", "--json").out) == []
