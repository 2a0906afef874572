"""The commands about policies, as an operator types them. They share a database: every version has its own name."""

import json
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from comity.policy.dating import with_effective
from comity.policy.diff import Change
from comity.policy.files import default_policy, policy_of
from comity.policy.telling import changes


def today():
    """Asked for when it is needed: a run may go past midnight."""
    return datetime.now(UTC).date()


SHIPPED = default_policy()
_number = count(1)


def failed(ran, *words):
    """It ended with 1 and exactly one clear line."""
    assert ran.status == 1, ran.out + ran.err
    (line,) = ran.err.splitlines()
    assert line.startswith("comity: ")
    for word in words:
        assert word in line
    return line


@pytest.fixture
def version():
    return f"test-{next(_number)}"


@pytest.fixture
def adapted(comity, tmp_path, version):
    """The shipped policy, written out and named anew, with today as its day."""
    folder = tmp_path / "policy"
    assert comity("policy", "export", folder, "shipped").status == 0
    head = folder / "policy.toml"
    head.write_text(
        head.read_text().replace(f'"{SHIPPED.document.version}"', f'"{version}"').replace("2026-11-01", str(today()))
    )
    return folder


def edit(folder, name, old, new):
    file = folder / name
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new, 1))


# ---------------------------------------------------------------- show


def test_without_a_store_the_shipped_policy_is_shown_and_no_store_is_made(comity, tmp_path):
    shown = comity("policy", "show", data=tmp_path / "none")
    assert shown.status == 0
    assert "shipped with Comity" in shown.out
    assert SHIPPED.digest in shown.out
    assert not (tmp_path / "none").exists()


def test_a_policy_is_shown_with_who_acts_on_each_clause(comity):
    out = comity("policy", "show", "shipped").out
    assert "U18  No emergency services" in out
    assert "emergency-destination" in out
    assert all(rule in out for rule in SHIPPED.document.rules)


def test_a_clause_is_shown_with_its_examples_and_rules(comity):
    out = comity("policy", "show", "shipped", "--clause", "u18").out
    for words in ("Fine:", "Not fine:", "  - A text to 112.", "Judged by: emergency-destination"):
        assert words in out
    read = comity("policy", "show", "shipped", "--clause", "U18", "--json").json
    assert (read["clause"], read["rules"][0]) == ("U18", "emergency-destination")


def test_a_rule_is_shown_with_its_settings_written_out(comity):
    out = comity("policy", "show", "shipped", "--rule", "repeated-text").out
    assert "settings.promotional_window_h = 168" in out
    assert "P7 (" in out
    read = comity("policy", "show", "shipped", "--rule", "repeated-text", "--json").json
    assert read["settings"]["similar_action"] == "hold"


def test_a_policy_is_shown_as_json(comity):
    read = comity("policy", "show", "shipped", "--json").json
    assert (read["version"], read["digest"]) == (SHIPPED.document.version, SHIPPED.digest)
    assert set(read["policy"]["clauses"]) == set(SHIPPED.document.clauses)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["shipped", "--clause", "U99"], ["U99", "Did you mean"]),
        (["shipped", "--rule", "quiet-huors"], ["quiet-huors", "Did you mean quiet-hours?"]),
        (["no-such-version"], ["no-such-version", "comity policy versions"]),
    ],
)
def test_what_is_not_there_is_one_clear_line(comity, arguments, words):
    failed(comity("policy", "show", *arguments), *words)


# ---------------------------------------------------------------- export, lint


def test_what_was_exported_is_the_same_policy(comity, tmp_path):
    assert comity("policy", "export", tmp_path / "p", "shipped").status == 0
    assert "Nothing changes." in comity("policy", "diff", "shipped", tmp_path / "p").out
    assert (tmp_path / "p" / "clauses" / "use.toml").is_file()


@pytest.mark.parametrize("what", ["file", "full"])
def test_nothing_is_overwritten_by_an_export(comity, tmp_path, what):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine").write_text("x")
    (tmp_path / "file").write_text("x")
    failed(comity("policy", "export", tmp_path / what, "shipped"), "not an empty directory")


