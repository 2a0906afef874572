"""The self-assessment: answers, senders, countries and samples become marks by clause."""

from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.accounts.record import AccountRecord, Clearance, Registration, UseCase
from comity.base.errors import SettingsError
from comity.countries import countries
from comity.journey.assess import (
    CONTENTS,
    MOST_JUDGED,
    NOT_OF_A_PLAN,
    OF_ANY_TEXT,
    Answers,
    Assessor,
    assess,
    read_plan,
)
from comity.messages.submission import Category
from comity.policy.files import default_policy
from comity.policy.questions import Option, questions
from comity.screening.compiled import compile_policy
from comity.screening.rulebook import RULEBOOK

NOW = datetime(2026, 11, 4, 3, 0, tzinfo=UTC)  # night in most of the world that is written to
POLICY = compile_policy(default_policy(), RULEBOOK)
GOOD = {
    name: next(word for word, option in question.options.items() if option.mark == "fine")
    for name, question in questions().items()
    if question.options
}
WELL = {
    **GOOD,
    "brand": "Acme",
    "categories": ["transactional"],
    "countries": ["BE"],
    "senders": ["Acme"],
    "daily_volume": 200,
    "content": [],
    "samples": [{"text": "Acme: your table is booked for 19:30."}],
}


def assessed(record=None, without=(), **changes):
    plan = {name: value for name, value in {**WELL, **changes}.items() if name not in without}
    return assess(read_plan(plan), POLICY, NOW, record)


def points(found, about=None):
    return {
        (clause.clause, point.about, point.mark)
        for clause in found.clauses
        for point in clause.points
        if about in {None, point.about}
    }


def test_a_good_plan_is_fine_under_every_clause_it_says_something_of():
    found = assessed(opt_out="link")
    assert points(found) == {("P4", "opt_out", "mind"), ("U9", "opt_out", "mind")}
    assert (found.unanswered, found.judged, found.cut) == ((), 1, False)
    assert (found.policy, found.digest) == (POLICY.policy.document.version, POLICY.policy.digest)


OPTIONS = [(name, word, option) for name, question in questions().items() for word, option in question.options.items()]


@pytest.mark.parametrize(("name", "word", "option"), OPTIONS, ids=lambda value: value if isinstance(value, str) else "")
def test_an_answer_is_marked_as_the_questionnaire_says(name: str, word: str, option: Option):
    found = assessed(without=("samples", "senders"), **{name: word})
    told = {
        point for clause in found.clauses for point in clause.points if point.about == name and point.why == option.why
    }
    assert bool(told) == (option.mark != "fine")
    assert {(point.mark, point.remedy) for point in told} <= {(option.mark, option.remedy)}


@pytest.mark.parametrize(("name", "word", "option"), OPTIONS, ids=lambda value: value if isinstance(value, str) else "")
def test_an_answer_that_is_not_fine_says_why_and_how_to_mend_it(name: str, word: str, option: Option):
    assert bool(option.why) == bool(option.remedy) == (option.mark != "fine"), (name, word)


def test_every_question_has_clauses_that_there_are_and_a_field_and_a_fine_answer():
    known = POLICY.policy.document.clauses
    fields = set(Answers.__struct_fields__) - {"samples"}
    assert fields == questions().keys()
    for name, question in questions().items():
        assert question.clauses, name
        assert set(question.clauses) <= known.keys(), name
        assert (question.kind == "one_of") == bool(question.options), name
        assert set(question.only_for) <= {category.value for category in Category}, name
        assert set(question.only_to) <= {one.iso2 for one in countries()}, name


def test_the_rules_that_are_named_are_rules():
    assert {rule.id for rule in RULEBOOK} >= NOT_OF_A_PLAN | OF_ANY_TEXT


def test_a_plan_that_says_nothing_is_not_called_fine():
    found = assess(Answers(), POLICY, NOW)
    assert found.mark == "mind"
    assert set(found.unanswered) == questions().keys()
    assert found.judged == 0


@pytest.mark.parametrize(
    ("changes", "asked"),
    [
        ({}, False),
        ({"countries": ["US"], "senders": ["+18005550199"]}, True),
        ({"countries": ["BE", "US"]}, True),
        ({"countries": []}, True),
        ({"countries": None}, True),
    ],
)
def test_a_question_is_asked_where_it_has_a_meaning(changes, asked):
    assert ("health" in assessed(without=("health",), **changes).unanswered) == asked


