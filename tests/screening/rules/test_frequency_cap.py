from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.messages.submission import Category
from comity.screening.judging import MISS, Abstain, Hit, RecentText
from comity.screening.rules.frequency_cap import RULE
from support.judging import NOON, a_message, ask, the_facts

C = Category
HOURS, MINUTES, DAYS = (lambda n: timedelta(hours=n)), (lambda n: timedelta(minutes=n)), (lambda n: timedelta(days=n))
ALONE = {"per_24h": 0, "per_7d": 0, "per_30d": 0, "gap_min": 0, "country_caps": False, "longest_wait_h": 744}
BEGIN = datetime(2026, 3, 1, tzinfo=UTC)


def earlier(ago, category="promotional", similarity=1):
    return RecentText(NOON - ago, 1, similarity, category)


def answer(*recent, category=C.PROMOTIONAL, country="BE", us_state=None, **settings):
    message = a_message(category=category, country=country)
    return ask(RULE, message, the_facts(recent=recent, us_state=us_state), **{**ALONE, **settings})


@pytest.mark.parametrize(
    ("ages", "settings", "wait"),
    [
        pytest.param([HOURS(1)], {"per_24h": 1}, HOURS(23), id="one a day: a day after the last"),
        pytest.param([HOURS(1), HOURS(5)], {"per_24h": 2}, HOURS(19), id="when the older one has left the window"),
        pytest.param([HOURS(24) - MINUTES(1)], {"per_24h": 1}, MINUTES(1), id="a minute before it leaves"),
        pytest.param([DAYS(6), DAYS(7) - HOURS(1)], {"per_7d": 2}, HOURS(1), id="a week"),
        pytest.param([DAYS(29)], {"per_30d": 1}, DAYS(1), id="a month"),
        pytest.param([MINUTES(10)], {"gap_min": 30}, MINUTES(20), id="minutes between two"),
        pytest.param([HOURS(23)], {"per_24h": 1, "gap_min": 120}, HOURS(1), id="the longest wait of several"),
        pytest.param([HOURS(1), HOURS(1), HOURS(1)], {"per_24h": 2}, HOURS(23), id="beside one that waits already"),
        pytest.param([HOURS(1)] * 4, {"per_24h": 2}, HOURS(47), id="behind two that wait already"),
    ],
)
def test_one_too_many_waits_for_the_exact_moment_with_room(ages, settings, wait):
    found = answer(*map(earlier, ages), **settings)
    assert isinstance(found, Hit)
    assert (found.until, found.action) == (NOON + wait, "")


@pytest.mark.parametrize(
    ("ages", "settings"),
    [
        pytest.param([], {"per_24h": 1}, id="the first"),
        pytest.param([HOURS(24)], {"per_24h": 1}, id="exactly a day later"),
        pytest.param([HOURS(1)], {"per_24h": 2}, id="the second of two"),
        pytest.param([DAYS(7), DAYS(1)], {"per_7d": 2}, id="exactly a week later"),
        pytest.param([MINUTES(30)], {"gap_min": 30}, id="exactly the minutes between"),
        pytest.param([MINUTES(1)] * 40, {}, id="no limit"),
    ],
)
def test_within_the_caps_it_goes(ages, settings):
    assert answer(*map(earlier, ages), **settings) is MISS


@pytest.mark.parametrize(
    ("category", "similarity", "counts"),
    [
        ("promotional", 1, True),
        ("transactional", None, False),
        ("otp", None, False),
        ("alert", None, False),
        pytest.param("", 1, True, id="an old row with a likeness was promotional"),
        pytest.param("", None, False, id="an old row without was not"),
    ],
)
def test_only_promotional_texts_count_against_one(category, similarity, counts):
    assert isinstance(answer(earlier(HOURS(1), category, similarity), per_24h=1), Hit) is counts


