import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.base.errors import SettingsError
from comity.policy.files import (
    bundle,
    default_files,
    files_at,
    left_out,
    policy_of,
    read_directory,
    read_policy,
    unbundle,
)
from comity.policy.problems import PolicyError, Severity

HEAD = 'version = "1"\ntitle = "t"\neffective = 2026-01-01\n'
FILES = {
    "policy.toml": HEAD,
    "rules/a.toml": "[x]\n[y]\nmode = 'off'\n",
    "clauses/use.toml": '[U1]\ntitle = "t"\ntext = "t"\ncategory = "use"\n',
    "overlays/nl.toml": 'title = "t"\nwhen.countries = ["NL"]\nrules.x.action = "hold"\n',
    "brands/b.toml": '[acme]\nnames = ["Acme"]\n',
    "lists/words.txt": "# words\none\n\ntwo # the second\n",
}


def lay(folder, files):
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(text.encode())
    return folder


def problems(files):
    with pytest.raises(PolicyError) as caught:
        policy_of(files, "dir")
    return [(problem.place, problem.what, problem.remedy) for problem in caught.value.problems]


def test_a_directory_is_one_document(tmp_path):
    document = read_directory(lay(tmp_path, FILES)).document
    assert list(document.rules) == ["x", "y"]
    assert list(document.clauses) == ["U1"]
    assert document.overlays["nl"].rules["x"].action == "hold"
    assert document.brands["acme"].names == ("Acme",)
    assert document.lists == {"words": ("one", "two")}


def test_what_is_spread_over_files_may_stand_in_one():
    whole = HEAD + "[rules.x]\n[rules.y]\nmode = 'off'\n[brands.acme]\nnames = ['Acme']\n"
    parts = {
        "policy.toml": HEAD + "[rules.x]\n",
        "rules/b.toml": "[y]\nmode = 'off'\n",
        "brands/b.toml": FILES["brands/b.toml"],
    }
    assert read_policy(whole).document == policy_of(parts, "dir").document


def test_the_digest_is_that_of_the_exact_text_which_can_be_read_again(tmp_path):
    policy = read_directory(lay(tmp_path, FILES))
    assert policy.digest == hashlib.sha256(policy.source.encode()).hexdigest()
    assert read_policy(policy.source) == policy
    assert json.loads(policy.source) == FILES


@pytest.mark.parametrize(
    "change", [("policy.toml", "# a word\n"), ("lists/words.txt", "three\n"), ("rules/a.toml", "\n")]
)
def test_every_change_of_a_file_is_another_digest(change):
    name, more = change
    assert policy_of({**FILES, name: FILES[name] + more}, "a").digest != policy_of(FILES, "a").digest


def test_one_file_alone_is_its_own_text_whether_named_or_in_a_directory(tmp_path):
    text = HEAD + "rules = {}\n"
    lay(tmp_path, {"policy.toml": text})
    assert read_directory(tmp_path) == read_directory(tmp_path / "policy.toml") == read_policy(text)
    assert read_policy(text).source == text


def test_a_policy_is_the_same_on_every_machine(tmp_path):
    plain = read_directory(lay(tmp_path / "plain", FILES))
    other = {name: "\ufeff" + text.replace("\n", "\r\n") for name, text in FILES.items()}
    assert read_directory(lay(tmp_path / "other", other)) == plain


def test_hidden_and_foreign_files_are_left_alone(tmp_path):
    lay(tmp_path, {**FILES, ".git/config.toml": "[", "README.md": "#", "rules/notes.md": "x"})
    assert read_directory(tmp_path).document == policy_of(FILES, "x").document


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("rules/zz.TOML", "zz.toml"),
        ("rules/zz.tml", "zz.toml"),
        ("rules/a.toml~", "a.toml"),
        ("overlays/nl", "nl.toml"),
        ("brands/b.json", "b.toml"),
        ("clauses/use.yaml", "use.toml"),
        ("lists/zz.csv", "zz.txt"),
    ],
)
def test_a_file_among_the_others_that_is_not_read_is_a_warning(tmp_path, name, remedy):
    lay(tmp_path, {**FILES, name: "x", "rules/notes.md": "x", "lists/.hidden": "x", "README": "x"})
    (found,) = left_out(tmp_path)
    assert (found.file, found.severity) == (str(tmp_path / name), Severity.WARNING)
    assert f"Call it {remedy}" in found.remedy
    assert policy_of(files_at(tmp_path), "x").document == policy_of(FILES, "x").document


def test_a_single_file_leaves_nothing_out(tmp_path):
    (tmp_path / "mine.toml").write_text(HEAD)
    assert left_out(tmp_path / "mine.toml") == []


