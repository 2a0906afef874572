"""What a person is to messages, from all they agreed to and asked back: its laws, in whatever order it is told."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.consent.ledger import Grant, Question, Standing, Withdrawal, covers, equal_brands, rule

START = datetime(2026, 1, 1, tzinfo=UTC)
BRANDS = ("Shop", "Bank")
CATEGORIES = ("promotional", "transactional", "otp", "alert")


def at(hours):
    return START + timedelta(hours=hours)


times = st.integers(0, 50).map(at)
grants = st.builds(
    Grant,
    at=times,
    brand=st.sampled_from(BRANDS),
    expires_at=st.none() | st.integers(1, 80).map(at),
    confirmed=st.booleans(),
)
withdrawals = st.builds(
    Withdrawal,
    at=times,
    brand=st.none() | st.sampled_from(BRANDS),
    category=st.none() | st.sampled_from(CATEGORIES),
    opt_out=st.booleans(),
)
questions = st.builds(Question, st.sampled_from(BRANDS), st.sampled_from(CATEGORIES), st.just(at(60)), st.booleans())
bound = questions.filter(lambda one: one.category not in {"otp", "alert"})
ledgers = st.tuples(st.lists(grants, max_size=6), st.lists(withdrawals, max_size=6))


@given(bound, ledgers, st.none() | st.sampled_from(BRANDS), st.none() | st.sampled_from(CATEGORIES))
def test_an_opt_out_after_everything_always_wins_for_its_scope(question, ledger, brand, category):
    last = Withdrawal(at(55), brand, category, opt_out=True)
    ruled = rule(question, ledger[0], [*ledger[1], last])
    if covers(last, question):
        assert ruled.standing is Standing.OPTED_OUT
    else:
        assert ruled == rule(question, *ledger)


@given(bound, ledgers)
def test_a_withdrawal_after_a_grant_always_wins_for_its_brand(question, ledger):
    last = Withdrawal(at(55), question.brand)
    if question.category == "promotional":
        assert not rule(question, ledger[0], [*ledger[1], last]).is_open
    else:
        assert rule(question, ledger[0], [*ledger[1], last]) == rule(question, *ledger)


@given(bound, ledgers, st.sampled_from(BRANDS), st.booleans())
def test_a_later_grant_reopens_its_scope_alone(question, ledger, brand, confirmed):
    last = Grant(at(55), brand, confirmed=confirmed)
    before, after = rule(question, *ledger), rule(question, [*ledger[0], last], ledger[1])
    if (question.brand, question.category) != (brand, "promotional"):
        assert after == before
    elif confirmed:
        assert after.standing is Standing.GRANTED
    else:
        assert (after.standing is Standing.OPTED_OUT) == (before.standing is Standing.OPTED_OUT)
        assert after.is_open or after.standing is Standing.OPTED_OUT


@given(questions, ledgers, st.randoms())
def test_the_order_in_which_events_are_told_does_not_matter(question, ledger, random):
    shuffled = [list(events) for events in ledger]
    for events in shuffled:
        random.shuffle(events)
    assert rule(question, *shuffled) == rule(question, *ledger)


@given(questions, ledgers)
def test_what_is_told_twice_counts_once(question, ledger):
    assert rule(question, [*ledger[0], *ledger[0]], [*ledger[1], *ledger[1]]) == rule(question, *ledger)


@given(bound, ledgers, st.integers(0, 60))
def test_what_happens_later_does_not_count_yet(question, ledger, hours):
    early = msgspec.structs.replace(question, at=at(hours))
    known = [[one for one in events if one.at <= early.at] for events in ledger]
    assert rule(early, *ledger) == rule(early, *known)


@given(bound, st.lists(grants, min_size=1, max_size=4))
def test_a_grant_that_is_over_opens_nothing(question, given_):
    over = [msgspec.structs.replace(one, expires_at=question.at) for one in given_]
    ruled = rule(question, over, [])
    assert ruled.is_open == (question.category == "transactional")
    mine = any(equal_brands(one.brand, question.brand) for one in over)
    if question.category == "promotional":
        assert ruled.standing is (Standing.EXPIRED if mine else Standing.NEVER)


@given(ledgers, st.sampled_from(BRANDS))
def test_codes_and_alerts_of_the_cleared_go_past_all_of_it(ledger, brand):
    for question in (Question(brand, "otp", at(60)), Question(brand, "alert", at(60), cleared=True)):
        assert rule(question, *ledger).standing is Standing.EXEMPT


@given(questions, ledgers)
def test_every_ruling_says_why(question, ledger):
    ruled = rule(question, *ledger)
    assert ruled.why
    assert (ruled.event is not None) == (
        ruled.standing in {Standing.OPTED_OUT, Standing.GRANTED, Standing.WITHDRAWN, Standing.EXPIRED}
    )


@pytest.mark.parametrize(
    ("given_", "against", "category", "standing"),
    [
        ([], [], "promotional", Standing.NEVER),
        ([], [], "transactional", Standing.NOT_NEEDED),
        ([Grant(at(1), "shop")], [], "promotional", Standing.GRANTED),
        ([Grant(at(1), "Bank")], [], "promotional", Standing.NEVER),
        ([Grant(at(1), "Shop")], [Withdrawal(at(1), "Shop")], "promotional", Standing.WITHDRAWN),
        ([Grant(at(2), "Shop")], [Withdrawal(at(1), "Shop")], "promotional", Standing.GRANTED),
        ([Grant(at(2), "Shop")], [Withdrawal(at(1), opt_out=True)], "promotional", Standing.OPTED_OUT),
        ([Grant(at(2), "Shop", confirmed=True)], [Withdrawal(at(1), opt_out=True)], "promotional", Standing.GRANTED),
        (
            [Grant(at(2), "Shop", confirmed=True)],
            [Withdrawal(at(1), opt_out=True)],
            "transactional",
            Standing.OPTED_OUT,
        ),
        ([Grant(at(1), "Shop", expires_at=at(9))], [], "promotional", Standing.EXPIRED),
        ([], [Withdrawal(at(1), "Shop")], "promotional", Standing.NEVER),
        ([], [Withdrawal(at(1), category="promotional", opt_out=True)], "transactional", Standing.NOT_NEEDED),
        ([], [Withdrawal(at(1), opt_out=True)], "alert", Standing.OPTED_OUT),
    ],
)
def test_cases(given_, against, category, standing):
    assert rule(Question("Shop", category, at(60)), given_, against).standing is standing
