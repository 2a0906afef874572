"""Overlays change rules for some messages, in order, for a time; what they do not name stays."""

from datetime import UTC, date, datetime
from itertools import permutations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.accounts.record import AccountRecord
from comity.messages.submission import Category
from comity.messages.verdict import Evidence
from comity.policy.document import Mode, Overlay, Policy, PolicyDocument, RuleChange, RuleSetting, When
from comity.screening.compiled import RuleError, compile_policy
from comity.screening.decide import decide
from comity.screening.judging import Facts, Hit, Rule
from support.judging import ALL_WELL, a_message, the_facts

COUNTED = []


class _Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    days: int = 7
    low: int = 0
    high: int = 9


def _prepare(settings, _document):
    COUNTED.append(settings)
    if settings.low > settings.high:
        raise ValueError("low is above high")
    return settings


def _check(_message, _facts, ready):
    return Hit((Evidence("days", observed=str(ready.days)),), "It is so.", "Mend it.")


RULES = tuple(Rule(name, ("U1",), name, (), _check, _Settings, _prepare) for name in ("a", "b", "c"))
BASE = {"a": RuleSetting(), "b": RuleSetting(action="hold", settings={"days": 3}), "c": RuleSetting(mode=Mode.OFF)}


def policy(overlays, rules=BASE):
    document = PolicyDocument("test", "t", date(2026, 1, 1), rules, overlays=overlays)
    return compile_policy(Policy(document, "00" * 32, ""), RULES)


def overlay(rules, when=None, **more):
    return Overlay("An overlay", when or When(), rules, **more)


def said(compiled, message=None, facts=ALL_WELL):
    """What the policy makes of each rule for a message."""
    variant = compiled.variant(message or a_message(), facts)
    return {one.rule.id: (one.mode, one.action, one.settings) for one in variant.rules}


NONE = said(policy({}))

WHEN = [
    ({"countries": ("BE",)}, {"countries": ("NL",)}),
    ({"categories": ("transactional",)}, {"categories": ("otp", "alert")}),
    ({"accounts": ("Acme",)}, {"accounts": ("Acme ", "acme")}),
    ({"carriers": ("main",)}, {"carriers": ("other",)}),
    ({"countries": ("NL", "BE"), "carriers": ("main",)}, {"countries": ("BE",), "carriers": ("other",)}),
]


@pytest.mark.parametrize(("fits", "fails"), WHEN)
def test_an_overlay_is_for_messages_that_all_it_names_fits(fits, fails):
    change = {"a": RuleChange(action="note")}
    assert said(policy({"o": overlay(change, When(**fits))}))["a"][1] == "note"
    assert said(policy({"o": overlay(change, When(**fails))})) == NONE


@pytest.mark.parametrize("when", [{"countries": ("BE",)}, {"accounts": ("Acme",)}, {"carriers": ("main",)}])
def test_what_is_not_known_fits_nothing_that_is_named(when):
    compiled = policy({"o": overlay({"a": RuleChange(action="note")}, When(**when))})
    assert said(compiled, a_message(country=None), Facts()) == NONE


DATES = [
    (date(2026, 3, 4), None, True),
    (date(2026, 3, 5), None, False),
    (None, date(2026, 3, 4), True),
    (None, date(2026, 3, 3), False),
    (date(2026, 3, 4), date(2026, 3, 4), True),
]


@pytest.mark.parametrize(("since", "until", "holds"), DATES)
def test_an_overlay_holds_from_its_first_day_until_its_last(since, until, holds):
    compiled = policy({"o": overlay({"a": RuleChange(action="note")}, since=since, until=until)})
    assert (said(compiled) != NONE) is holds
    assert said(compiled, a_message(at=None)) == NONE


def test_its_days_are_those_of_utc():
    compiled = policy({"o": overlay({"a": RuleChange(action="note")}, since=date(2026, 3, 5))})
    assert said(compiled, a_message(at=datetime.fromisoformat("2026-03-04T23:00:00-05:00"))) != NONE
    assert said(compiled, a_message(at=datetime(2026, 3, 4, 23, 59, tzinfo=UTC))) == NONE


def test_settings_are_changed_one_by_one():
    found = said(policy({"o": overlay({"b": RuleChange(settings={"high": 5})})}))["b"]
    assert found == (Mode.ENFORCE, "hold", _Settings(days=3, high=5))


