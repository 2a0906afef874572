from datetime import UTC, date, datetime

import pytest

from comity.accounts.record import AccountRecord, OwnBrand, Registration
from comity.countries import countries, may_refuse, sender_verdict
from comity.messages.submission import Category
from comity.screening.judging import MISS, Abstain, Hit
from comity.screening.rules.sender_unregistered import RULE
from support.judging import NOON, a_message, ask, the_facts

CODES = [record.iso2 for record in countries()]
AUTUMN = datetime(2026, 10, 7, 12, tzinfo=UTC)


def entered(*registrations):
    return the_facts(account=AccountRecord(name="Acme", brands=(OwnBrand("Acme"),), registrations=registrations))


def judged(country, at=NOON, *registrations, sender="Acme", **settings):
    return ask(RULE, a_message(sender, country=country, at=at), entered(*registrations), **settings)


def action(answer):
    return answer.action if isinstance(answer, Hit) else None


@pytest.mark.parametrize(
    ("country", "at", "expected"),
    [
        pytest.param("ES", datetime(2026, 7, 16, 12, tzinfo=UTC), None, id="sixty-one days before"),
        pytest.param("ES", datetime(2026, 7, 17, 12, tzinfo=UTC), "note", id="sixty days before"),
        pytest.param("ES", datetime(2026, 9, 14, 12, tzinfo=UTC), "note", id="the day before"),
        pytest.param("ES", datetime(2026, 9, 14, 21, 59, tzinfo=UTC), "note", id="the last minute in Madrid"),
        pytest.param("ES", datetime(2026, 9, 14, 22, 0, tzinfo=UTC), "refuse", id="the first minute in Madrid"),
        pytest.param("ES", AUTUMN, "refuse", id="weeks after"),
        pytest.param("IE", NOON, "refuse", id="blocked"),
        pytest.param("IE", datetime(2025, 8, 6, 12, tzinfo=UTC), "hold", id="labelled at first"),
        pytest.param("SG", NOON, "hold", id="labelled"),
        pytest.param("AU", AUTUMN, "hold", id="labelled from July on"),
        pytest.param("AU", NOON, None, id="long before"),
        pytest.param("IN", NOON, "hold", id="asked for by law"),
        pytest.param("CZ", NOON, "note", id="replaced"),
        pytest.param("IT", NOON, "note", id="nobody says what follows"),
        pytest.param("BE", NOON, None, id="no register"),
        pytest.param("XX", NOON, None, id="no such country"),
    ],
)
def test_the_register_in_force_on_the_day_there_decides(country, at, expected):
    assert action(judged(country, at)) == expected


@pytest.mark.parametrize(
    ("registration", "passes"),
    [
        (Registration("sender", "ES"), True),
        (Registration("sender", "ES", sender="acme"), True),
        (Registration("sender", "ES", sender="other"), False),
        (Registration("sender", "IE"), False),
        (Registration("campaign", "ES"), False),
        (Registration("sender", "ES", until=date(2026, 10, 7)), True),
        (Registration("sender", "ES", until=date(2026, 10, 6)), False),
        (Registration("sender", "ES", since=date(2026, 10, 7)), True),
        (Registration("sender", "ES", since=date(2026, 10, 8)), False),
    ],
)
def test_an_entry_must_be_for_the_country_the_sender_and_the_day(registration, passes):
    assert (judged("ES", AUTUMN, registration) is MISS) is passes


def test_whoever_is_entered_in_time_is_not_warned():
    coming = Registration("sender", "ES", since=date(2026, 9, 15))
    before = datetime(2026, 9, 1, 12, tzinfo=UTC)
    assert judged("ES", before, coming) is MISS
    assert "2026-09-15" in judged("ES", before).sentence


@pytest.mark.parametrize(
    ("sender", "country", "expected"),
    [
        pytest.param("+32470999888", "FI", None, id="the register is for Finnish numbers"),
        pytest.param("+358412345678", "FI", "hold", id="a Finnish number"),
        pytest.param("+12025550188", "US", None, id="campaigns are registered for these"),
        pytest.param("+18005550188", "US", "note", id="toll-free numbers are verified"),
        pytest.param("72727", "US", "note", id="a short code is leased"),
        pytest.param("+32470999888", "ES", None, id="the register is for names"),
    ],
)
def test_a_register_is_for_some_kinds_of_sender(sender, country, expected):
    assert action(judged(country, AUTUMN, sender=sender, own_numbers=["FI"])) == expected


@pytest.mark.parametrize(
    ("settings", "country", "expected"),
    [
        ({"blocked": "hold"}, "IE", "hold"),
        ({"labelled": "refuse"}, "SG", "refuse"),
        ({"unknown": "allow"}, "IT", None),
        ({"unknown_by_law": "refuse"}, "IN", "refuse"),
        ({"replaced": "refuse"}, "CZ", "refuse"),
    ],
)
def test_the_settings_say_what_follows(settings, country, expected):
    assert action(judged(country, NOON, **settings)) == expected


def test_how_long_before_one_is_warned_is_a_setting():
    assert judged("ES", datetime(2026, 9, 1, 12, tzinfo=UTC), warn_days=13) is MISS


@pytest.mark.parametrize("field", ["own_numbers", "campaigns"])
def test_settings_hold_countries(field):
    with pytest.raises(ValueError, match=field):
        judged("ES", NOON, **{field: ["ZZ"]})


def test_without_what_it_needs_it_abstains():
    assert isinstance(ask(RULE, a_message(None, country="IE")), Abstain)
    assert isinstance(ask(RULE, a_message(country=None)), Abstain)
    assert isinstance(ask(RULE, a_message(country="IE", at=None)), Abstain)


@pytest.mark.parametrize(("country", "month"), [("IE", 3), ("ES", 8), ("ES", 11)])
def test_where_the_account_is_not_known_the_need_is_only_noted(country, month):
    at = datetime(2026, month, 20, tzinfo=UTC)
    assert ask(RULE, a_message(country=country, at=at), the_facts(account=None)).action == "note"


@pytest.mark.parametrize("country", CODES)
@pytest.mark.parametrize("category", [Category.PROMOTIONAL, Category.OTP])
def test_only_a_register_that_may_refuse_refuses(country, category):
    everything = {"blocked": "refuse", "labelled": "refuse", "replaced": "refuse", "unknown": "refuse"}
    answer = ask(RULE, a_message(country=country, category=category), entered(), **everything)
    fact = sender_verdict(country, "alpha", NOON.date())
    if action(answer) == "refuse":
        assert fact.registration is not None
        assert may_refuse(fact.registration.tier)