@pytest.mark.parametrize(
    ("categories", "asked"),
    [(["transactional"], False), (["promotional"], True), (["otp", "promotional"], True), (None, True)],
)
def test_questions_about_offers_are_asked_of_who_sends_offers(categories, asked):
    found = assessed(without=("proof", "frequency", "hours", "do_not_call"), categories=categories)
    assert ({"proof", "frequency", "hours", "do_not_call"} <= set(found.unanswered)) == asked


def test_an_empty_list_is_an_answer():
    assert "content" not in assessed(content=[]).unanswered
    assert "content" in assessed(content=None).unanswered


@pytest.mark.parametrize(
    ("changes", "point"),
    [
        ({"opt_out": "reply"}, ("P4", "opt_out", "mind")),
        ({"opt_out": "reply", "categories": ["promotional"]}, ("P4", "opt_out", "change")),
        ({"recipients": "customers", "categories": ["promotional"]}, ("P4", "recipients", "mind")),
        ({"categories": ["alert"]}, ("P2", "categories", "mind")),
        ({"emergency": "warn"}, ("P2", "emergency", "mind")),
        ({"samples": [{"text": "Hi", "category": "otp"}]}, ("U20", "categories", "mind")),
    ],
)
def test_answers_that_do_not_go_together_are_told(changes, point):
    assert point in points(assessed(**changes))


@pytest.mark.parametrize(
    "changes",
    [
        {"opt_out": "reply"},
        {"recipients": "customers"},
        {"samples": [{"text": "Hi", "category": "transactional"}]},
    ],
)
def test_answers_that_do_go_together_are_not(changes):
    assert not points(assessed(senders=["+32460000000"], **changes)) & {
        ("P4", "opt_out", "mind"),
        ("P4", "recipients", "mind"),
        ("U20", "categories", "mind"),
    }


def test_regulated_content_needs_a_clearance_and_a_country_that_allows_it():
    found = assessed(content=["gambling", "gambling"], countries=["BE", "AE"])
    whys = [point.why for clause in found.clauses for point in clause.points if point.about == "content"]
    assert whys.count("Content about gambling needs a clearance that is not on record.") == 1
    assert any(why.startswith("United Arab Emirates prohibits") for why in whys)


def test_a_clearance_on_record_counts():
    cleared = AccountRecord(name="Acme", clearances=(Clearance("gambling"), Clearance("alert")))
    planned = {"content": ["gambling"], "countries": [], "categories": ["transactional", "alert"]}
    assert not points(assessed(cleared, **planned), "content")
    assert ("P2", "categories", "mind") not in points(assessed(cleared, **planned))
    ended = AccountRecord(clearances=(Clearance("gambling", until=NOW.date().replace(year=2025)),))
    assert points(assessed(ended, content=["gambling"]), "content")


def test_a_plan_beyond_what_the_account_declared_is_drift():
    record = AccountRecord(
        name="Acme",
        use_case=UseCase(categories=("transactional",), countries=("BE",), senders=("acme",), daily_volume=100),
    )
    within = assessed(record, daily_volume=100)
    beyond = assessed(record, daily_volume=101, countries=["BE", "NL"], senders=["Acme", "AcmeShop"])
    drift = {about for clause, about, _ in points(beyond) if clause == "U20"}
    assert {"daily_volume", "countries", "senders"} <= drift
    assert not any(clause == "U20" for clause, *_ in points(within))


def test_senders_are_judged_for_each_country_even_without_samples():
    found = assessed(without=("samples",), countries=["BE", "IN"])
    unregistered = [point for clause in found.clauses for point in clause.points if point.rule == "sender-unregistered"]
    assert found.judged == 2
    assert [(point.about, point.where) for point in unregistered] == [("sender", "Acme to IN")]


def test_a_registration_on_record_counts():
    record = AccountRecord(name="Acme", registrations=(Registration("sender", "IN", "acme"),))
    found = assessed(record, without=("samples",), countries=["IN"])
    assert not [1 for clause in found.clauses for point in clause.points if point.rule == "sender-unregistered"]


