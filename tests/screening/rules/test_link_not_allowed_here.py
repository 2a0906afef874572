from datetime import UTC, date, datetime

import pytest

from comity.accounts.record import AccountRecord, Registration
from comity.countries import LinkRule
from comity.screening.judging import MISS, Hit
from comity.screening.rules import link_not_allowed_here
from comity.screening.rules.link_not_allowed_here import RULE
from support.judging import a_message, ask, the_facts

LINK = "See https://acme.example/x"
REGISTERED = {"registered": {"IN": "note"}}


def to(country, text=LINK, **changes):
    return a_message(text=text, country=country, **changes)


@pytest.mark.parametrize(
    ("country", "refused"), [("MY", True), ("CN", True), ("BE", False), ("IN", False), ("QQ", False), (None, False)]
)
def test_links_are_refused_only_where_networks_let_none_through(country, refused):
    assert isinstance(ask(RULE, to(country)), Hit) is refused


def test_a_rule_that_has_not_begun_yet_is_none():
    assert ask(RULE, to("MY", at=datetime(2024, 8, 31, tzinfo=UTC))) is MISS
    assert isinstance(ask(RULE, to("MY", at=datetime(2024, 9, 1, tzinfo=UTC))), Hit)
    assert isinstance(ask(RULE, to("MY", at=None)), Hit)


@pytest.mark.parametrize(
    "text",
    [
        "Call 0123456789",
        "Please call our team on 0123456789",
        "Hubungi 03-2345 6789",
        "Questions: +60 3-2345 6789",
        "Questions: 012-345 6789",
        "Hotline 1300-88-2525",
        "WhatsApp: 60123456789",
        "Tap tel:+60323456789",
        "\u8bf7\u62e8\u6253 0323456789",
    ],
)
def test_a_number_to_call_back_is_found_where_that_is_forbidden(text):
    assert isinstance(ask(RULE, to("MY", text)), Hit)
    assert ask(RULE, to("GB", text)) is MISS


@pytest.mark.parametrize(
    "text",
    [
        "Order 0123456789 was delivered",
        "Ref 0123456789012",
        "RM 1,234,567.89 received",
        "Code 482913, valid for 5 minutes",
        "On 2026-03-04 at 12:00",
        "Card 4012 8888 8888 1881 was charged",
        "Call us",
    ],
)
def test_figures_that_nobody_is_to_call_pass(text):
    assert ask(RULE, to("MY", text)) is MISS


@pytest.mark.parametrize(
    ("registrations", "noted"),
    [
        pytest.param((), True, id="none"),
        pytest.param((Registration("campaign", "IN"),), False, id="a campaign"),
        pytest.param((Registration("sender", "IN"),), True, id="a sender alone"),
        pytest.param((Registration("campaign", "SG"),), True, id="elsewhere"),
        pytest.param((Registration("campaign", "IN", until=date(2026, 3, 3)),), True, id="lapsed"),
    ],
)
def test_where_links_are_registered_beforehand_a_link_without_is_noted(registrations, noted):
    facts = the_facts(account=AccountRecord(name="Acme", registrations=registrations))
    answer = ask(RULE, to("IN"), facts, **REGISTERED)
    assert (isinstance(answer, Hit) and answer.action == "note") is noted


@pytest.mark.parametrize(
    ("message", "facts"),
    [
        pytest.param(to("IN", "No link"), the_facts(), id="no link"),
        pytest.param(to("IN"), the_facts(account=None), id="account not known"),
        pytest.param(to("SA"), the_facts(), id="a country the policy does not name"),
    ],
)
def test_otherwise_nothing_is_noted(message, facts):
    assert ask(RULE, message, facts, **REGISTERED) is MISS


@pytest.mark.parametrize(
    ("tier", "setting", "action"),
    [("official", "hold", ""), ("blog", "hold", ""), ("knowledge", "hold", "hold"), ("none", "note", "note")],
)
def test_a_fact_that_nobody_checked_never_refuses(monkeypatch, tier, setting, action):
    rule = LinkRule(tier=tier, links="prohibited")
    monkeypatch.setattr(link_not_allowed_here, "link_rule", lambda _country, _on: rule)
    assert ask(RULE, to("BE"), unsure_action=setting).action == action