@pytest.mark.parametrize(
    ("country", "us_state", "ages", "hit"),
    [
        pytest.param("CO", None, [HOURS(23)], True, id="one contact a day in Colombia"),
        pytest.param("CO", None, [HOURS(24)], False, id="the day after"),
        pytest.param("VN", None, [HOURS(20), HOURS(10), HOURS(1)], True, id="three in Vietnam"),
        pytest.param("VN", None, [HOURS(10), HOURS(1)], False, id="the third in Vietnam"),
        pytest.param("US", "FL", [HOURS(20), HOURS(10), HOURS(1)], True, id="three in Florida"),
        pytest.param("US", "NY", [HOURS(20), HOURS(10), HOURS(1)], False, id="no cap in New York"),
        pytest.param("BE", None, [HOURS(1)], False, id="no cap in Belgium"),
    ],
)
def test_a_countrys_cap_counts_beside_the_policys(country, us_state, ages, hit):
    found = answer(*map(earlier, ages), country=country, us_state=us_state, country_caps=True)
    assert isinstance(found, Hit) is hit


def test_the_policy_may_leave_countries_caps_out():
    assert answer(earlier(HOURS(1)), country="CO", country_caps=False) is MISS


@pytest.mark.parametrize(
    ("country", "ages", "settings", "action"),
    [
        pytest.param("BE", [HOURS(1)], {"per_24h": 1, "longest_wait_h": 23}, "", id="as long as may be"),
        pytest.param("BE", [HOURS(1)], {"per_24h": 1, "longest_wait_h": 22}, "refuse", id="longer"),
        pytest.param(
            "BE", [HOURS(1)], {"per_24h": 1, "longest_wait_h": 0, "too_long_action": "hold"}, "hold", id="hold"
        ),
        pytest.param(
            "CO", [HOURS(1)], {"country_caps": True, "longest_wait_h": 0}, "refuse", id="by law that was read"
        ),
        pytest.param(
            "VN", [HOURS(1)] * 3, {"country_caps": True, "longest_wait_h": 0}, "hold", id="by what nobody checked"
        ),
    ],
)
def test_what_would_wait_too_long_does_not_go(country, ages, settings, action):
    found = answer(*map(earlier, ages), country=country, **settings)
    assert isinstance(found, Hit)
    assert found.action == action
    assert (found.until is None) is (action != "")


@pytest.mark.parametrize(
    ("ages", "hit"),
    [
        pytest.param([MINUTES(1)] * 4, False, id="the fifth code"),
        pytest.param([MINUTES(1)] * 5, True, id="the sixth"),
        pytest.param([MINUTES(10), *[MINUTES(1)] * 4], False, id="the first has left the window"),
        pytest.param([MINUTES(10) - timedelta(seconds=1), *[MINUTES(1)] * 4], True, id="not yet"),
    ],
)
def test_codes_have_a_rate_cap_alone(ages, hit):
    found = answer(*(earlier(age, "otp", None) for age in ages), category=C.OTP, per_24h=1)
    assert isinstance(found, Hit) is hit
    assert not hit or found.action == "refuse"


@pytest.mark.parametrize("category", ["promotional", "transactional", "alert", ""])
def test_other_texts_do_not_count_against_a_code(category):
    assert answer(*[earlier(MINUTES(1), category)] * 9, category=C.OTP) is MISS


def test_codes_may_go_without_a_cap():
    assert answer(*[earlier(MINUTES(1), "otp")] * 9, category=C.OTP, otp_most=0) is MISS


@pytest.mark.parametrize("category", [C.TRANSACTIONAL, C.ALERT])
def test_notices_and_alerts_are_not_counted(category):
    assert answer(*[earlier(MINUTES(1))] * 9, category=category, per_24h=1) is MISS


@pytest.mark.parametrize("category", [C.PROMOTIONAL, C.OTP])
def test_without_earlier_texts_or_a_time_it_abstains(category):
    assert ask(RULE, a_message(category=category), the_facts(recent=None)) == Abstain("recent")
    assert ask(RULE, a_message(category=category, at=None), the_facts(recent=())) == Abstain("recent")


@pytest.mark.parametrize(
    ("settings", "days"),
    [({}, 30), ({"per_30d": 0}, 7), ({"per_30d": 0, "per_7d": 0}, 1), ({"per_7d": 0}, 30)],
)
def test_it_says_how_many_days_of_earlier_texts_it_needs(settings, days):
    assert RULE.settings(**settings).days == days


