from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.accounts.record import AccountRecord, OwnBrand, Registration
from comity.messages.submission import Category
from comity.screening.judging import MISS, Abstain, Hit
from comity.screening.rules.campaign_unregistered import RULE
from comity.text.similar import NOTHING_TO_COMPARE
from support.judging import NOON, a_message, ask, the_facts

TEN_DIGITS, TOLL_FREE = "+12025550188", "+18005550188"
SAMPLE = 0b1111


def entered(*registrations):
    return the_facts(account=AccountRecord(name="Acme", brands=(OwnBrand("Acme"),), registrations=registrations))


def campaign(**fields):
    return Registration("campaign", "US", **fields)


def judged(*registrations, sender=TEN_DIGITS, country="US", settings=None, **changes):
    message = a_message(sender, country=country, **changes)
    return ask(RULE, message, entered(*registrations), **(settings or {}))


@pytest.mark.parametrize("category", list(Category))
def test_ten_digit_numbers_send_nothing_without_a_campaign(category):
    answer = judged(category=category)
    assert isinstance(answer, Hit)
    assert answer.action == "refuse"


@pytest.mark.parametrize(
    ("registration", "passes"),
    [
        (campaign(), True),
        (campaign(sender="12025550188"), True),
        (campaign(sender="12025550177"), False),
        (campaign(since=date(2026, 3, 4), until=date(2026, 3, 4)), True),
        (campaign(until=date(2026, 3, 3)), False),
        (campaign(since=date(2026, 3, 5)), False),
        (Registration("campaign", "CA"), False),
        (Registration("sender", "US"), False),
    ],
)
def test_a_campaign_must_hold_there_for_the_sender_on_the_day(registration, passes):
    assert (judged(registration) is MISS) is passes


@pytest.mark.parametrize(
    ("hour", "passes"),
    [pytest.param(4, True, id="still the third in New York"), pytest.param(5, False, id="the fourth")],
)
def test_the_day_is_the_one_there(hour, passes):
    at = datetime(2026, 3, 4, hour, tzinfo=UTC)
    assert (judged(campaign(until=date(2026, 3, 3)), at=at) is MISS) is passes


@pytest.mark.parametrize(
    ("sender", "country", "hit"),
    [
        (TEN_DIGITS, "US", True),
        ("+14165550188", "US", True),
        (TOLL_FREE, "US", False),
        ("72727", "US", False),
        ("Acme", "US", False),
        ("+32470999888", "US", False),
        (TEN_DIGITS, "CA", False),
        (TEN_DIGITS, "BE", False),
    ],
)
def test_it_is_about_ten_digit_numbers_to_the_united_states(sender, country, hit):
    assert isinstance(judged(sender=sender, country=country), Hit) is hit


@pytest.mark.parametrize(
    ("bits", "category", "samples", "hit"),
    [
        pytest.param(24, Category.PROMOTIONAL, (SAMPLE,), False, id="at the edge"),
        pytest.param(25, Category.PROMOTIONAL, (SAMPLE,), True, id="beyond it"),
        pytest.param(25, Category.TRANSACTIONAL, (SAMPLE,), False, id="not promotional"),
        pytest.param(25, Category.PROMOTIONAL, (), False, id="no samples"),
        pytest.param(25, Category.PROMOTIONAL, (NOTHING_TO_COMPARE,), False, id="an empty sample"),
    ],
)
def test_a_promotion_unlike_the_samples_is_noted(bits, category, samples, hit):
    similarity = SAMPLE ^ ((1 << bits) - 1)
    answer = judged(campaign(samples=samples), category=category, similarity=similarity)
    assert isinstance(answer, Hit) is hit
    assert not hit or answer.action == "note"


def test_a_text_with_nothing_to_compare_says_nothing():
    answer = judged(campaign(samples=(-1,)), category=Category.PROMOTIONAL, similarity=NOTHING_TO_COMPARE)
    assert answer is MISS


@pytest.mark.parametrize(
    ("settings", "action"),
    [({"unregistered": "hold"}, "hold"), ({"unregistered": "allow"}, None), ({"countries": []}, None)],
)
def test_the_settings_say_what_follows(settings, action):
    answer = judged(settings=settings)
    assert (answer.action if isinstance(answer, Hit) else None) == action


def test_settings_hold_countries():
    with pytest.raises(ValueError, match="countries"):
        judged(settings={"countries": ["ZZ"]})


def test_without_what_it_needs_it_abstains():
    assert isinstance(ask(RULE, a_message(None, country="US")), Abstain)
    assert isinstance(ask(RULE, a_message(TEN_DIGITS, country="US", at=None)), Abstain)


def test_where_the_account_is_not_known_the_need_is_only_noted():
    assert ask(RULE, a_message(TEN_DIGITS, country="US"), the_facts(account=None)).action == "note"


@given(st.integers(-(2**63), 2**63 - 1))
def test_the_sample_itself_is_always_like_it(similarity):
    message = {"category": Category.PROMOTIONAL, "similarity": similarity, "at": NOON}
    assert judged(campaign(samples=(similarity,)), **message) is MISS
