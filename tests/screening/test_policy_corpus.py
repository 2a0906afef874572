"""Every labelled case under tests/corpora/policy is judged as its row says, by the whole default policy."""

import re
from collections import Counter

import pytest

from comity.screening.rulebook import RULEBOOK
from support.corpus import judge_row, rows

RULES = {rule.id: rule for rule in RULEBOOK}
ROWS = pytest.mark.parametrize("row", rows(), ids=lambda row: row["id"])
EACH_RULE = pytest.mark.parametrize("rule", RULES)


@ROWS
def test_a_case_is_judged_as_its_row_says(row):
    verdict = judge_row(row)
    found = [finding.rule for finding in verdict.findings]
    assert (row["rule"] in found) is (row["kind"] == "hit"), found
    assert verdict.action == row["action"], found
    assert not verdict.degraded


@ROWS
def test_a_row_names_a_rule_and_one_of_its_clauses(row):
    assert row["kind"] in {"hit", "near", "miss"}
    assert row["clause"] in RULES[row["rule"]].clauses
    assert row["file"] == row["rule"]


@EACH_RULE
def test_a_rule_has_hits_and_what_must_not_fire(rule):
    kinds = Counter(row["kind"] for row in rows() if row["rule"] == rule)
    assert kinds["hit"] >= 4
    assert kinds["near"] + kinds["miss"] >= kinds["hit"] / 2
    assert kinds["near"] >= 2


def test_the_corpus_is_large_and_speaks_many_languages():
    assert len(rows()) >= 600
    assert len({row["lang"] for row in rows()}) >= 12


def test_ids_are_used_once_and_say_where_they_belong():
    ids = [row["id"] for row in rows()]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(rf"{row['rule']}-\d+", row["id"]) for row in rows())