caps = st.fixed_dictionaries(
    {"per_24h": st.integers(0, 3), "per_7d": st.integers(0, 5), "gap_min": st.sampled_from([0, 30, 90])}
)
steps = st.lists(st.integers(0, 40 * 3600), max_size=14)


def windows(settings):
    lengths = {"per_24h": HOURS(24), "per_7d": DAYS(7)}
    yield from ((settings[name], length) for name, length in lengths.items() if settings[name])
    if settings["gap_min"]:
        yield 1, MINUTES(settings["gap_min"])


def keeps_to(sent, settings):
    return all(
        sum(at - length < other <= at for other in sent) <= most for most, length in windows(settings) for at in sent
    )


def asked_in_turn(steps, settings):
    """What is accepted of messages that come so many seconds after each other: when each came, when it went."""
    came, sent, now = [], [], BEGIN
    for seconds in steps:
        now += timedelta(seconds=seconds)
        recent = tuple(RecentText(at, 1, 1, "promotional") for at in came)
        message = a_message(category=C.PROMOTIONAL, at=now)
        found = ask(RULE, message, the_facts(recent=recent), **{**ALONE, **settings})
        if isinstance(found, Hit) and found.until is None:
            continue
        came.append(now)
        sent.append(found.until if isinstance(found, Hit) else now)
    return came, sent


@given(steps, caps)
def test_no_window_ever_holds_more_than_its_cap_whatever_comes_when(steps, settings):
    _, sent = asked_in_turn(steps, settings)
    assert keeps_to(sent, settings)


@given(steps, caps)
def test_nothing_waits_a_second_longer_than_it_must(steps, settings):
    came, sent = asked_in_turn(steps, settings)
    for place, (asked, goes) in enumerate(zip(came, sent, strict=True)):
        assert goes == asked or not keeps_to([*sent[:place], goes - timedelta(microseconds=1)], settings)


@given(st.lists(st.integers(0, 60 * 3600), max_size=12), st.integers(1, 4))
def test_a_history_that_kept_to_the_cap_is_counted_to_the_second(seconds, most):
    _, sent = asked_in_turn(sorted(seconds), {"per_24h": most, "per_7d": 0, "gap_min": 0})
    now = max(sent, default=BEGIN)
    recent = tuple(RecentText(at, 1, 1, "promotional") for at in sent)
    found = ask(RULE, a_message(category=C.PROMOTIONAL, at=now), the_facts(recent=recent), **{**ALONE, "per_24h": most})
    assert isinstance(found, Hit) is (sum(now - HOURS(24) < at for at in sent) >= most)


@pytest.mark.parametrize(
    ("recent", "category", "country", "settings", "sentence"),
    [
        pytest.param(
            [HOURS(1)],
            C.PROMOTIONAL,
            "BE",
            {"per_24h": 1},
            "This is one promotional message too many for this recipient: the most is 1 in 24 hours.",
            id="a count",
        ),
        pytest.param(
            [MINUTES(0)],
            C.PROMOTIONAL,
            "BE",
            {"gap_min": 1},
            "This promotional message follows too soon on another: they go at least 1 minute apart to a recipient.",
            id="a gap",
        ),
        pytest.param(
            [HOURS(1)],
            C.PROMOTIONAL,
            "CO",
            {"country_caps": True},
            "This is one promotional message too many for this recipient: the most is 1 in 24 hours in Colombia.",
            id="a country's",
        ),
        pytest.param(
            [MINUTES(0)],
            C.OTP,
            "BE",
            {"otp_most": 1, "otp_window_min": 1},
            "This is one code too many for this recipient: the most is 1 in 1 minute.",
            id="codes",
        ),
    ],
)
def test_the_words_hold_whatever_becomes_of_the_message(recent, category, country, settings, sentence):
    found = answer(*(earlier(ago, category.value) for ago in recent), category=category, country=country, **settings)
    assert isinstance(found, Hit)
    assert found.sentence == sentence
    assert f"{found.until:%Y-%m-%dT%H:%M:%SZ}" in found.remedy
