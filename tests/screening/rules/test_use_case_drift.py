import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.accounts.record import AccountRecord, UseCase
from comity.messages.submission import Category
from comity.screening.judging import MISS, Abstain, Hit, Traffic
from comity.screening.rules.use_case_drift import RULE
from comity.text.similar import NOTHING_TO_COMPARE, similarity_hash
from support.judging import a_message, ask, the_facts

C = Category
OFFER = "This weekend only: 30% off all shoes and bags in our Antwerp store, bring this text to the till. Shop now!"
LIKE_IT = "This weekend only: 20% off all coats and bags in our Ghent store, bring this text to the till. Shop now!"
CASINO = "Spin the wheel tonight: 200 free spins wait in your casino account, claim them before midnight and win big."


def answer(use_case, traffic=None, category=C.TRANSACTIONAL, text=OFFER, **settings):
    facts = the_facts(account=AccountRecord("Acme", use_case=use_case), **({"traffic": traffic} if traffic else {}))
    return ask(RULE, a_message(category=category, text=text), facts, **settings)


def sent(number):
    return Traffic(account_day=number, sender_day=0, sender_minute=0, recipients=0, replies=0)


@pytest.mark.parametrize(
    ("declared", "what"),
    [
        (UseCase(categories=("otp",)), "category"),
        (UseCase(countries=("NL", "DE")), "country"),
        (UseCase(senders=("rival",)), "sender"),
        (UseCase(daily_volume=10), "volume"),
        (UseCase(samples=(similarity_hash(CASINO),)), "text"),
    ],
)
def test_each_kind_of_drift_is_found_and_has_its_own_action(declared, what):
    found = answer(declared, category=C.PROMOTIONAL, **{f"{what}_action": "refuse"})
    assert isinstance(found, Hit)
    assert [one.what for one in found.evidence] == [what]
    assert found.action == "refuse"


@pytest.mark.parametrize(
    "declared",
    [
        None,
        UseCase(),
        UseCase(categories=("otp", "promotional")),
        UseCase(countries=("NL", "BE")),
        UseCase(senders=("acme",)),
        UseCase(daily_volume=1000),
        UseCase(samples=(similarity_hash(CASINO), similarity_hash(LIKE_IT))),
        UseCase(samples=(NOTHING_TO_COMPARE,)),
    ],
)
def test_what_was_declared_or_left_open_passes(declared):
    assert answer(declared, category=C.PROMOTIONAL) is MISS


@given(st.integers(0, 3000), st.integers(1, 1500), st.integers(100, 300))
def test_so_much_of_the_declared_volume_may_go_and_not_one_more(before, declared, percent):
    found = answer(UseCase(daily_volume=declared), sent(before), volume_percent=percent)
    assert isinstance(found, Hit) is (before + 1 > declared * percent / 100)


@pytest.mark.parametrize(
    ("changes", "hit"),
    [
        pytest.param({"category": C.TRANSACTIONAL}, False, id="only promotional texts are compared"),
        pytest.param({"text": "4711"}, False, id="nothing to compare"),
        pytest.param({"text": CASINO, "distance": 0}, False, id="the sample itself"),
        pytest.param({"text": LIKE_IT, "distance": 64}, False, id="no text is further than that"),
        pytest.param({"text": OFFER}, True, id="another matter"),
    ],
)
def test_texts_are_compared_with_the_samples(changes, hit):
    samples = UseCase(samples=(similarity_hash(CASINO),))
    assert isinstance(answer(samples, **{"category": C.PROMOTIONAL, **changes}), Hit) is hit


def test_the_strongest_action_of_several_counts():
    declared = UseCase(categories=("otp",), countries=("NL",), daily_volume=1)
    found = answer(declared, category_action="note", country_action="allow", volume_action="hold")
    assert found.action == "hold"
    assert len(found.evidence) == 3


def test_without_the_account_or_a_declared_volumes_traffic_it_abstains():
    assert ask(RULE, facts=the_facts(account=None)) == Abstain("account")
    facts = the_facts(account=AccountRecord("Acme", use_case=UseCase(daily_volume=9)), traffic=None)
    assert ask(RULE, facts=facts) == Abstain("traffic")


def test_an_unknown_country_or_sender_is_not_held_against_anybody():
    facts = the_facts(account=AccountRecord("Acme", use_case=UseCase(countries=("NL",), senders=("x",))))
    assert ask(RULE, a_message(None, country=None), facts) is MISS
