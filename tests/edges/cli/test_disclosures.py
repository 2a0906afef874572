"""The commands about disclosures, as an operator types them."""

from datetime import UTC, datetime, timedelta

import pytest

from comity.disclosure.request import NewRequest, Requester, Scope
from comity.edges.cli.console import with_connection
from comity.edges.postgres.disclosure_steps import enter
from comity.edges.postgres.disclosure_store import find
from comity.policy.files import default_policy


@pytest.fixture
def senior(comity, name):
    person = f"Senior {name}"
    assert comity("staff", "add", person, "--role", "senior").status == 0
    return person


def test_the_register_is_a_list(comity):
    for command in ("list", "register"):
        ran = comity("disclosures", command, "--json")
        assert (ran.status, isinstance(ran.json, list)) == (0, True)


@pytest.mark.parametrize("number", ["D-999999", "999999"])
def test_a_request_that_is_not_there_is_one_clear_line(comity, number):
    ran = comity("disclosures", "show", number)
    assert ran.err == "comity: There is no request of this number. See `comity disclosures list`.\n"
    assert ran.status == 1


def test_a_request_is_shown_with_what_happened_to_it_and_without_its_numbers(comity, bare_server, senior):
    now = datetime.now(UTC)
    asked = Scope(("32470000011",), (), now - timedelta(days=5), now)
    court = Requester("authority", "Court of Example", "BE", "2026/17")
    new = NewRequest(court, "court-order", asked, now, senior)

    async def work(connection):
        async with connection.transaction():
            request_id = await enter(connection, new, default_policy().document.disclosure, now)
        return (await find(connection, request_id)).name

    number = with_connection(str(bare_server._folder / "data"), "", work)
    shown = comity("disclosures", "show", number, "--json").json
    assert (shown["state"], shown["authority"], shown["events"][0]["event"]) == ("received", court.name, "enter")
    for command in (("show", number), ("list",), ("list", "--waiting"), ("register",)):
        ran = comity("disclosures", *command)
        assert (ran.status, "received" in ran.out, "32470000011" in ran.out) == (0, True, False)


@pytest.mark.parametrize("number", ["D-x", "", "D-" + "9" * 30])
def test_what_is_no_number_is_said(comity, number):
    assert comity("disclosures", "show", number).err.endswith("is no number. Write it as D-3.\n")


def test_the_bases_are_those_of_the_policy(comity):
    rows = comity("disclosures", "bases", "--json").json
    court = next(row for row in rows if row["basis"] == "court-order")
    assert (court["content"], court["deadline_hours"], court["emergency_hours"]) == (True, 240, 8)
    assert "message.text" in court["fields"]


def test_the_figures_of_a_year_without_requests_are_nought(comity):
    told = comity("disclosures", "figures", "--year", 2021, "--json").json
    assert (told["requests"], told["by_basis"]) == ({"least": 0, "most": 0}, {})
    assert comity("disclosures", "figures", "--year", 2021).status == 0


def test_an_order_is_placed_extended_and_ended_by_a_senior(comity, account, senior):
    asked = ("--authority", "Court", "--country", "be", "--reference", "2026/17", "--account", account)
    refused = comity("disclosures", "preserve", *asked, "--by", "Nobody")
    assert refused.err == "comity: No senior named Nobody works at the desk. See `comity staff list`.\n"
    placed = comity("disclosures", "preserve", *asked, "--by", senior, "--number", "+32470000011", "--json").json
    assert placed["state"] == "in_force"
    why = ("--by", senior, "--why", "The court says so.")
    assert comity("disclosures", "extend-order", placed["number"], *why, "--days", 1).status == 1
    extended = comity("disclosures", "extend-order", placed["number"], *why, "--days", 90, "--json").json
    assert extended["state"] == "extended"
    (listed,) = [row for row in comity("disclosures", "orders", "--running", "--json").json
                 if row["number"] == placed["number"]]  # fmt: skip
    assert (listed["accounts"], listed["numbers"]) == ([account], ["+32470000011"])
    assert comity("disclosures", "end-order", placed["number"], *why, "--json").json["state"] == "ended"
    assert comity("disclosures", "end-order", placed["number"], *why).status == 1


@pytest.mark.parametrize("wrong", [("--country", "Belgium"), ("--number", "12"), ("--account", "no such account")])
def test_an_order_that_cannot_be_one_is_one_clear_line(comity, senior, wrong):
    asked = {"--authority": "Court", "--country": "BE", "--reference": "1", "--by": senior, wrong[0]: wrong[1]}
    ran = comity("disclosures", "preserve", *[word for pair in asked.items() for word in pair])
    assert (ran.status, ran.err.count("\n")) == (1, 1)


def test_an_order_about_nobody_is_refused(comity, senior):
    ran = comity("disclosures", "preserve", "--authority", "C", "--country", "BE", "--reference", "1", "--by", senior)
    assert ran.err == "comity: An order is about numbers or accounts. Name some.\n"
