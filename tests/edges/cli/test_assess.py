"""`comity assess`: a filled questionnaire in, marks by clause out; 0 whatever they are, one line when it is none."""

import json
import tomllib

import pytest
from typer.testing import CliRunner

from comity.edges.cli.main import app
from comity.policy.questions import questions


def comity(*arguments):
    return CliRunner().invoke(app, ["assess", *map(str, arguments)])


@pytest.fixture
def plan(tmp_path):
    def write(text, name="plan.toml"):
        file = tmp_path / name
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return file

    return write


def filled():
    """The printed questionnaire with every # before an answer taken away."""
    lines = comity("--questions").stdout.splitlines()
    return "\n".join(line[1:] if line.startswith("#") and line[1:2] not in {" ", ""} else line for line in lines)


def test_the_questionnaire_asks_everything_and_as_printed_answers_nothing():
    printed = comity("--questions").stdout
    assert tomllib.loads(printed) == {}
    answered = tomllib.loads(filled())
    assert set(answered) == {*questions(), "samples"}
    for name, question in questions().items():
        assert all(f'"{word}"' in printed for word in question.options), name
    assert max(map(len, printed.splitlines())) <= 110


def test_the_questionnaire_is_a_plan_once_the_marks_are_taken_away(plan):
    told = comity(plan(filled()))
    assert told.exit_code == 0
    assert told.stdout.startswith("This plan is ")
    assert "Not answered" not in told.stdout


def test_a_plan_with_gaps_is_not_called_allowed(plan):
    told = comity(plan("")).stdout
    assert told.startswith(f"Whether this plan is allowed cannot be said yet: {len(questions())} questions are open (")
    assert "is allowed, with" not in told
    one = comity(plan(filled().replace("\nbrand = ", "\n#brand = "))).stdout
    assert "1 question is open (" in one.splitlines()[0]


def test_a_point_under_several_clauses_is_told_once(plan):
    told = comity(plan('opt_out = "reply"\nsenders = ["Acme"]\ncategories = ["promotional"]')).stdout
    assert told.count("Nobody can reply to a name such as Acme") == 1
    assert "  ! opt_out: see P4." in told


def test_what_holds_of_a_sender_whatever_the_text_is_told_once(plan):
    samples = '[[samples]]\ntext = "Acme: your table is booked."\n[[samples]]\ntext = "Acme: the hall is closed."\n'
    told = comity(plan(f'senders = ["Acme"]\ncountries = ["IN"]\n{samples}')).stdout
    assert told.count("(sender-unregistered), Acme to IN") == 1


def test_a_bad_plan_says_clause_reason_and_remedy_and_ends_with_0(plan):
    told = comity(plan('recipients = "bought"\nsenders = ["Acme"]\ncountries = ["IN"]'))
    assert told.exit_code == 0
    assert "This plan is not allowed as it is planned" in told.stdout
    assert "P4 Write only to people who asked you to" in told.stdout
    assert "! recipients: Nobody on a bought list agreed to hear from you." in told.stdout
    assert "to mend it: Build your own list" in told.stdout
    assert "sender (sender-unregistered), Acme to IN" in told.stdout
    assert "Not answered yet" in told.stdout


@pytest.mark.parametrize(("text", "name"), [('brand = "Acme"', "plan.toml"), ('{"brand": "Acme"}', "plan.JSON")])
def test_json_comes_out_and_both_kinds_go_in(plan, text, name):
    told = json.loads(comity(plan(text, name), "--json").stdout)
    assert told["mark"] == "mind"
    assert "brand" not in told["unanswered"]


@pytest.mark.parametrize(
    ("text", "name", "words"),
    [
        ("brand = ", "plan.toml", "is not TOML (Invalid value (at end of document))"),
        ("{", "plan.json", "is not JSON"),
        ("[" * 100_000, "plan.json", "is not JSON"),
        (b"\xff\xfe", "plan.toml", "is not text in UTF-8"),
        ("#" * (1 << 21), "plan.toml", "is larger than 1 MB"),
        ("[]", "plan.json", "must be an object"),
        ('brnd = "Acme"', "plan.toml", "has no field 'brnd'. Did you mean brand?"),
        ('recipients = "bougt"', "plan.toml", "recipients: there is no answer 'bougt'. Did you mean bought?"),
        ('[[samples]]\ntxt = "x"', "plan.toml", "samples[1] has no field 'txt'. Did you mean text?"),
    ],
)
def test_a_file_that_is_no_plan_is_one_clear_line(plan, text, name, words):
    told = comity(plan(text, name))
    assert (told.exit_code, told.stdout) == (1, "")
    assert told.stderr.startswith("comity: ")
    assert told.stderr.count("\n") == 1
    assert words in told.stderr


def test_a_file_that_is_not_there_is_one_clear_line(tmp_path):
    told = comity(tmp_path / "none.toml")
    assert (told.exit_code, "No such file" in told.stderr) == (1, True)


def test_without_a_file_the_way_to_one_is_told():
    told = comity()
    assert (told.exit_code, "comity assess --questions > plan.toml" in told.stderr) == (1, True)


def test_another_policy_may_judge(plan, tmp_path):
    told = comity(plan('brand = "Acme"'), "--policy", tmp_path / "none")
    assert told.exit_code == 1