def test_a_sample_is_judged_like_a_message_and_its_point_says_which():
    offer = {"text": "Acme: 20% off all shoes until Friday! shop.example", "category": "promotional"}
    found = assessed(samples=[WELL["samples"][0], offer], categories=["transactional", "promotional"])
    by_rule = {point.rule: point for clause in found.clauses for point in clause.points if point.rule}
    assert by_rule["opt-out-missing"].about == "sample 2"
    assert by_rule["opt-out-missing"].remedy


def test_the_hour_of_the_assessment_says_nothing_of_the_plan():
    offer = {"text": "Acme: 20% off all shoes! Reply STOP to opt out.", "category": "promotional"}
    found = assessed(samples=[offer], categories=["promotional"], countries=["BE", "FR", "DE"])
    assert "quiet-hours" not in {point.rule for clause in found.clauses for point in clause.points}


def test_every_sample_is_judged_before_any_is_judged_everywhere():
    samples = [{"text": f"Acme: parcel {number} is here."} for number in range(50)]
    bad = {"text": "Acme: install http://192.0.2.1/a.apk now"}
    everywhere = [one.iso2 for one in countries()][:200]
    found = assessed(samples=[*samples[:49], bad], countries=everywhere)
    assert (found.judged, found.cut) == (MOST_JUDGED, True)
    assert any(point.about == "sample 50" for clause in found.clauses for point in clause.points)


def test_a_step_is_small_and_the_result_is_that_of_one_go():
    plan = read_plan({**WELL, "countries": ["BE", "NL", "IN"], "senders": ["Acme", "+32460000000"]})
    assessor = Assessor(plan, POLICY, NOW)
    steps = sum(1 for _ in assessor.steps())
    assert steps > 6
    assert assessor.result() == assess(plan, POLICY, NOW)


@pytest.mark.parametrize(
    ("plan", "words"),
    [
        ({"brand": 5}, "brand must be text"),
        ({"recipients": "bougt"}, "recipients: there is no answer 'bougt'. Did you mean bought?"),
        ({"recipients": "x" * 10_000}, "there is no answer 'xxx"),
        ({"countries": ["be"]}, "countries: 'be' is no country"),
        ({"senders": ["0470123456"]}, "senders: '0470123456' is no sender id"),
        ({"samples": [{"txt": "x"}]}, "samples[1] has no field 'txt'. Did you mean text?"),
        ({"samples": [{}]}, "samples[1] lacks 'text'"),
        ({"samples": {}}, "samples must be a list"),
        ({"x" * 10_000: 1}, "The document has no field"),
    ],
)
def test_a_wrong_answer_is_one_clear_error_that_names_it(plan, words):
    with pytest.raises(SettingsError) as error:
        assess(read_plan(plan), POLICY, NOW)
    assert words in str(error.value)
    assert len(str(error.value)) < 500


PLANS = st.fixed_dictionaries(
    {},
    optional={
        **{
            name: st.sampled_from([*question.options, ""]) for name, question in questions().items() if question.options
        },
        "categories": st.lists(st.sampled_from([category.value for category in Category])),
        "countries": st.lists(st.sampled_from(["BE", "US", "IN", "AE", "AX"]), max_size=3),
        "senders": st.lists(st.sampled_from(["Acme", "+32460000000", "3535", "Bank"]), max_size=3),
        "content": st.lists(st.sampled_from(CONTENTS)),
        "daily_volume": st.integers(0, 10**9),
        "samples": st.lists(st.builds(lambda text: {"text": text}, st.text(min_size=1, max_size=60)), max_size=2),
    },
)


@settings(max_examples=60, deadline=None)
@given(PLANS)
def test_every_plan_gets_marks_that_add_up(plan):
    found = assess(read_plan(plan), POLICY, NOW)
    order = ["fine", "mind", "change"]
    assert found.mark == max((clause.mark for clause in found.clauses), key=order.index, default="fine")
    for clause in found.clauses:
        assert clause.mark == max((point.mark for point in clause.points), key=order.index, default="fine")
        assert all(point.why and point.remedy for point in clause.points if not point.rule)
    assert msgspec.json.decode(msgspec.json.encode(found), type=type(found)) == found
