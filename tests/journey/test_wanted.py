"""Facts are looked up for the rules that need them, as far back as the longest asks, under any overlay."""

from datetime import date, timedelta

import msgspec
import pytest

from comity.accounts.account import Account, Standing
from comity.accounts.record import AccountRecord, UseCase
from comity.content.scores import Scores
from comity.journey.wanted import TemplatesKept, wanted_of
from comity.messages.submission import Category
from comity.policy.document import Mode, Overlay, Policy, PolicyDocument, RuleChange, RuleSetting, When
from comity.screening.compiled import CompiledPolicy
from comity.screening.judging import MISS, Rule
from comity.screening.rulebook import RULEBOOK
from comity.senders.read import read_sender


class Settings(msgspec.Struct):
    days: int = 0
    window_days: int = 0
    distance: int = 8
    otp_window_min: int = 10
    promotional_window_h: int = 0
    transactional_window_min: int = 0


def a_rule(rule_id, *needs):
    return Rule(rule_id, ("P7",), rule_id, needs, lambda _m, _f, _s: MISS, Settings)


RULES = (
    a_rule("repeated-text", "recent"),
    a_rule("frequency-cap", "recent"),
    a_rule("unanswered-series", "recent", "heard"),
    a_rule("snowshoe", "spread"),
    a_rule("personal-number-bulk", "traffic"),
    a_rule("use-case-drift", "traffic"),
    a_rule("other-traffic", "traffic"),
    a_rule("link-listed", "listed"),
)


def wanted(*overlays, **rules):
    settings = {name.replace("_", "-"): RuleSetting(settings=given) for name, given in rules.items()}
    document = PolicyDocument(
        version="1", title="Test", effective=date(2026, 1, 1), rules=settings, overlays=dict(enumerate(overlays))
    )
    return wanted_of(CompiledPolicy(Policy(document, "", ""), RULES))


def test_a_policy_without_such_rules_wants_nothing():
    nothing = wanted()
    assert (nothing.heard, nothing.spread, nothing.traffic, nothing.listed, nothing.recent) == (False,) * 4 + ({},)


@pytest.mark.parametrize(
    ("rule", "fact"),
    [("unanswered_series", "heard"), ("snowshoe", "spread"), ("other_traffic", "traffic"), ("link_listed", "listed")],
)
def test_a_rule_that_is_on_has_its_facts_looked_up(rule, fact):
    assert getattr(wanted(**{rule: {}}), fact)


@pytest.mark.parametrize(
    ("rules", "windows"),
    [
        (
            {"repeated_text": {"promotional_window_h": 24, "transactional_window_min": 10}},
            {Category.PROMOTIONAL: timedelta(hours=24), Category.TRANSACTIONAL: timedelta(minutes=10)},
        ),
        (
            {"frequency_cap": {"days": 30}},
            {Category.PROMOTIONAL: timedelta(days=30), Category.OTP: timedelta(minutes=10)},
        ),
        ({"unanswered_series": {"window_days": 90}}, {Category.PROMOTIONAL: timedelta(days=90)}),
        (
            {
                "repeated_text": {"promotional_window_h": 24 * 40},
                "frequency_cap": {"days": 30},
                "unanswered_series": {"window_days": 35},
            },
            {
                Category.PROMOTIONAL: timedelta(days=40),
                Category.TRANSACTIONAL: timedelta(0),
                Category.OTP: timedelta(minutes=10),
            },
        ),
    ],
)
def test_earlier_texts_are_looked_up_as_far_back_as_the_longest_rule_asks(rules, windows):
    assert wanted(**rules).recent == windows


def test_overlays_count_too():
    windows = {"repeated-text": RuleChange(settings={"promotional_window_h": 24 * 50})}
    found = wanted(Overlay("France", When(countries=("FR",)), windows), repeated_text={"promotional_window_h": 24})
    assert found.recent[Category.PROMOTIONAL] == timedelta(days=50)