def test_a_rule_that_is_off_may_be_switched_on_here():
    compiled = policy({"o": overlay({"c": RuleChange(mode=Mode.MONITOR)}, When(countries=("BE",)))})
    assert said(compiled)["c"][0] is Mode.MONITOR
    assert "c" not in said(compiled, a_message(country="NL"))


def test_a_rule_may_be_switched_off_here():
    assert "a" not in said(policy({"o": overlay({"a": RuleChange(mode=Mode.OFF)})}))


def test_a_finding_cites_the_overlay_and_its_clauses():
    carrier = overlay({"a": RuleChange(action="note")}, When(carriers=("main",)), clauses=("U11",))
    verdict = decide(a_message(), the_facts(carrier="main"), policy({"carrier-x": carrier}))
    found = {finding.rule: (finding.overlay, finding.clauses) for finding in verdict.findings}
    assert found == {"a": ("carrier-x", ("U1", "U11")), "b": ("", ("U1",))}


def test_what_could_not_be_judged_under_an_overlay_cites_it_too():
    def broken(*_):
        raise ZeroDivisionError

    rule = Rule("a", ("U1",), "a", (), broken)
    strict = overlay({"a": RuleChange(on_failure="hold")}, clauses=("U11", "U1"))
    document = PolicyDocument("test", "t", date(2026, 1, 1), {"a": RuleSetting()}, overlays={"carrier-x": strict})
    (finding,) = decide(a_message(), ALL_WELL, compile_policy(Policy(document, "", ""), (rule,))).findings
    assert (finding.action, finding.overlay, finding.clauses) == ("hold", "carrier-x", ("U1", "U11"))


def test_of_several_overlays_the_later_wins_and_is_cited():
    one, other = overlay({"a": RuleChange(action="note")}), overlay({"a": RuleChange(action="hold")})
    for first, second in permutations([("one", one), ("other", other)]):
        verdict = decide(a_message(), ALL_WELL, policy(dict([first, second])))
        (found,) = (finding for finding in verdict.findings if finding.rule == "a")
        assert (found.overlay, found.action) == (second[0], second[1].rules["a"].action)


def test_account_and_country_together():
    overlays = {
        "nl": overlay({"a": RuleChange(settings={"days": 1})}, When(countries=("BE",))),
        "acme": overlay({"a": RuleChange(action="hold")}, When(accounts=("Acme",))),
    }
    facts = the_facts(account=AccountRecord(name="Other"))
    assert said(policy(overlays))["a"] == (Mode.ENFORCE, "hold", _Settings(days=1))
    assert said(policy(overlays), facts=facts)["a"] == (Mode.ENFORCE, "refuse", _Settings(days=1))


def test_what_cannot_hold_together_is_left_to_the_last_and_judging_goes_on():
    overlays = {
        "one": overlay({"a": RuleChange(settings={"low": 8})}),
        "other": overlay({"a": RuleChange(settings={"high": 2})}),
    }
    assert said(policy(overlays))["a"][2] == _Settings(high=2)


WRONG = [
    ({"a": RuleChange(action="explode")}, ("overlays", "o", "rules", "a", "action")),
    ({"a": RuleChange(on_missing="note")}, ("overlays", "o", "rules", "a", "on_missing")),
    ({"a": RuleChange(settings={"days": "many"})}, ("overlays", "o", "rules", "a", "settings", "days")),
    ({"a": RuleChange(settings={"low": 10})}, ("overlays", "o", "rules", "a", "settings")),
    ({"z": RuleChange()}, ("overlays", "o", "rules", "z")),
]


@pytest.mark.parametrize(("rules", "path"), WRONG)
def test_what_is_wrong_in_an_overlay_shows_when_the_policy_is_compiled(rules, path):
    with pytest.raises(RuleError) as caught:
        policy({"o": overlay(rules, When(countries=("KP",)))})
    assert caught.value.path == path
    assert caught.value.remedy


def test_what_is_wrong_in_a_rule_carries_its_place():
    with pytest.raises(RuleError) as caught:
        policy({}, {"b": RuleSetting(settings={"days": None})})
    assert caught.value.path == ("rules", "b", "settings", "days")


def test_a_rule_that_no_overlay_changes_is_compiled_once_for_all():
    COUNTED.clear()
    overlays = {f"o{number}": overlay({"a": RuleChange(settings={"days": number})}) for number in range(20)}
    compiled = policy(overlays)
    said(compiled)
    assert len(COUNTED) == 2 + 20 + 1
    assert compiled.variant(a_message(), ALL_WELL).by_id["b"] is compiled.base.by_id["b"]


