from datetime import date

import pytest

from comity.accounts.record import AccountRecord, Clearance
from comity.screening.judging import MISS, Abstain, Hit, Traffic
from comity.screening.rules.personal_number_bulk import RULE
from support.judging import a_message, ask, the_facts

FRENCH, BELGIAN = "+33612345678", "+32470123999"
BULK = Traffic(account_day=9000, sender_day=5000, sender_minute=200, recipients=4000, replies=3)
CHAT = Traffic(account_day=90, sender_day=90, sender_minute=4, recipients=30, replies=80)


def answer(sender=BELGIAN, country="BE", traffic=BULK, clearances=(), **settings):
    facts = the_facts(traffic=traffic, account=AccountRecord("Acme", clearances=clearances))
    return ask(RULE, a_message(sender, country=country), facts, **settings)


@pytest.mark.parametrize(
    ("country", "action"),
    [
        pytest.param("FR", "", id="kept for persons by a fact that was read"),
        pytest.param("NL", "hold", id="the policy holds it"),
        pytest.param("BE", "note", id="nothing known"),
        pytest.param(None, "note", id="no country"),
    ],
)
def test_what_follows_goes_by_country(country, action):
    found = answer(country=country)
    assert isinstance(found, Hit)
    assert found.action == action


@pytest.mark.parametrize(
    "traffic",
    [
        pytest.param(Traffic(0, 61, 61, 10, 60), id="a minute"),
        pytest.param(Traffic(0, 1001, 5, 90, 900), id="a day"),
        pytest.param(Traffic(0, 150, 5, 101, 150), id="recipients"),
        pytest.param(Traffic(0, 60, 5, 30, 1), id="hardly any answer"),
    ],
)
def test_each_figure_alone_is_enough(traffic):
    found = answer(traffic=traffic)
    assert isinstance(found, Hit)
    assert len(found.evidence) == 1


def test_a_persons_own_traffic_passes():
    assert answer(FRENCH, "FR", CHAT) is MISS


@pytest.mark.parametrize(
    ("sender", "country"),
    [
        pytest.param("Acme", "FR", id="a name"),
        pytest.param("38123", "FR", id="a short code"),
        pytest.param("+3197010123456", "NL", id="a Dutch number for programs"),
        pytest.param("+33937123456", "FR", id="a French number for programs"),
        pytest.param("+12025550123", "US", id="a campaign decides in the United States"),
        pytest.param("+16135550123", "CA", id="and in Canada"),
    ],
)
def test_senders_that_are_made_for_programs_pass(sender, country):
    assert answer(sender, country) is MISS


@pytest.mark.parametrize(
    ("clearance", "passes"),
    [
        (Clearance("bulk"), True),
        (Clearance("bulk", country="FR"), True),
        (Clearance("bulk", country="NL"), False),
        (Clearance("bulk", until=date(2026, 3, 4)), True),
        (Clearance("bulk", until=date(2026, 3, 3)), False),
        (Clearance("alert"), False),
    ],
)
def test_a_clearance_for_bulk_exempts_where_and_while_it_holds(clearance, passes):
    assert (answer(FRENCH, "FR", clearances=(clearance,)) is MISS) is passes


def test_the_policy_holds_the_figures():
    assert answer(traffic=CHAT, profile={"day": 89}).evidence[0].limit == "89"
    assert answer(elsewhere="refuse").action == "refuse"
    assert answer(held_in=["BE"]).action == "hold"


@pytest.mark.parametrize(
    ("facts", "missing"),
    [({"traffic": None}, "traffic"), ({"traffic": BULK, "account": None}, "account")],
)
def test_without_a_fact_it_abstains(facts, missing):
    assert ask(RULE, a_message(FRENCH, country="FR"), the_facts(**facts)) == Abstain(missing)


def test_without_a_time_it_abstains():
    assert ask(RULE, a_message(FRENCH, country="FR", at=None), the_facts(traffic=BULK)) == Abstain("at")


def test_without_a_sender_there_is_nothing_to_judge():
    assert ask(RULE, a_message(None), the_facts(traffic=BULK)) is MISS
