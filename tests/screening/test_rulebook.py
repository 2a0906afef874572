import inspect
import re
from pathlib import Path

import pytest

from comity.accounts.account import Standing
from comity.messages.submission import Category
from comity.messages.verdict import for_sender
from comity.policy.document import Mode, default_policy
from comity.screening.decide import decide
from comity.screening.judging import Facts, RecentText
from comity.screening.rulebook import RULEBOOK
from comity.text.fold import same_text_key
from comity.text.similar import similarity_hash
from support.golden import check_golden
from support.judging import NOON, TEXT, a_message, shipped, the_facts

RULES = pytest.mark.parametrize("rule", RULEBOOK, ids=lambda rule: rule.id)
PROMOTION = a_message(category=Category.PROMOTIONAL)
NIGHT = NOON.replace(hour=2)
AGREED = the_facts(consent_known=True)
SAME = RecentText(NOON, same_text_key(TEXT), similarity_hash(TEXT))

# For each rule a case in which it decides; what the sender is told is kept in tests/golden/verdicts.json.
CASES = {
    "account-not-in-standing": (a_message(), the_facts(standing=Standing.SUSPENDED.value)),
    "policy-not-accepted": (a_message(), the_facts(policy_accepted=False)),
    "emergency-destination": (a_message(to="112", recipient="112", country=None), the_facts()),
    "sender-not-granted": (a_message(), the_facts(sender_granted=False)),
    "recipient-opted-out": (a_message(), the_facts(opted_out=True)),
    "undeclared-promotion": (a_message(promotion=0.98), the_facts()),
    "promotion-without-consent": (PROMOTION, the_facts(consent=None)),
    "quiet-hours": (a_message(at=NIGHT, country="ZZ", category=Category.PROMOTIONAL), the_facts(consent_known=False)),
    "repeated-text": (a_message(), the_facts(recent=(SAME,))),
}


def test_every_rule_of_the_rulebook_has_settings_in_the_default_policy_and_the_other_way_round():
    assert set(default_policy().document.rules) == {rule.id for rule in RULEBOOK}


def test_every_rule_is_enforced_by_the_default_policy():
    assert {setting.mode for setting in default_policy().document.rules.values()} == {Mode.ENFORCE}


def test_ids_are_used_once():
    assert len({rule.id for rule in RULEBOOK}) == len(RULEBOOK)


@RULES
def test_a_rule_has_its_own_file_named_as_it_is(rule):
    assert inspect.getmodule(rule.check).__name__ == f"comity.screening.rules.{rule.id.replace('-', '_')}"


@RULES
def test_a_rule_has_its_own_table_of_tests(rule):
    assert (Path(__file__).parent / "rules" / f"test_{rule.id.replace('-', '_')}.py").is_file()


@RULES
def test_a_rule_names_its_clauses(rule):
    assert rule.clauses
    assert all(re.fullmatch(r"[UPGD]\d{1,2}", clause) for clause in rule.clauses)


@RULES
def test_what_a_rule_needs_are_facts(rule):
    assert set(rule.needs) <= set(Facts.__struct_fields__)


@RULES
def test_a_rule_abstains_or_misses_when_nothing_is_known(rule):
    assert decide(a_message(None, at=None), Facts(), shipped()).results[rule.id] in {"abstain", "miss"}


@RULES
def test_a_rule_is_silent_when_all_is_well(rule):
    assert decide(a_message(), the_facts(), shipped()).results[rule.id] == "miss"


def test_when_all_is_well_nothing_is_found():
    verdict = decide(a_message(), the_facts(), shipped())
    assert (verdict.action, verdict.findings, verdict.degraded) == ("allow", (), False)


@RULES
def test_each_rule_decides_its_own_case_and_nothing_else_hits(rule):
    verdict = decide(*CASES[rule.id], shipped())
    assert [finding.rule for finding in verdict.findings] == [rule.id]
    assert verdict.deciding().rule == rule.id


def test_what_senders_are_told_stays_word_for_word():
    policy = shipped()
    told = {name: for_sender(decide(*case, policy)) for name, case in CASES.items()}
    check_golden("verdicts", told)
