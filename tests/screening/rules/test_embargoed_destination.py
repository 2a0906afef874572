from datetime import UTC, date, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.countries import embargo_defaults
from comity.policy.files import default_policy
from comity.screening.judging import MISS, Abstain, Facts, Hit
from comity.screening.rules.embargoed_destination import RULE
from support.judging import a_message, ask

TO_CUBA = a_message(country="CU", recipient="5352345678", to="+5352345678")
TO_IRAN = a_message(country="IR", recipient="989121234567", to="+989121234567")
TO_CRIMEA = a_message(country="RU", recipient="79781234567", to="+79781234567")
CRIMEA = {"name": "Crimea", "numbers": ["7365", "7978"]}
CONFIRMED = "Ann Example, 2026-11-22"
DAY = date(2026, 3, 4)


@pytest.mark.parametrize("country", ["CU", "IR", "KP"])
def test_the_proposed_list_holds_until_somebody_confirms_it(country):
    answer = ask(RULE, a_message(country=country))
    assert isinstance(answer, Hit)
    assert answer.action == "hold"
    assert "not confirmed" in answer.reviewer


@pytest.mark.parametrize("country", ["BE", "RU", "SY", "VE", "BY", "MM", "UA", None])
def test_what_is_not_proposed_passes(country):
    assert ask(RULE, a_message(country=country)) is MISS


def test_the_default_policy_lists_what_the_country_facts_propose():
    proposed = [one.iso2 for one in embargo_defaults() if one.status == "embargoed" and not one.region]
    assert default_policy().document.rules["embargoed-destination"].settings["countries"] == proposed


def test_once_confirmed_the_policy_decides_and_the_reviewer_is_told_by_whom():
    answer = ask(RULE, TO_CUBA, confirmed=CONFIRMED)
    assert answer.action == ""
    assert CONFIRMED in answer.reviewer
    assert "Ann" not in answer.sentence + answer.remedy


def test_the_sender_is_told_the_country_and_never_the_number():
    answer = ask(RULE, TO_IRAN)
    assert "Iran" in answer.sentence
    assert "9121234567" not in msgspec.json.encode(answer).decode()


def test_before_it_is_confirmed_the_policy_may_ask_for_a_note_only():
    assert ask(RULE, TO_CUBA, unconfirmed="note").action == "note"


@pytest.mark.parametrize(
    ("settings", "message", "hits"),
    [
        ({"countries": ["CU"]}, TO_IRAN, False),
        ({"countries": ["IR"]}, TO_IRAN, True),
        ({"countries": []}, TO_CUBA, False),
        ({"countries": [], "regions": [CRIMEA]}, TO_CRIMEA, True),
        ({"regions": [CRIMEA]}, a_message(country="RU", recipient="79161234567"), False),
        ({"regions": [CRIMEA]}, a_message(country="US", recipient="13657978000"), False),
        ({"regions": [{"name": "All", "numbers": ["79"]}, CRIMEA]}, TO_CRIMEA, True),
    ],
)
def test_the_list_is_the_operators(settings, message, hits):
    assert isinstance(ask(RULE, message, **settings), Hit) is hits


@pytest.mark.parametrize(
    ("since", "until", "hits"),
    [
        (date(2026, 3, 4), None, True),
        (date(2026, 3, 5), None, False),
        (None, date(2026, 3, 4), True),
        (None, date(2026, 3, 3), False),
        (date(2026, 3, 1), date(2026, 3, 31), True),
        (date(2026, 4, 1), date(2026, 4, 30), False),
    ],
)
def test_a_place_is_listed_from_a_day_until_a_day_both_included(since, until, hits):
    listed = [{"country": "CU", "since": since, "until": until}]
    assert isinstance(ask(RULE, TO_CUBA, countries=listed), Hit) is hits
    region = [{"name": "Here", "numbers": ["53"], "since": since, "until": until}]
    assert isinstance(ask(RULE, TO_CUBA, countries=[], regions=region), Hit) is hits


def test_the_day_is_that_of_utc():
    listed = [{"country": "CU", "since": date(2026, 3, 5)}]
    late = datetime.fromisoformat("2026-03-04T23:30:00-05:00")
    assert isinstance(ask(RULE, msgspec.structs.replace(TO_CUBA, at=late), countries=listed), Hit)


def test_without_a_day_it_abstains_only_where_days_matter():
    undated = msgspec.structs.replace(TO_CUBA, at=None)
    assert isinstance(ask(RULE, undated), Hit)
    assert isinstance(ask(RULE, undated, countries=[{"country": "CU", "since": DAY}]), Abstain)
    assert ask(RULE, msgspec.structs.replace(a_message(), at=None), countries=[{"country": "CU", "since": DAY}]) is MISS


@pytest.mark.parametrize(
    ("settings", "names"),
    [
        ({"confirmed": True}, "who and when"),
        ({"confirmed": "yes"}, "who and when"),
        ({"confirmed": "Ann Example"}, "who and when"),
        ({"confirmed": "Ann Example, 2026-02-30"}, "2026-02-30"),
        ({"countries": ["Cuba"]}, "Cuba"),
        ({"countries": [{"country": "CU", "since": date(2026, 2, 1), "until": date(2026, 1, 1)}]}, "before"),
        ({"regions": [{"name": "X", "numbers": ["+7978"]}]}, "numbers"),
        ({"regions": [{"name": "X", "numbers": ["79"], "sinec": DAY}]}, "sinec"),
        ({"unconfirmed": "refuse"}, "refuse"),
    ],
)
def test_a_list_that_cannot_be_meant_is_refused(settings, names):
    with pytest.raises((ValueError, msgspec.ValidationError), match=names):
        ask(RULE, **settings)


@given(st.dates(), st.dates(), st.dates())
def test_a_dated_place_is_listed_on_exactly_the_days_between(first, second, day):
    since, until = sorted((first, second))
    message = msgspec.structs.replace(TO_CUBA, at=datetime(day.year, day.month, day.day, 12, tzinfo=UTC))
    answer = RULE.check(message, Facts(), _ready(since, until))
    assert isinstance(answer, Hit) is (since <= day <= until)


def _ready(since, until):
    settings = msgspec.convert({"countries": [{"country": "CU", "since": since, "until": until}]}, RULE.settings)
    return RULE.prepare(settings, default_policy().document)