def test_lint_of_the_shipped_policy_has_no_error(comity):
    ran = comity("policy", "lint", "shipped")
    assert ran.status == 0, ran.out
    assert ran.out.splitlines()[-1].startswith("shipped: 0 errors")


def test_lint_names_file_line_and_remedy_and_ends_with_1(comity, adapted):
    edit(adapted, "rules/timing.toml", "[quiet-hours]", "[quiet-huors]")
    ran = comity("policy", "lint", adapted)
    assert ran.status == 1
    assert f"{adapted}/rules/timing.toml:" in ran.out
    assert "Did you mean quiet-hours?" in ran.out
    found = comity("policy", "lint", adapted, "--json").json
    assert [one["severity"] for one in found].count("error") == 1


def test_warnings_alone_end_with_0(comity, adapted):
    (adapted / "overlays").mkdir(exist_ok=True)
    (adapted / "overlays" / "idle.toml").write_text('title = "t"\nwhen.countries = ["NL"]\nrules = {}\n')
    ran = comity("policy", "lint", adapted)
    assert ran.status == 0
    assert "idle.toml:1: warning: Overlay idle changes no rule." in ran.out


def test_files_that_are_not_read_are_warned_of(comity, adapted):
    (adapted / "lists" / "mine.csv").write_text("a\n")
    ran = comity("policy", "lint", adapted)
    assert ran.status == 0
    assert f"{adapted}/lists/mine.csv: warning: This file is not read" in ran.out


def test_what_is_to_be_settled_before_the_first_customer_is_warned_of(comity, adapted):
    assert "nobody has confirmed" in comity("policy", "lint", adapted).out
    edit(adapted, "rules/destinations.toml", "confirmed = false", 'confirmed = "Ann Example, 2026-11-22"')
    assert "nobody has confirmed" not in comity("policy", "lint", adapted).out


# ---------------------------------------------------------------- diff


def test_a_diff_says_what_changes_for_a_sender(comity, adapted, version):
    edit(adapted, "rules/senders.toml", 'action = "refuse"', 'action = "hold"')
    edit(adapted, "rules/recipients.toml", "promotional_window_h = 168", "promotional_window_h = 336")
    out = comity("policy", "diff", "shipped", adapted).out
    assert f"{SHIPPED.document.version} ({SHIPPED.digest[:12]}) -> {version} (" in out
    assert '"refuse" -> "hold" (looser)' in out
    assert "settings.promotional_window_h: 168 -> 336" in out
    read = comity("policy", "diff", "shipped", adapted, "--json").json
    assert {"rules", "policy"} == {one["part"] for one in read["changes"]}


def test_a_setting_that_only_writes_the_default_down_is_no_change(comity, adapted):
    edit(adapted, "rules/recipients.toml", "settings.distance = 8\n", "")
    out = comity("policy", "diff", "shipped", adapted).out
    assert "distance" not in out


def test_new_clauses_overlays_and_entries_are_told(comity, adapted):
    (adapted / "overlays").mkdir(exist_ok=True)
    (adapted / "overlays" / "nl.toml").write_text(
        'title = "Dutch"\nwhen.countries = ["NL"]\nrules.quiet-hours.action = "refuse"\n'
    )
    edit(adapted, "clauses/use.toml", 'title = "Do not deceive"', 'title = "Be honest"')
    out = comity("policy", "diff", "shipped", adapted).out
    assert "nl: is new: Dutch; changes quiet-hours" in out
    assert 'U1 title: "Do not deceive" -> "Be honest"' in out


# ---------------------------------------------------------------- publish, versions


def test_a_version_is_published_once_and_in_force_at_once(comity, adapted, version):
    first = comity("policy", "publish", adapted)
    assert first.status == 0, first.err
    digest = policy_digest(adapted)
    assert f"Published version {version}, effective {today()}, in force.\ndigest {digest}" in first.out
    again = comity("policy", "publish", adapted, "--json").json
    assert (again["published"], again["digest"], again["state"]) == (False, digest, "in force")
    assert version in comity("policy", "show").out
    assert version in comity("policy", "show", digest[:10]).out
    (row,) = [row for row in comity("policy", "versions", "--json").json if row["version"] == version]
    assert (row["digest"], row["effective"], row["state"]) == (digest, str(today()), "in force")
    assert digest[:12] in comity("policy", "versions").out


