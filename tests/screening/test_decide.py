from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.base.errors import SettingsError
from comity.messages.submission import Category
from comity.messages.verdict import Action, Evidence, Result, Verdict
from comity.policy.document import Mode, RuleSetting
from comity.screening.decide import decide
from comity.screening.judging import MISS, Abstain, Facts, Hit, Rule
from support.judging import ALL_WELL, NOON, a_message, a_policy, shipped

ACTIONS = [action.word for action in Action]


def hit(**changes):
    return Hit((Evidence("x"),), "It is so.", "Mend it.", **changes)


def rule(name, answer):
    def check(_message, _facts, _settings):
        if isinstance(answer, Exception):
            raise answer
        return answer

    return Rule(name, ("U1",), name, (), check)


def judge(*pairs, facts=ALL_WELL):
    """Judge by rules that answer as told: pairs of an answer and a setting."""
    rules = [rule(f"r{number}", answer) for number, (answer, _) in enumerate(pairs)]
    settings = {f"r{number}": setting for number, (_, setting) in enumerate(pairs)}
    return decide(a_message(), facts, a_policy(*rules, **settings))


SETTING = RuleSetting()
SHIPPED = shipped()


@given(st.lists(st.sampled_from(ACTIONS), max_size=6))
def test_the_strongest_enforced_action_wins(actions):
    verdict = judge(*((hit(), RuleSetting(action=action)) for action in actions))
    assert verdict.action == max(actions, key=ACTIONS.index, default="allow")
    assert [f.action for f in verdict.findings] == sorted(actions, key=ACTIONS.index, reverse=True)


@given(st.lists(st.tuples(st.sampled_from(ACTIONS), st.sampled_from([Mode.ENFORCE, Mode.MONITOR])), max_size=6))
def test_what_only_watches_is_recorded_and_never_acted_on(settings):
    verdict = judge(*((hit(), RuleSetting(mode=mode, action=action)) for action, mode in settings))
    enforced = [action for action, mode in settings if mode is Mode.ENFORCE]
    assert verdict.action == max(enforced, key=ACTIONS.index, default="allow")
    assert len(verdict.findings) == len(settings)
    assert [f.enforced for f in verdict.findings] == sorted((f.enforced for f in verdict.findings), reverse=True)
    assert set(verdict.results.values()) <= {"hit"}


def test_a_rule_that_is_off_is_not_asked():
    verdict = judge((RuntimeError(), RuleSetting(mode=Mode.OFF)))
    assert (verdict.action, verdict.results, verdict.degraded) == ("allow", {}, False)


def test_a_rule_that_the_policy_does_not_name_is_off():
    assert a_policy(rule("r0", hit())).rules == ()


def test_no_rule_is_skipped_because_another_hit():
    verdict = judge((hit(), SETTING), (MISS, SETTING), (Abstain("x"), SETTING), (hit(), SETTING))
    assert list(verdict.results.values()) == ["hit", "miss", "abstain", "hit"]
    assert len(verdict.findings) == 2


@pytest.mark.parametrize("error", [ValueError("secret text"), KeyError("x"), ZeroDivisionError(), RecursionError()])
@pytest.mark.parametrize(("on_failure", "findings"), [("allow", 0), ("hold", 1), ("refuse", 1)])
def test_a_rule_that_raises_is_recorded_as_failed(error, on_failure, findings):
    verdict = judge((error, RuleSetting(on_failure=on_failure)), (MISS, SETTING))
    assert verdict.action == on_failure
    assert verdict.degraded
    assert verdict.results == {"r0": "failed", "r1": "miss"}
    assert len(verdict.findings) == findings
    assert b"secret text" not in msgspec.json.encode(verdict)


def test_a_rule_that_raises_while_it_only_watches_holds_nothing():
    verdict = judge((ValueError(), RuleSetting(mode=Mode.MONITOR, on_failure="refuse")))
    assert (verdict.action, verdict.degraded) == ("allow", True)


def test_an_abstention_neither_hits_nor_degrades():
    verdict = judge((Abstain("zones"), RuleSetting(on_failure="refuse")))
    assert (verdict.action, verdict.degraded, verdict.results) == ("allow", False, {"r0": Result.ABSTAIN.value})


def test_a_hit_may_ask_for_another_action_than_the_policy():
    assert judge((hit(action="hold"), RuleSetting(action="refuse"))).action == "hold"


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("asked", ["", "hold"])
def test_what_is_sealed_is_refused_whatever_the_policy_says(action, asked):
    verdict = judge((hit(seal=True, action=asked), RuleSetting(action=action)))
    assert (verdict.action, verdict.sealing()) == ("refuse", verdict.findings[0])