def test_what_is_not_utf_8_is_named_with_its_line(tmp_path):
    lay(tmp_path, FILES)
    (tmp_path / "rules" / "a.toml").write_bytes(b"[x]\n# caf\xe9\n")
    with pytest.raises(SettingsError, match=r"rules/a\.toml:2 cannot be read: it is not UTF-8") as caught:
        read_directory(tmp_path)
    assert caught.value.remedy == "Save the file as UTF-8."


@pytest.mark.parametrize(
    ("files", "place", "words"),
    [
        ({"rules/a.toml": HEAD}, "dir", "no policy.toml"),
        ({**FILES, "rules/a.toml": "[x]\nmode =\n"}, "dir/rules/a.toml:2", "not valid TOML"),
        ({**FILES, "rules/a.toml": "[x]\nmode = 'off'\nmode = 'off'\n"}, "dir/rules/a.toml:3", "overwrite"),
        ({**FILES, "rules/a.toml": "[x]\n[x]\n"}, "dir/rules/a.toml:2", "not valid TOML"),
        ({**FILES, "rules/a.toml": "[x"}, "dir/rules/a.toml:1", "not valid TOML"),
        ({**FILES, "rules/b.toml": "\n[x]\n"}, "dir/rules/b.toml:2", "a second time; the first is in dir/rules/a.toml"),
        ({**FILES, "policy.toml": HEAD + "[overlays.nl]\n"}, "dir/overlays/nl.toml:1", "a second time"),
        ({**FILES, "clauses/more.toml": FILES["clauses/use.toml"]}, "dir/clauses/use.toml:1", "clauses.U1 stands here"),
        ({**FILES, "other/x.toml": "a = 1"}, "dir/other/x.toml", "no place"),
        ({**FILES, "x/rules/a.toml": "a = 1"}, "dir/x/rules/a.toml", "no place"),
        ({**FILES, "lists/x.toml": "a = 1"}, "dir/lists/x.toml", "no place"),
        ({**FILES, "rules/a.toml": "x = " + "[" * 9000}, "dir/rules/a.toml", "nested too deep"),
        ({**FILES, "rules/a.toml": "[x]\n\nactoin = 'hold'"}, "dir/rules/a.toml:3", "no field 'actoin'"),
        (
            {**FILES, "overlays/nl.toml": "title = 't'\nwhen.countries = 3\nrules = {}"},
            "dir/overlays/nl.toml:2",
            "a list",
        ),
        ({**FILES, "overlays/nl.toml": "title = 't'\nrules = {}"}, "dir/overlays/nl.toml:1", "lacks 'when'"),
        ({**FILES, "brands/b.toml": "[a]\nnames = [\n'x',\n3]"}, "dir/brands/b.toml:4", "must be text"),
        ({**FILES, "policy.toml": 'version = "1"\ntitle = "t"\n'}, "dir/policy.toml:1", "lacks 'effective'"),
    ],
)
def test_a_problem_names_file_line_and_remedy(files, place, words):
    ((found, what, remedy),) = problems(files)
    assert found == place
    assert words in what
    assert remedy


def test_problems_of_several_files_are_told_together():
    found = problems({**FILES, "rules/a.toml": "[x", "brands/b.toml": "[y", "nowhere/x.toml": ""})
    assert [place for place, _, _ in found] == ["dir/brands/b.toml:1", "dir/nowhere/x.toml", "dir/rules/a.toml:1"]


def test_an_error_names_the_first_problem_and_counts_the_others():
    with pytest.raises(PolicyError, match=r"dir/rules/a.toml:2: .*1 more") as caught:
        policy_of({**FILES, "rules/a.toml": "[x]\nactoin = 1\non_failure = 1\n"}, "dir")
    assert len(caught.value.problems) == 2


@pytest.mark.parametrize("bad", ["nowhere", "bytes.toml"])
def test_what_cannot_be_read_is_one_clear_line(tmp_path, bad):
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(SettingsError, match="cannot be read"):
        read_directory(tmp_path / bad)


def test_a_text_that_is_no_bundle_is_refused():
    with pytest.raises(SettingsError, match="neither"):
        read_policy("{ nonsense")


@given(st.dictionaries(st.text(max_size=8), st.text(max_size=20), max_size=4))
def test_a_bundle_holds_exactly_its_files(files):
    assert unbundle(bundle(files)) == files or set(files) == {"policy.toml"}


def test_the_shipped_files_are_the_shipped_policy():
    assert policy_of(default_files(), "x").document.version
