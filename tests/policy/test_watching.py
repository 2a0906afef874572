"""Limits of triggers and terms of proof as a policy says them: read, checked, compared, and those of before."""

import re
from datetime import date

import msgspec
import pytest

from comity.policy.diff import differences
from comity.policy.files import bundle, default_files, default_policy, policy_of, read_policy
from comity.policy.problems import Severity
from comity.policy.watching import triggers_of, untold_of
from comity.screening.lint import lint
from comity.screening.rulebook import RULEBOOK

TODAY = date(2026, 11, 2)
SHIPPED = default_policy().document
RATE = '[rates.opt-outs]\nclause = "U8"\ncount = "opt_outs"\namong = "sent"\nsays = "x"\ndays = 3\nminimum = 9\n'
STRIKES = "[strikes]\nexpires_days = 30\nmost_weight = 5\n"


def with_files(**changed):
    files = dict(default_files())
    for name, text in changed.items():
        path = "policy.toml" if name == "policy" else f"triggers/{name}.toml"
        files[path] = text(files[path]) if callable(text) else text
    return files


def without_tables():
    """A policy as one was stored before it had any."""
    files = {path: text for path, text in default_files().items() if not path.startswith("triggers/")}
    return {**files, "policy.toml": files["policy.toml"].partition("[proof]")[0]}


def test_a_policy_of_before_loads_and_has_the_limits_that_ship():
    old = read_policy(bundle(without_tables())).document
    assert triggers_of(old) == triggers_of(SHIPPED)
    assert old.proof == SHIPPED.proof
    assert untold_of(old) == untold_of(SHIPPED)
    assert differences(old, SHIPPED) == []


def test_what_a_policy_names_counts_and_what_it_leaves_out_is_as_shipped():
    said = policy_of(
        with_files(rates=RATE + "steps = []\n", strikes=STRIKES + 'steps = [{sum = 3, event = "limit"}]'), "x"
    )
    table, shipped = triggers_of(said.document), triggers_of(SHIPPED)
    assert (table.rates["opt-outs"].steps, table.rates["complaints"]) == ((), shipped.rates["complaints"])
    assert (table.strikes.expires_days, table.drift) == (30, shipped.drift)


def test_what_an_account_that_probes_is_not_told_follows_the_policy():
    files = with_files(patterns=lambda text: re.sub(r"rules = \[.*?\]", 'rules = ["fraud"]', text, flags=re.DOTALL))
    assert untold_of(policy_of(files, "x").document) == ("fraud", "probing-series")


def test_limits_are_a_part_of_the_digest():
    changed = with_files(strikes=lambda text: text.replace("expires_days = 90", "expires_days = 91"))
    assert policy_of(changed, "x").digest != default_policy().digest


@pytest.mark.parametrize(
    ("file", "before", "after", "part", "name", "field"),
    [
        ("strikes", "expires_days = 90", "expires_days = 60", "triggers", "strikes", "expires_days"),
        ("patterns", "variants = 5", "variants = 4", "triggers", "probing", "variants"),
        ("patterns", "senders = 8", "senders = 9", "triggers", "drift", "senders"),
        ("rates", "minimum = 50", "minimum = 60", "triggers", "rates.complaints", "minimum"),
        ("policy", "window_h = 24", "window_h = 48", "proof", "request", "window_h"),
        ("policy", '"deactivate"', '"suspend"', "proof", "request", "on_deadline"),
    ],
)
def test_a_change_is_told_by_its_place(file, before, after, part, name, field):
    new = policy_of(with_files(**{file: lambda text: text.replace(before, after, 1)}), "x").document
    (change,) = differences(SHIPPED, new)
    assert (change.part, change.name, change.field) == (part, name, field)


def test_a_rate_that_is_new_is_told():
    new = msgspec.structs.replace(
        SHIPPED,
        triggers=msgspec.structs.replace(
            SHIPPED.triggers, rates={**SHIPPED.triggers.rates, "more": SHIPPED.triggers.rates["refusals"]}
        ),
    )
    (change,) = differences(SHIPPED, new)
    assert (change.name, change.before) == ("rates.more", None)


def edit(before, after):
    return lambda text: text.replace(before, after, 1)


PROBLEMS = [
    ("rates", edit('clause = "P6"', 'clause = "P66"'), "a clause that does not exist: P66", "rates.toml", "P6"),
    ("rates", edit("minimum = 50", "minimum = 0"), "out of range", "rates.toml", ""),
    ("rates", edit("over = 0.003", "over = 0.0003"), "does not ask for more", "rates.toml", "mildest"),
    ("rates", edit('count = "complaints"', 'count = "sighs"'), "cannot be 'sighs'", "rates.toml", ""),
    ("rates", edit("minimum = 50", "minimal = 50"), "has no field 'minimal'", "rates.toml", "minimum"),
    (
        "strikes",
        edit('event = "suspend"', 'event = "deactivate"'),
        "cannot ask for deactivate",
        "strikes.toml",
        "watch",
    ),
    ("strikes", edit("sum = 4", "sum = 2"), "does not ask for more", "strikes.toml", "mildest"),
    ("strikes", edit('event = "limit"', 'event = "lift"'), "cannot ask for lift", "strikes.toml", "watch"),
    ("patterns", edit('"hate"', '"hat"'), "There is no rule 'hat'", "patterns.toml", "hate"),
    ("patterns", edit("[drift]", "[drifts]"), "has no field 'drifts'", "patterns.toml", "drift"),
    ("policy", edit("[12, 2]", "[30, 2]"), "comes before the beginning", "policy.toml", "fewer"),
    ("policy", edit('"deactivate"', '"wait"'), "cannot be 'wait'", "policy.toml", "deactivate"),
    ("policy", edit("window_h = 24", "window_h = 0"), "out of range", "policy.toml", ""),
]


@pytest.mark.parametrize(("file", "change", "what", "place", "remedy"), PROBLEMS, ids=[row[2] for row in PROBLEMS])
def test_a_mistake_is_named_with_file_line_and_remedy(file, change, what, place, remedy):
    files = with_files(**{file: change})
    path = "policy.toml" if file == "policy" else f"triggers/{file}.toml"
    assert files[path] != default_files()[path]
    errors = [one for one in lint(files, "dir", RULEBOOK, TODAY) if one.severity is Severity.ERROR]
    (error,) = (one for one in errors if what in one.what)
    assert place in error.file
    assert error.line > 1
    assert remedy in error.remedy