def policy_digest(folder):
    files = {str(file.relative_to(folder)): file.read_text() for file in folder.rglob("*.t*")}
    return policy_of(files, "x").digest


def test_what_was_published_cannot_be_published_otherwise(comity, adapted, version):
    assert comity("policy", "publish", adapted).status == 0
    edit(adapted, "policy.toml", "title =", "# another word\ntitle =")
    failed(comity("policy", "publish", adapted), version, "a version of its own")


def test_one_file_is_published_too_and_its_day_may_be_given(comity, tmp_path, version):
    file = tmp_path / "mine.toml"
    file.write_text(
        f'version = "{version}"\ntitle = "t"\neffective = 2020-01-01\n[rules.quiet-hours]\naction = "defer"\n'
    )
    day = today() + timedelta(days=400)
    ran = comity("policy", "publish", file, "--effective", str(day))
    assert f"version {version}, effective {day}, coming." in ran.out
    assert f"effective = {day}" in _source(comity, version)


def _source(comity, version):
    return "\n".join([f"effective = {comity('policy', 'show', version, '--json').json['effective']}"])


@pytest.mark.parametrize("bad", ["tomorrow", "2026-02-30", "01/02/2027"])
def test_a_day_that_is_none_is_refused(comity, adapted, bad):
    failed(comity("policy", "publish", adapted, "--effective", bad), bad, "2027-01-31")


def test_what_is_broken_is_not_published_and_its_first_place_named(comity, adapted, version):
    edit(adapted, "rules/timing.toml", "[quiet-hours]", "[quiet-huors]\n[loud-hours]")
    failed(comity("policy", "publish", adapted), "rules/timing.toml:", "1 more")
    assert not [row for row in comity("policy", "versions", "--json").json if row["version"] == version]


def test_a_substantial_version_is_announced_by_its_days_of_notice(comity, account, adapted):
    edit(adapted, "policy.toml", "acceptance_required", "substantial = true\nacceptance_required")
    early = today() + timedelta(days=29)
    line = failed(comity("policy", "publish", adapted, "--effective", str(early)), "30 days", "G6")
    assert f"--effective {today() + timedelta(days=30)}" in line
    ran = comity("policy", "publish", adapted, "--effective", str(today() + timedelta(days=3000)))
    assert ran.status == 0, ran.err
    assert "coming" in ran.out
    assert account


def test_the_promise_in_force_cannot_be_shortened_by_the_version_that_would_need_it(comity, account, adapted):
    edit(adapted, "policy.toml", "acceptance_required", "substantial = true\nnotice_days = 0\nacceptance_required")
    failed(comity("policy", "publish", adapted, "--effective", str(today() + timedelta(days=1))), "30 days")
    assert account


def test_a_stricter_version_that_is_not_marked_substantial_is_told(comity, adapted, version):
    edit(adapted, "rules/senders.toml", 'action = "refuse"', 'action = "hold"')
    assert comity("policy", "publish", adapted).status == 0
    edit(adapted, "rules/senders.toml", 'action = "hold"', 'action = "refuse"')
    edit(adapted, "policy.toml", version, f"{version}-stricter")
    notes = comity("policy", "publish", adapted, "--json").json["notes"]
    assert [note for note in notes if f"stricter than version {version} (1 change)" in note]


def test_the_operator_is_told_of_what_may_not_be_meant(comity, adapted):
    (adapted / "overlays").mkdir(exist_ok=True)
    (adapted / "overlays" / "odd.toml").write_text(
        'title = "t"\nwhen.accounts = ["nobody at all"]\nwhen.carriers = ["nowhere"]\n'
        'rules.quiet-hours.action = "refuse"\n'
    )
    out = comity("policy", "publish", adapted).out
    assert "Note: an overlay is for the account nobody at all, which does not exist." in out
    assert "Note: an overlay is for the carrier nowhere, which does not exist." in out


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("effective = 2026-01-01 # soon\n", "effective = 2027-01-31 # soon"),
        ("# effective = 2020-01-01\neffective=2026-01-01\n", "effective=2027-01-31"),
        ('version = "1"\n', "effective = 2027-01-31"),
        ('title = "a\u2028b"\neffective = 2020-01-01\n', "effective = 2027-01-31"),
    ],
)
def test_the_day_is_written_into_the_text(text, line):
    day = datetime(2027, 1, 31, tzinfo=UTC).date()
    assert line in with_effective({"policy.toml": text}, day)["policy.toml"].splitlines()


