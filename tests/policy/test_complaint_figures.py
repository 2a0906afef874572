"""Figures of complaints as a policy says them: read, checked, compared, and those of a policy from before."""

from datetime import date

import pytest

from comity.policy.diff import differences
from comity.policy.files import bundle, default_files, default_policy, policy_of, read_policy
from comity.policy.watching import figures_of
from comity.screening.lint import lint
from comity.screening.rulebook import RULEBOOK

TODAY = date(2026, 11, 2)
SHIPPED = default_policy().document
FILE = "complaints/figures.toml"
SPAM = '[kinds.spam]\nclause = "P7"\npriority = 20\ndue_hours = 24\nscores = ["spam"]\n'


def with_figures(text):
    files = dict(default_files())
    files[FILE] = text(files[FILE]) if callable(text) else text
    return files


def test_a_policy_of_before_has_the_figures_that_ship():
    old = read_policy(bundle({path: text for path, text in default_files().items() if path != FILE})).document
    assert figures_of(old) == figures_of(SHIPPED)
    assert differences(old, SHIPPED) == []


def test_what_a_policy_names_counts_and_what_it_leaves_out_is_as_shipped():
    said, shipped = figures_of(policy_of(with_figures(SPAM), "x").document), figures_of(SHIPPED)
    assert (said.kinds["spam"].priority, said.kinds["fraud"]) == (20, shipped.kinds["fraud"])
    assert (said.weights, said.linking, said.limits) == (shipped.weights, shipped.linking, shipped.limits)


@pytest.mark.parametrize(
    ("before", "after", "name", "field"),
    [
        ("unlinked_cases_day = 30", "unlinked_cases_day = 5", "limits", "unlinked_cases_day"),
        ("proven = 1.0", "proven = 2.0", "weights", "proven"),
        ("days = 14", "days = 7", "linking", "days"),
        ('clause = "U4"\npriority = 10', 'clause = "U4"\npriority = 1', "kinds.defamation", "priority"),
    ],
    ids=["limits", "weights", "linking", "kinds"],
)
def test_a_change_is_told_by_its_place(before, after, name, field):
    new = policy_of(with_figures(lambda text: text.replace(before, after, 1)), "x").document
    (change,) = differences(SHIPPED, new)
    assert (change.part, change.name, change.field) == ("complaints", name, field)


@pytest.mark.parametrize(
    ("before", "after", "what"),
    [
        ('clause = "U4"', 'clause = "U444"', "defamation cites a clause that does not exist: U444."),
        ('scores = ["phishing", "fraud"]', 'scores = ["phising"]', "There is no score 'phising'."),
        ("all_hour = 60", "all_hour = 6000", "More takedowns may come in an hour than in a day."),
        ("code_tries = 5", "code_tries = 0", "complaints.limits.code_tries is out of range."),
        ("code_tries = 5", "code_try = 5", "complaints.limits has no field 'code_try'."),
        ("[kinds.spam]", "[kinds.spamming]", "complaints.kinds has no 'spamming'."),
        ("xarf = 2.0", "xml = 2.0", "complaints.weights.channels has no 'xml'."),
    ],
    ids=["clause", "score", "an hour", "zero", "a field", "a kind", "a way"],
)
def test_a_mistake_is_named_with_its_place(before, after, what):
    problems = lint(with_figures(lambda text: text.replace(before, after, 1)), "mine", RULEBOOK, TODAY)
    assert any(what in one.what and one.file == f"mine/{FILE}" for one in problems), problems
