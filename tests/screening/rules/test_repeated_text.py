from datetime import timedelta

import pytest

from comity.messages.submission import Category
from comity.screening.judging import MISS, Abstain, Hit, RecentText
from comity.screening.rules.repeated_text import RULE
from comity.text.fold import same_text_key
from comity.text.similar import NOTHING_TO_COMPARE, similarity_hash
from support.judging import NOON, TEXT, a_message, ask, the_facts

C = Category
OFFER = "This weekend only: 30% off all shoes and bags in our Antwerp store, bring this text to the till. Shop now!"
NEARLY = OFFER.replace("30%", "40%")
OTHER = "The library closes at six today because of the storm; books that are due may come back tomorrow."


def earlier(text, ago, similarity=True):
    return RecentText(NOON - ago, same_text_key(text), similarity_hash(text) if similarity else None)


def transactional(**settings):
    return lambda *recent: ask(RULE, a_message(), the_facts(recent=recent), **settings)


def promotional(text=OFFER, **settings):
    message = a_message(text=text, category=C.PROMOTIONAL)
    return lambda *recent: ask(RULE, message, the_facts(recent=recent), **settings)


@pytest.mark.parametrize(
    ("text", "ago", "hit"),
    [
        pytest.param(TEXT, timedelta(seconds=1), True, id="at once again"),
        pytest.param(TEXT, timedelta(minutes=10), True, id="at the edge of the window"),
        pytest.param(TEXT, timedelta(minutes=10, seconds=1), False, id="just after the window"),
        pytest.param(TEXT.upper(), timedelta(minutes=1), True, id="the same to a reader"),
        pytest.param(TEXT.replace("4711", "4712"), timedelta(minutes=1), False, id="another parcel"),
        pytest.param(OTHER, timedelta(minutes=1), False, id="another text"),
    ],
)
def test_a_transactional_text_is_not_sent_twice_within_minutes(text, ago, hit):
    answer = transactional()(earlier(text, ago, similarity=False))
    assert isinstance(answer, Hit) if hit else answer is MISS


@pytest.mark.parametrize(
    ("text", "ago", "action"),
    [
        pytest.param(OFFER, timedelta(days=6), "", id="the very same"),
        pytest.param(OFFER, timedelta(hours=168), "", id="at the edge of the window"),
        pytest.param(NEARLY, timedelta(days=6), "hold", id="nearly the same goes to a person"),
    ],
)
def test_a_promotion_is_not_repeated_within_days(text, ago, action):
    answer = promotional()(earlier(text, ago))
    assert isinstance(answer, Hit)
    assert answer.action == action


@pytest.mark.parametrize(
    "recent",
    [
        pytest.param(earlier(OFFER, timedelta(hours=168, seconds=1)), id="after the window"),
        pytest.param(earlier(OTHER, timedelta(hours=1)), id="another text"),
        pytest.param(earlier(NEARLY, timedelta(hours=1), similarity=False), id="a text that was not compared"),
    ],
)
def test_another_promotion_may_go(recent):
    assert promotional()(recent) is MISS


def test_the_very_same_text_counts_more_than_a_similar_one():
    answer = promotional()(earlier(NEARLY, timedelta(hours=1)), earlier(OFFER, timedelta(hours=2)))
    assert isinstance(answer, Hit)
    assert answer.action == ""


def test_texts_with_nothing_to_compare_are_not_alike():
    blank = RecentText(NOON, 1, NOTHING_TO_COMPARE)
    message = a_message(text="4711 0815", category=C.PROMOTIONAL, similarity=NOTHING_TO_COMPARE)
    assert ask(RULE, message, the_facts(recent=(blank,))) is MISS


@pytest.mark.parametrize("category", [C.OTP, C.ALERT])
def test_codes_and_alerts_are_never_compared(category):
    recent = (earlier(TEXT, timedelta(seconds=1)),)
    assert ask(RULE, a_message(category=category), the_facts(recent=recent)) is MISS


@pytest.mark.parametrize(("settings", "hit"), [({"transactional_window_min": 30}, True), ({}, False)])
def test_the_policy_holds_the_window(settings, hit):
    answer = transactional(**settings)(earlier(TEXT, timedelta(minutes=20)))
    assert isinstance(answer, Hit) is hit


def test_a_first_text_is_not_repeated():
    assert transactional()() is MISS


def test_without_earlier_texts_or_a_time_it_abstains():
    assert ask(RULE, facts=the_facts(recent=None)) == Abstain("recent")
    assert ask(RULE, a_message(at=None)) == Abstain("recent")


@pytest.mark.parametrize(
    ("category", "earlier_category", "compared"),
    [
        (C.PROMOTIONAL, "promotional", True),
        (C.PROMOTIONAL, "", True),
        (C.PROMOTIONAL, "transactional", False),
        (C.PROMOTIONAL, "otp", False),
        (C.PROMOTIONAL, "alert", False),
        (C.TRANSACTIONAL, "transactional", True),
        (C.TRANSACTIONAL, "promotional", True),
        (C.TRANSACTIONAL, "", True),
        (C.TRANSACTIONAL, "otp", False),
        (C.TRANSACTIONAL, "alert", False),
    ],
)
def test_only_texts_of_its_kind_count_against_one(category, earlier_category, compared):
    before = RecentText(NOON - timedelta(minutes=1), same_text_key(OFFER), similarity_hash(OFFER), earlier_category)
    found = ask(RULE, a_message(text=OFFER, category=category), the_facts(recent=(before,)))
    assert isinstance(found, Hit) is compared
