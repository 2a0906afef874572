import inspect
import re
from pathlib import Path

import pytest

from comity.messages.verdict import for_sender
from comity.policy.document import Mode
from comity.policy.files import default_policy
from comity.screening.decide import decide
from comity.screening.judging import Facts
from comity.screening.rulebook import RULEBOOK
from comity.screening.scored import ScoredSettings
from support.corpus import judge_row, rows
from support.golden import check_golden
from support.judging import a_message, shipped, the_facts

RULES = pytest.mark.parametrize("rule", RULEBOOK, ids=lambda rule: rule.id)


def deciding_row(rule):
    """A labelled case in which the rule decides and nothing hits but what it reads; its words are kept as golden."""
    found = [row for row in rows() if row["rule"] == rule.id and row["kind"] == "hit"]
    return next(row for row in found if {f.rule for f in judge_row(row).findings} - set(rule.reads) == {rule.id})


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
    # A rule that stands on a score is what its category is; what thresholds and context do is tested for all of them.
    folder = "content/categories" if rule.settings is ScoredSettings else "screening/rules"
    assert (Path(__file__).parents[1] / folder / f"test_{rule.id.replace('-', '_')}.py").is_file()


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
def test_each_rule_decides_a_case_of_its_own_in_which_nothing_else_hits(rule):
    verdict = judge_row(deciding_row(rule))
    assert verdict.deciding().rule == rule.id


def test_what_senders_are_told_stays_word_for_word():
    told = {rule.id: for_sender(judge_row(deciding_row(rule))) for rule in RULEBOOK}
    check_golden("verdicts", told)
