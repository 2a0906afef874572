"""Generated pages say what the code says now, and rules, clauses and pages point at each other."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from comity.edges.cli.reference.examples import examples_of
from comity.edges.cli.reference.figures import FAMILIES, documented
from comity.edges.cli.reference.pages import pages, stale
from comity.policy.files import default_policy
from comity.screening.compiled import compile_policy
from comity.screening.decide import decide
from comity.screening.judging import Rule
from comity.screening.rulebook import RULEBOOK
from support.pages import DOCS, REFERENCE, every_page, prose

ANEW = "write it anew: python -m comity.edges.cli.reference docs/reference"
RULES = pytest.mark.parametrize("rule", RULEBOOK, ids=lambda rule: rule.id)
CLAUSES = {
    **{f"U{n}": None for n in range(1, 21)},
    **{f"P{n}": None for n in range(1, 12)},
    **{f"G{n}": None for n in range(1, 9)},
    **{f"D{n}": None for n in range(1, 7)},
}
_ROW = re.compile(r"^\| \[([A-Z]\d+)\]\(#([a-z]\d+)\) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
_SECTION = re.compile(r'^### <a id="([a-z]\d+)"></a>([A-Z]\d+): (.+?)\n\n(.+?)(?=^##|\Z)', re.MULTILINE | re.DOTALL)
_RULE_NAMES = re.compile(r"\[([a-z-]+)\]\(rules/\1\.md\)")
_NAMED_RULE = re.compile(r"rules/([a-z-]+)\.md")
# Mentions in running text: "clause U20", "(P4)", "U1, P3".
_NAMED_CLAUSE = re.compile(r"\b([UPGD]\d{1,2})\b")


@pytest.mark.parametrize("name", list(pages(REFERENCE)))
def test_a_generated_page_says_what_the_code_says(name: str) -> None:
    file = REFERENCE / name
    assert file.exists(), f"docs/reference/{name} is missing; {ANEW}"
    assert file.read_text("utf-8") == pages(REFERENCE)[name], f"docs/reference/{name} is out of date; {ANEW}"


def test_no_page_is_left_of_a_rule_that_is_gone() -> None:
    assert stale(REFERENCE) == []


def test_the_generator_writes_what_is_missing_and_deletes_what_is_stale(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "gone.md").write_text("Gone")
    (tmp_path / "http.md").write_text((REFERENCE / "http.md").read_text("utf-8"))
    command = [sys.executable, "-m", "comity.edges.cli.reference", str(tmp_path)]
    first = subprocess.run(command, check=True, capture_output=True, text=True)
    second = subprocess.run(command, check=True, capture_output=True, text=True)
    assert "deleted rules/gone.md" in first.stdout
    assert (tmp_path / "cli.md").read_text("utf-8") == (REFERENCE / "cli.md").read_text("utf-8")
    assert second.stdout == ""


def test_the_generator_says_how_it_is_called() -> None:
    wrong = subprocess.run(
        [sys.executable, "-m", "comity.edges.cli.reference"], check=False, capture_output=True, text=True
    )
    assert (wrong.returncode, "usage" in wrong.stderr) == (2, True)


@RULES
def test_a_rule_is_shown_with_a_text_that_hits_and_one_that_does_not(rule: Rule) -> None:
    if rule.id == "child-safety":
        assert not examples_of(rule.id)  # no such wording stands in a repository
        return
    policy = compile_policy(default_policy(), RULEBOOK)
    results = {decide(one.message, one.facts, policy).results[rule.id] for one in examples_of(rule.id)}
    assert results == {"hit", "miss"}


@RULES
def test_a_rule_speaks_for_clauses_that_are_listed_with_it(rule: Rule) -> None:
    listed = {found[1] for found in _SECTION.findall(_clauses_page()) if rule.id in _RULE_NAMES.findall(found[3])}
    assert listed == set(rule.clauses)


def test_the_page_of_clauses_lists_every_clause_once_in_order() -> None:
    page = _clauses_page()
    assert [clause for clause, *_ in _ROW.findall(page)] == list(CLAUSES)
    assert [clause for _, clause, _, _ in _SECTION.findall(page)] == list(CLAUSES)
    assert [anchor for anchor, *_ in _SECTION.findall(page)] == [clause.lower() for clause in CLAUSES]


@pytest.mark.parametrize("clause", CLAUSES)
def test_a_clause_leads_to_its_rules_or_to_who_sees_to_it_beside_them(clause: str) -> None:
    says = next(found[3] for found in _SECTION.findall(_clauses_page()) if found[1] == clause)
    speaking = {rule.id for rule in RULEBOOK if clause in rule.clauses}
    assert set(_RULE_NAMES.findall(says)) == speaking
    assert speaking or "**Beside the rules.** " in says


def test_every_rule_and_clause_that_a_page_names_exists() -> None:
    known = {rule.id for rule in RULEBOOK}
    unknown = set()
    for page in every_page():
        text = prose(page)
        unknown |= {(page.name, name) for name in _NAMED_RULE.findall(text) if name not in known}
        unknown |= {(page.name, name) for name in _NAMED_CLAUSE.findall(text) if name not in CLAUSES}
    assert unknown == set()


def test_the_default_policy_names_every_rule() -> None:
    assert set(default_policy().document.rules) == {rule.id for rule in RULEBOOK}


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.prefix)
def test_every_metric_has_a_meaning(family) -> None:
    known = documented(family.counters) | family.words
    assert [name for name in family.counters.__struct_fields__ if not known.get(name)] == []


def test_the_policy_page_names_every_field_of_the_document() -> None:
    text = (DOCS / "reference" / "policy.md").read_text("utf-8")
    policy = default_policy().document
    rule = next(iter(policy.rules.values()))
    fields = {*policy.__struct_fields__, *rule.__struct_fields__}
    assert {name for name in fields if f"`{name}`" not in text} == set()


def _clauses_page() -> str:
    return (REFERENCE / "clauses.md").read_text("utf-8")


def test_the_page_of_settings_names_every_option_of_serve() -> None:
    text = (REFERENCE / "settings.md").read_text("utf-8")
    serve = (REFERENCE / "cli.md").read_text("utf-8").partition("## comity serve")[2].partition("\n## ")[0]
    options = re.findall(r"^\| `(--[a-z-]+)", serve, re.MULTILINE)
    assert options
    assert [option for option in options if f"`{option}" not in text] == []