def test_of_several_that_defer_the_latest_moment_counts():
    later = NOON + timedelta(hours=3)
    defer = RuleSetting(action="defer")
    verdict = judge((hit(until=NOON), defer), (hit(until=later), defer))
    assert (verdict.action, verdict.until) == ("defer", later)


@pytest.mark.parametrize("stronger", ["hold", "refuse"])
def test_what_is_not_deferred_has_no_moment(stronger):
    verdict = judge((hit(until=NOON), RuleSetting(action="defer")), (hit(), RuleSetting(action=stronger)))
    assert verdict.until is None


@pytest.mark.parametrize("action", ACTIONS)
def test_a_finding_names_a_moment_only_where_it_defers(action):
    (finding,) = judge((hit(until=NOON), RuleSetting(action=action))).findings
    assert finding.until == (NOON if action == "defer" else None)


def test_a_moment_of_a_finding_that_defers_nothing_moves_no_other():
    noted = (hit(until=NOON + timedelta(hours=9)), RuleSetting(action="note"))
    verdict = judge(noted, (hit(until=NOON), RuleSetting(action="defer")))
    assert (verdict.action, verdict.until) == ("defer", NOON)


def test_one_that_watches_moves_no_moment():
    far = datetime(2030, 1, 1, tzinfo=UTC)
    verdict = judge(
        (hit(until=NOON), RuleSetting(action="defer")),
        (hit(until=far), RuleSetting(mode=Mode.MONITOR, action="defer")),
    )
    assert verdict.until == NOON


def test_the_reviewer_is_told_the_senders_sentence_when_there_is_no_other():
    verdict = judge((hit(), SETTING), (hit(reviewer="Look here."), SETTING))
    assert [f.reviewer for f in verdict.findings] == ["It is so.", "Look here."]


def test_a_verdict_names_the_policy_and_keeps_the_facts():
    verdict = judge((MISS, SETTING))
    assert (verdict.policy, verdict.digest, verdict.facts) == ("test", "00" * 32, ALL_WELL.kept())


@settings(deadline=None)  # the first message has the word lists read
@given(st.sampled_from(Category), st.booleans(), st.booleans(), st.booleans(), st.none() | st.just(()))
def test_a_stored_verdict_is_reached_again_from_its_own_facts(category, granted, opted_out, accepted, recent):
    facts = Facts("good", accepted, granted, opted_out, consent_known=True, recent=recent, zones=("Europe/Brussels",))
    message, policy = a_message(category=category), SHIPPED
    verdict = decide(message, facts, policy)
    stored = msgspec.json.decode(msgspec.json.encode(verdict), type=Verdict)
    assert decide(message, msgspec.convert(stored.facts, Facts), policy) == verdict


@pytest.mark.parametrize(
    ("rules", "names"),
    [
        ({"no_such_rule": RuleSetting()}, "no-such-rule"),
        ({"quiet_hours": RuleSetting(action="explode")}, "explode"),
        ({"quiet_hours": RuleSetting(on_failure="defer")}, "defer"),
        ({"quiet_hours": RuleSetting(settings={"defualt": "x"})}, "defualt"),
        ({"quiet_hours": RuleSetting(settings={"default": "25:00-26:00"})}, "25:00-26:00"),
        ({"quiet_hours": RuleSetting(settings={"default": "always"})}, "always"),
        ({"undeclared_promotion": RuleSetting(settings={"threshold": 1.5})}, "threshold"),
        ({"undeclared_promotion": RuleSetting(settings={"threshold": "high"})}, "threshold"),
        ({"repeated_text": RuleSetting(settings={"similar_action": "explode"})}, "explode"),
        ({"repeated_text": RuleSetting(settings={"promotional_window_h": 10**9})}, "promotional_window_h"),
        ({"repeated_text": RuleSetting(settings={"transactional_window_min": -1})}, "transactional_window_min"),
        ({"recipient_opted_out": RuleSetting(settings={"exempt": ["friends"]})}, "friends"),
    ],
)
def test_a_policy_that_cannot_be_judged_by_is_refused_with_a_remedy(rules, names):
    with pytest.raises(SettingsError) as caught:
        a_policy(**rules)
    assert names in caught.value.what
    assert caught.value.remedy


def test_settings_are_told_to_who_loads_facts_and_only_enforced_ones_to_who_acts():
    watching = a_policy(quiet_hours=RuleSetting(mode=Mode.MONITOR))
    assert watching.settings_of("quiet-hours") is not None
    assert watching.settings_of("quiet-hours", enforced=True) is None
    assert shipped().settings_of("quiet-hours", enforced=True) is not None
    assert watching.settings_of("repeated-text") is None
