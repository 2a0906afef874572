from datetime import UTC, datetime, timedelta

import pytest

from comity.messages.submission import Category
from comity.screening.judging import MISS, Abstain, ConsentFact, Hit
from comity.screening.rules.quiet_hours import RULE
from support.judging import a_message, ask, the_facts

C = Category
BRUSSELS = ("Europe/Brussels",)


def at(hour, minute=0, day=4):
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("country", "zones", "moment", "until"),
    [
        pytest.param("ZZ", ("Etc/UTC",), at(7, 59), at(8), id="a minute too early where nothing is known"),
        pytest.param("ZZ", ("Etc/UTC",), at(21), at(8, day=5), id="the last minute has passed"),
        pytest.param("ZZ", ("Europe/Brussels",), at(6, 59), at(7), id="by the recipient's clock, not ours"),
        pytest.param("ZZ", ("Etc/UTC", "Etc/GMT+5"), at(8), at(13), id="on every clock the recipient may keep"),
    ],
)
def test_a_promotion_outside_the_hours_waits_for_the_first_minute(country, zones, moment, until):
    answer = ask(RULE, a_message(category=C.PROMOTIONAL, country=country, at=moment), the_facts(zones=zones))
    assert isinstance(answer, Hit)
    assert answer.until == until
    assert answer.until > moment


@pytest.mark.parametrize(
    ("country", "zones", "moment"),
    [
        pytest.param("ZZ", ("Etc/UTC",), at(8), id="the first minute"),
        pytest.param("ZZ", ("Etc/UTC",), at(20, 59), id="the last minute"),
        pytest.param("ZZ", ("Etc/UTC", "Etc/GMT+5"), at(13), id="open on both clocks"),
    ],
)
def test_a_promotion_within_the_hours_goes(country, zones, moment):
    message = a_message(category=C.PROMOTIONAL, country=country, at=moment)
    assert ask(RULE, message, the_facts(zones=zones)) is MISS


@pytest.mark.parametrize("category", [C.OTP, C.ALERT])
def test_codes_and_alerts_never_wait(category):
    assert ask(RULE, a_message(category=category, at=at(2)), the_facts(zones=None)) is MISS


def test_transactional_texts_go_at_night_where_no_hour_is_closed_for_them():
    assert ask(RULE, a_message(at=at(2)), the_facts(zones=())) is MISS


@pytest.mark.parametrize(("moment", "zones"), [(None, BRUSSELS), (at(2), None)])
def test_without_a_time_or_a_place_it_abstains(moment, zones):
    message = a_message(category=C.PROMOTIONAL, at=moment)
    assert ask(RULE, message, the_facts(zones=zones)) == Abstain("zones")


def test_the_policy_holds_the_hours_where_nothing_is_known():
    message = a_message(category=C.PROMOTIONAL, country="ZZ", at=at(9))
    answer = ask(RULE, message, the_facts(zones=("Etc/UTC",)), default="10:00-11:00")
    assert isinstance(answer, Hit)
    assert answer.until == at(10)


def test_what_no_moment_is_allowed_for_goes_to_a_person():
    apart = ("Etc/GMT-12", "Etc/UTC")
    answer = ask(
        RULE,
        a_message(category=C.PROMOTIONAL, country="ZZ", at=at(9)),
        the_facts(zones=apart),
        default="10:00-11:00",
    )
    assert isinstance(answer, Hit)
    assert (answer.action, answer.until) == ("hold", None)


@pytest.mark.parametrize("hours", range(0, 24 * 7, 5))
def test_the_minute_it_waits_for_is_allowed(hours):
    message = a_message(category=C.PROMOTIONAL, at=at(0) + timedelta(hours=hours))
    answer = ask(RULE, message, the_facts(zones=BRUSSELS))
    if isinstance(answer, Hit):
        later = a_message(category=C.PROMOTIONAL, at=answer.until)
        assert ask(RULE, later, the_facts(zones=BRUSSELS)) is MISS


@pytest.mark.parametrize(
    ("country", "zone", "purpose", "hit"),
    [
        pytest.param("ZA", "Africa/Johannesburg", "offers", True, id="offers alone"),
        pytest.param("ZA", "Africa/Johannesburg", "offers at any hour", False, id="agreed to any hour"),
        pytest.param("ZA", "Africa/Johannesburg", "offers, nights too", False, id="agreed to nights"),
        pytest.param("KR", "Asia/Seoul", "광고", True, id="no consent for nights"),
        pytest.param("KR", "Asia/Seoul", "야간 광고", False, id="a consent for nights"),
        pytest.param("FR", "Europe/Paris", "offers at night", True, id="where no consent lifts the hours"),
    ],
)
def test_in_some_countries_a_consent_that_names_the_hours_lifts_them(country, zone, purpose, hit):
    moment = datetime(2026, 3, 4, 21, 30, tzinfo=UTC)
    facts = the_facts(zones=(zone,), consent=ConsentFact(moment - timedelta(days=9), "Acme", purpose))
    answer = ask(RULE, a_message(category=C.PROMOTIONAL, country=country, at=moment), facts)
    assert isinstance(answer, Hit) is hit


def test_the_words_name_hours_and_moment_and_promise_nothing_that_the_policy_may_not_keep():
    sunday = datetime(2026, 11, 22, 9, tzinfo=UTC)
    found = ask(
        RULE, a_message(category=C.PROMOTIONAL, country="NL", at=sunday), the_facts(zones=("Europe/Amsterdam",))
    )
    assert isinstance(found, Hit)
    assert found.sentence == (
        "It is outside the recipient's hours for such messages. For the recipient it is 10:00 on Sunday "
        "(Europe/Amsterdam); promotional messages to the Netherlands go Mon-Sat 08:00-20:00, none on Sun and public "
        "holidays."
    )
    assert found.remedy == (
        "The next allowed moment is 2026-11-23T07:00:00Z (Monday 08:00 in Europe/Amsterdam): schedule such messages "
        "for then or later. One that is deferred goes by itself."
    )
    assert found.evidence[0].limit == "Mon-Sat 08:00-20:00, none on Sun and public holidays"