@pytest.mark.parametrize("rule_id", ["repeated-text", "unanswered-series"])
def test_what_only_an_overlay_switches_on_is_looked_up(rule_id):
    assert rule_id in {rule.id for rule in RULEBOOK}
    on = {rule_id: RuleChange(mode=Mode.ENFORCE)}
    found = wanted(Overlay("France", When(countries=("FR",)), on), snowshoe={})
    assert found.heard is (rule_id == "unanswered-series")
    assert (Category.TRANSACTIONAL in found.recent) is (rule_id == "repeated-text")


def test_the_distance_of_texts_is_the_policys():
    assert wanted(snowshoe={"distance": 3}).spread_distance == 3


def an_account(record):
    return Account(1, "a", Standing.GOOD, "otp", "UTC", {}, frozenset(), record=record)


@pytest.mark.parametrize(
    ("rule", "sender", "volume", "asked"),
    [
        ("personal_number_bulk", "+32470123456", None, True),
        ("personal_number_bulk", "8850", None, False),
        ("personal_number_bulk", "Acme", 500, False),
        ("use_case_drift", "Acme", 500, True),
        ("use_case_drift", "+32470123456", None, False),
        ("other_traffic", "Acme", None, True),
    ],
)
def test_traffic_is_looked_up_of_those_whom_a_rule_judges_by_it(rule, sender, volume, asked):
    account = an_account(AccountRecord(use_case=UseCase(daily_volume=volume)))
    assert wanted(**{rule: {}}).traffic_of(account, read_sender(sender)) is asked
    assert not wanted(repeated_text={}).traffic_of(account, read_sender(sender))


def scored(*overlays, **rules):
    settings = {name: RuleSetting(settings=given) for name, given in rules.items()}
    document = PolicyDocument(
        version="1", title="Test", effective=date(2026, 1, 1), rules=settings, overlays=dict(enumerate(overlays))
    )
    return wanted_of(CompiledPolicy(Policy(document, "", ""), RULEBOOK))


@pytest.mark.parametrize(
    ("rules", "scores", "asks"),
    [
        ({}, Scores(phishing=1.0), False),
        ({"phishing": {}}, Scores(phishing=0.5), True),
        ({"phishing": {}}, Scores(phishing=0.499), False),
        ({"phishing": {}}, Scores(fraud=1.0, spam=1.0), False),
        ({"phishing": {"by_class": {"alert": {"note_at": 0.3}}}}, Scores(phishing=0.3), True),
        ({"phishing": {}, "hate": {}}, Scores(hate=0.6), True),
        ({"phishing": {}, "hate": {}}, Scores(), False),
    ],
)
def test_what_was_sent_of_a_template_is_asked_only_of_texts_that_some_rule_notes(rules, scores, asks):
    assert scored(**rules).context_of(scores) is asks


@pytest.mark.parametrize(
    ("settings", "scores", "category", "asks"),
    [
        ({"contact_days": 30}, Scores(solicitation=0.5), Category.TRANSACTIONAL, True),
        ({"contact_days": 30}, Scores(solicitation=0.5), Category.OTP, True),
        ({"contact_days": 30}, Scores(solicitation=0.4), Category.TRANSACTIONAL, False),
        ({"contact_days": 30}, Scores(), Category.PROMOTIONAL, False),
        ({}, Scores(solicitation=1.0), Category.TRANSACTIONAL, False),
    ],
)
def test_contact_is_asked_of_who_asks_for_confidential_data(settings, scores, category, asks):
    assert scored(solicitation=settings).heard_of(category, scores) is asks


def test_contact_is_asked_of_what_promotes_where_a_rule_on_promotion_asks():
    asked = wanted(unanswered_series={})
    assert asked.heard_of(Category.PROMOTIONAL, Scores())
    assert not asked.heard_of(Category.TRANSACTIONAL, Scores(solicitation=1.0))


def test_an_overlay_may_ask_earlier_and_for_longer():
    stricter = Overlay(
        "x",
        When(countries=("BE",)),
        {"phishing": RuleChange(settings={"levels": {"note_at": 0.2}, "kept_days": 900, "seldom_sent": 3})},
    )
    found = scored(stricter, phishing={})
    assert found.context_of(Scores(phishing=0.2))
    assert found.kept == TemplatesKept(900, 14, 3)