def test_messages_that_differ_in_nothing_that_overlays_ask_share_a_variant():
    compiled = policy({"o": overlay({"a": RuleChange(action="note")}, When(countries=("BE",)))})
    first = compiled.variant(a_message(), ALL_WELL)
    assert compiled.variant(a_message(category=Category.OTP), Facts()) is first
    assert compiled.variant(a_message(country="NL"), ALL_WELL) is compiled.variant(a_message(country="FR"), ALL_WELL)


def test_settings_under_every_overlay_are_told_to_who_loads_facts():
    overlays = {
        "nl": overlay({"a": RuleChange(settings={"days": 30})}, When(countries=("NL",))),
        "on": overlay({"c": RuleChange(mode=Mode.ENFORCE, settings={"days": 90})}, When(countries=("FR",))),
    }
    compiled = policy(overlays)
    assert {settings.days for settings in compiled.all_settings_of("a")} == {7, 30}
    assert {settings.days for settings in compiled.all_settings_of("c")} == {90}


MODES = st.none() | st.sampled_from(Mode)
ACTIONS = st.none() | st.sampled_from(["note", "hold", "refuse"])
CHANGE = st.builds(RuleChange, mode=MODES, action=ACTIONS, settings=st.dictionaries(st.just("days"), st.integers(1, 9)))
WHENS = st.builds(
    When,
    countries=st.sampled_from([(), ("BE",), ("NL",)]),
    categories=st.sampled_from([(), ("otp",), ("transactional",)]),
    accounts=st.sampled_from([(), ("Acme",), ("Other",)]),
)
OVERLAY = st.builds(overlay, st.dictionaries(st.sampled_from("abc"), CHANGE, max_size=3), WHENS)
OVERLAYS = st.dictionaries(st.sampled_from(["o1", "o2", "o3", "o4"]), OVERLAY, max_size=4)
MESSAGES = st.builds(
    lambda country, category: a_message(country=country, category=category),
    st.sampled_from(["BE", "NL", None]),
    st.sampled_from([Category.OTP, Category.TRANSACTIONAL]),
)


def expected(overlays, message, facts=ALL_WELL):
    """The law in plain words: take the base, go through the overlays that fit in order, change what each names."""
    account = facts.account.name
    settings = dict(BASE)
    for one in overlays.values():
        when = one.when
        asked = ((when.countries, message.country), (when.categories, message.category), (when.accounts, account))
        if all(not named or value in named for named, value in asked):
            for rule, change in one.rules.items():
                held = settings[rule]
                settings[rule] = RuleSetting(
                    mode=held.mode if change.mode is None else change.mode,
                    action=held.action if change.action is None else change.action,
                    settings=held.settings | change.settings,
                )
    return {
        rule: (one.mode, one.action, _Settings(**one.settings))
        for rule, one in settings.items()
        if one.mode is not Mode.OFF
    }


@given(OVERLAYS, MESSAGES)
def test_overlays_are_applied_in_their_order(overlays, message):
    assert said(policy(overlays), message) == expected(overlays, message)


@given(MESSAGES)
def test_without_overlays_the_base_holds_for_every_message(message):
    assert policy({}).variant(message, ALL_WELL) is policy({}).base or said(policy({}), message) == NONE


@given(st.dictionaries(st.sampled_from(["o1", "o2"]), WHENS, max_size=2), MESSAGES)
def test_an_overlay_that_names_nothing_changes_nothing(whens, message):
    empty = {name: overlay({}, when) for name, when in whens.items()}
    unchanged = {name: overlay({"a": RuleChange(), "c": RuleChange()}, when) for name, when in whens.items()}
    assert said(policy(empty), message) == said(policy(unchanged), message) == NONE


@given(OVERLAYS, MESSAGES)
def test_a_rule_that_is_off_stays_off_unless_an_overlay_says_its_mode(overlays, message):
    silent = {
        name: msgspec.structs.replace(
            one, rules={rule: msgspec.structs.replace(change, mode=None) for rule, change in one.rules.items()}
        )
        for name, one in overlays.items()
    }
    assert "c" not in said(policy(silent), message)


@given(OVERLAYS, MESSAGES)
def test_overlays_that_change_different_rules_may_change_places(overlays, message):
    apart = {
        name: msgspec.structs.replace(one, rules={rule: change for rule, change in one.rules.items() if rule == own})
        for (name, one), own in zip(overlays.items(), "abca", strict=False)
        if name != "o4"
    }
    assert said(policy(apart), message) == said(policy(dict(reversed(apart.items()))), message)
