"""The policy that ships is one that an operator could adopt tomorrow."""

import re

import pytest

from comity.policy.document import Mode
from comity.policy.files import default_policy

DOCUMENT = default_policy().document
IDS = [
    *(f"G{n}" for n in range(1, 9)),
    *(f"U{n}" for n in range(1, 21)),
    *(f"P{n}" for n in range(1, 12)),
    *(f"D{n}" for n in range(1, 7)),
]
CATEGORY = {"G": "ground", "U": "use", "P": "practice", "D": "platform"}
CLAUSES = pytest.mark.parametrize("clause_id", IDS)
LONGEST_SENTENCE = 260


def test_it_has_every_clause_and_no_other():
    assert sorted(DOCUMENT.clauses) == sorted(IDS)


@CLAUSES
def test_a_clause_speaks_plainly_to_the_one_who_reads_it(clause_id):
    clause = DOCUMENT.clauses[clause_id]
    assert clause.category == CATEGORY[clause_id[0]]
    assert len(clause.title) <= 60
    assert not clause.title.endswith(".")
    for words in (clause.text, clause.guidance, *([clause.elsewhere] if clause.elsewhere else [])):
        assert words.endswith(".")
        assert max(map(len, re.split(r"(?<=[.:;]) ", words))) <= LONGEST_SENTENCE


@CLAUSES
def test_a_duty_of_the_sender_has_examples_of_both_kinds(clause_id):
    clause = DOCUMENT.clauses[clause_id]
    if clause.category != "platform":
        assert 1 <= len(clause.fine) <= 4
        assert 1 <= len(clause.not_fine) <= 4
        assert not set(clause.fine) & set(clause.not_fine)


def test_every_rule_is_enforced_and_a_named_person_has_to_accept():
    assert {setting.mode for setting in DOCUMENT.rules.values()} == {Mode.ENFORCE}
    assert DOCUMENT.acceptance_required
    assert DOCUMENT.notice_days == 30


def test_examples_lead_to_nobody():
    words = " ".join(" ".join((*one.fine, *one.not_fine)) for one in DOCUMENT.clauses.values())
    for host in re.findall(r"\b[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}\b", words):
        assert host.endswith((".example", ".invalid", ".apk", ".mobileconfig")), host