def test_who_published_and_from_when_until_when_is_listed(comity, adapted, version):
    assert comity("policy", "publish", adapted, "--by", "Ann Example", "--effective", "today").status == 0
    (row,) = [row for row in comity("policy", "versions", "--json").json if row["version"] == version]
    assert (row["published_by"], row["in_force_from"], row["until"] is None) == (
        "Ann Example",
        row["published_at"],
        not [one for one in comity("policy", "versions", "--json").json if one["state"] == "coming"],
    )
    out = comity("policy", "versions").out
    head, *_ = out.splitlines()
    assert "in force from" in head
    assert "until" in head
    assert "Ann Example" in out


def test_a_version_without_a_name_of_a_person_is_published_by_the_systems_user(comity, adapted, version, monkeypatch):
    monkeypatch.setenv("LOGNAME", "operator-7")
    assert comity("policy", "publish", adapted).status == 0
    (row,) = [row for row in comity("policy", "versions", "--json").json if row["version"] == version]
    assert row["published_by"] == "operator-7"


def test_a_version_that_would_undo_this_one_on_its_day_is_told_and_can_be_withdrawn(comity, adapted, version):
    later, day = f"{version}-later", today() + timedelta(days=200)
    edit(adapted, "policy.toml", version, later)
    assert comity("policy", "publish", adapted, "--effective", str(day)).status == 0
    edit(adapted, "policy.toml", later, version)
    same = comity("policy", "publish", adapted, "--json").json["notes"]
    assert not [note for note in same if f"version {later} comes" in note]
    (adapted / "overlays").mkdir(exist_ok=True)
    (adapted / "overlays" / "mine.toml").write_text(
        'title = "t"\nwhen.countries = ["NL"]\nrules.quiet-hours.action = "refuse"\n'
    )
    edit(adapted, "policy.toml", version, f"{version}-2")
    notes = comity("policy", "publish", adapted, "--json").json["notes"]
    (told,) = [note for note in notes if f"version {later} comes" in note]
    assert f"comes into force on {day} and lacks 1 change of this one (overlays mine)" in told
    assert told.endswith(f"comity policy withdraw {later}")
    ran = comity("policy", "withdraw", later, "--by", "Bob")
    assert ran.out == f"Version {later}, which was to hold from {day}, is withdrawn.\n"
    (row,) = [row for row in comity("policy", "versions", "--json").json if row["version"] == later]
    assert (row["state"], row["withdrawn_by"]) == ("withdrawn", "Bob")
    assert "withdrawn 20" in comity("policy", "versions").out
    assert f"withdrawn before its day {day}" in comity("policy", "show", later).out
    failed(comity("policy", "withdraw", later), "already")


def test_a_version_in_force_is_not_withdrawn(comity, adapted, version):
    assert comity("policy", "publish", adapted).status == 0
    failed(comity("policy", "withdraw", version), version, "has begun", "under a version of its own")


@pytest.mark.parametrize("word", ["shipped", "in-force"])
def test_words_that_commands_use_are_no_versions(comity, adapted, version, word):
    edit(adapted, "policy.toml", version, word)
    failed(comity("policy", "publish", adapted), "policy.toml:", "cannot be a version")


def test_names_of_rules_are_not_broken_over_lines():
    after = {"title": "A carrier with a long name: messaging policy", "rules": {"quiet-hours": {}, "repeated-text": {}}}
    for length in range(20, 90):
        lines = [*changes([Change("overlays", "x" * length, after=after)])]
        assert not [line for line in lines if line.endswith("-")]
        assert "quiet-hours," in " ".join(lines)
        assert "hours,repeated" not in " ".join(lines)


def test_every_command_speaks_json(comity, adapted):
    for command in (["show"], ["lint"], ["versions"], ["diff", "shipped", adapted], ["publish", adapted]):
        ran = comity("policy", *command, "--json")
        assert ran.status == 0, ran.err
        json.loads(ran.out)
