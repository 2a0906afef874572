import pytest

from comity.accounts.challenges import Challenged, Volume
from comity.messages.submission import Category
from comity.screening.judging import MISS, Hit
from comity.screening.rules.sudden_volume import RULE
from support.judging import a_message, ask, the_facts

FIGURES = {"floor_hour": 100, "floor_day": 500, "percent": 400, "new_hour": 1_000, "new_day": 3_000}


@pytest.mark.parametrize(
    ("volume", "observed", "limit"),
    [
        (Volume(101, 101), "101", "100"),
        (Volume(401, 401, usual_hour=100, usual_day=400), "401", "400"),
        (Volume(10, 1_601, usual_hour=300, usual_day=400), "1601", "1600"),
        (Volume(1_001, 1_001, is_new=True), "1001", "1000"),
        (Volume(151, 151, declared=100), "151", "150"),
    ],
    ids=["over the floor", "over the hour", "over the day", "new", "over what was declared"],
)
def test_more_than_ever_is_held_with_its_figures(volume, observed, limit):
    answer = ask(RULE, a_message(), the_facts(volume=volume), **FIGURES)
    assert isinstance(answer, Hit)
    assert (answer.evidence[0].observed, answer.evidence[1].observed, answer.evidence[1].limit) == ("", observed, limit)


@pytest.mark.parametrize(
    "volume",
    [
        None,
        Volume(100, 500),
        Volume(400, 1_600, usual_hour=100, usual_day=400),
        Volume(1_000, 3_000, is_new=True),
        Volume(50_000, 60_000, usual_hour=10, usual_day=10, declared=40_000),
    ],
    ids=["not looked up", "the floor", "just the factor", "just what is new", "a campaign on record"],
)
def test_what_is_usual_little_or_declared_goes(volume):
    assert ask(RULE, a_message(), the_facts(volume=volume), **FIGURES) is MISS


def test_while_nobody_has_answered_everything_is_held():
    answer = ask(RULE, a_message(), the_facts(challenged=(Challenged("c-1", "volume"),)))
    assert isinstance(answer, Hit)
    assert [one.observed for one in answer.evidence] == ["c-1"]


STOPPED, ABROAD = Challenged("c-1", "volume"), Challenged("c-2", "country", "BR")


@pytest.mark.parametrize(
    ("category", "hour", "goes"),
    [
        (Category.OTP, 100, True),
        (Category.TRANSACTIONAL, 100, True),
        (Category.OTP, 101, False),
        (Category.PROMOTIONAL, 1, False),
    ],
)
def test_while_nobody_has_answered_as_many_codes_and_notices_go_as_in_the_busiest_hour_before(category, hour, goes):
    # The day is far beyond its limit: what somebody pumps from outside keeps a bank from no code for long.
    facts = the_facts(challenged=(STOPPED,), volume=Volume(hour, 90_000, usual_hour=100, usual_day=400))
    assert (ask(RULE, a_message(category=category), facts, **FIGURES) is MISS) is goes


def test_alerts_of_who_is_cleared_for_them_go_whatever_their_number():
    facts = the_facts(alert_clearance=True, challenged=(STOPPED,), volume=Volume(200_000, 200_000))
    assert ask(RULE, a_message(category=Category.ALERT), facts, **FIGURES) is MISS


def test_what_another_challenge_holds_is_no_surge_of_the_account():
    assert ask(RULE, a_message(), the_facts(challenged=(ABROAD,), volume=Volume(101, 101)), **FIGURES) is MISS
