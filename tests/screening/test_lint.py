"""What is wrong with a policy, as those who write it read it."""

from datetime import date
from typing import Annotated, Literal

import msgspec
import pytest

from comity.policy.problems import Severity
from comity.screening.judging import MISS, Rule
from comity.screening.lint import lint
from support.golden import check_golden

TODAY = date(2026, 11, 22)
HEAD = 'version = "1"\ntitle = "t"\neffective = 2026-01-01\n'
CLAUSES = """\
[U1]
title = "t"
text = "t"
category = "use"
[U9]
title = "t"
text = "t"
category = "use"
elsewhere = "A person has to."
[U11]
title = "t"
text = "t"
category = "use"
elsewhere = "Overlays."
"""


class _Place(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    country: str = "BE"


class _Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    threshold: Annotated[float, msgspec.Meta(gt=0, le=1)] = 0.9
    hold_at: float = 0.5
    refuse_at: float = 0.8
    words: tuple[str, ...] = ()
    similar: Literal["hold", "refuse"] = "hold"
    confirmed: bool | str = "Ann"
    codes: tuple[Annotated[str, msgspec.Meta(pattern="^[0-9]+$", description="Write digits.")], ...] = ()
    places: tuple[str | _Place, ...] = ()
    first: int = 1
    last: int = 9


def _prepare(settings, _document):
    if settings.first > settings.last:
        raise ValueError("first lies behind last")
    return settings


def _rule(name, clauses=("U1",), settings=_Settings):
    return Rule(name, clauses, name, (), lambda *_: MISS, settings, _prepare if settings else None)


RULEBOOK = (_rule("loud-text"), _rule("late-text", ("U1", "U9")), _rule("plain", settings=None))
GOOD = {
    "policy.toml": HEAD,
    "rules/all.toml": "[loud-text]\n[late-text]\nmode = 'off'\n[plain]\n",
    "clauses/use.toml": CLAUSES,
}


def found(files, on=TODAY):
    problems = lint(files, "dir", RULEBOOK, on)
    return [(one.place, one.severity.value, one.what) for one in problems]


def test_a_good_policy_has_no_problems():
    assert found(GOOD) == []


def rules(text):
    return {"rules/all.toml": "[late-text]\n[plain]\n" + text}


def overlay(text, name="nl"):
    return {f"overlays/{name}.toml": text}


NL = "when.countries = ['NL']\n"
OFF = "rules.plain.mode = 'off'"
U7 = "[U7]\ntitle = 't'\n"
ACME = "[acme]\nnames = ['A']\ndomains = ['a.example']\n"
UNKNOWN_CLAUSE = overlay("title = 't'\nclauses = ['U11', 'U99']\n" + NL + OFF)
NO_DOMAINS = {"brands/b.toml": "[acme]\nnames = ['Acme']"}
ERRORS = [
    (rules("[loud-txt]\n"), "dir/rules/all.toml:3", "loud-txt"),
    (rules("[loud-text]\naction = 'explode'"), "dir/rules/all.toml:4", "explode"),
    (rules("[loud-text]\non_failure = 'note'"), "dir/rules/all.toml:4", "on_failure"),
    (rules("[loud-text]\nsettings.threshold = 2.0"), "dir/rules/all.toml:4", "out of range"),
    (rules("[loud-text]\nsettings.similar = 'explode'"), "dir/rules/all.toml:4", "explode"),
    (rules("[loud-text]\n[loud-text.settings]\nwords = [\n 'a',\n 3,\n]"), "dir/rules/all.toml:7", "must be text"),
    (rules("[loud-text]\nsettings.first = 10"), "dir/rules/all.toml:4", "first lies behind last"),
    (rules("[loud-text]\nsettings.codes = ['1', '+2']"), "dir/rules/all.toml:4", "codes[2] is not written as it has"),
    (rules("[loud-text]\nsettings.places = ['BE', {contry = 'NL'}]"), "dir/rules/all.toml:4", "no field 'contry'"),
    (rules("[loud-text]\nthreshold = 0.5"), "dir/rules/all.toml:4", "no field 'threshold'"),
    (rules("[loud-text]\nsettings.frist = 1"), "dir/rules/all.toml:4", "no field 'frist'"),
    (UNKNOWN_CLAUSE, "dir/overlays/nl.toml:2", "U99"),
    (overlay("title = 't'\nwhen.countries = ['Holland']\n" + OFF), "dir/overlays/nl.toml:2", "Holland"),
    (overlay("title = 't'\nwhen.categories = ['spam']\n" + OFF), "dir/overlays/nl.toml:2", "spam"),
    (overlay("title = 't'\n" + NL + "rules.plian.mode = 'off'"), "dir/overlays/nl.toml:3", "plian"),
    (overlay("title = 't'\n" + NL + "rules.loud-text.settings.words = 3"), "dir/overlays/nl.toml:3", "must be a list"),
    (overlay("title = 't'\n" + NL + "rules.loud-text.settings.first = 10"), "dir/overlays/nl.toml:3", "behind"),
    (overlay("title = 't'\nsince = 2026-12-01\nuntil = 2026-11-30\n" + NL + OFF), "dir/overlays/nl.toml:3", "before"),
    (
        {"brands/b.toml": "[acme]\nnames = ['Acme']\ndomains = [\n  'acme.example',\n  'https://acme.example',\n]"},
        "dir/brands/b.toml:5",
        "malformed domain",
    ),
    (
        {"brands/b.toml": "[acme]\nnames = ['Acme']\ndomains = ['Acme.example']"},
        "dir/brands/b.toml:3",
        "malformed domain",
    ),
    ({"brands/b.toml": "[acme]\nnames = ['Acme']\ndomains = ['example']"}, "dir/brands/b.toml:3", "malformed domain"),
    ({"brands/b.toml": "[acme]\nnames = []\ndomains = ['acme.example']"}, "dir/brands/b.toml:2", "no name"),
    ({"brands/b.toml": ACME + "senders = ['TwelveLetters']"}, "dir/brands/b.toml:4", "sender"),
    ({"brands/b.toml": ACME + "countries = ['XX']"}, "dir/brands/b.toml:4", "XX"),
    ({"lists/bad.txt": "one\n\n# more\nt\x07wo\n"}, "dir/lists/bad.txt:4", "printed"),
    ({"lists/bad.txt": "one\n" + "x" * 201}, "dir/lists/bad.txt:2", "200"),
    ({"policy.toml": HEAD.replace('"1"', '" "')}, "dir/policy.toml:1", "version"),
    ({"policy.toml": HEAD.replace('"1"', '"shipped"')}, "dir/policy.toml:1", "'shipped' cannot be a version"),
    ({"policy.toml": HEAD.replace('"1"', '"in-force"')}, "dir/policy.toml:1", "'in-force' cannot be a version"),
    ({"brands/b.toml": ACME + "kind = 'banks'"}, "dir/brands/b.toml:4", "cannot be 'banks'"),
    (overlay("title = 't'\n" + NL + "rules.plain.threshold = 1"), "dir/overlays/nl.toml:3", "no field 'threshold'"),
    ({"policy.toml": HEAD.replace('"t"', '""')}, "dir/policy.toml:2", "title"),
    (
        {"clauses/more.toml": "[seven]\ntitle = 't'\ntext = 't'\ncategory = 'use'\nelsewhere = 'x'"},
        "dir/clauses/more.toml:1",
        "'seven'",
    ),
    ({"clauses/more.toml": U7 + "text = ''\ncategory = 'use'\nelsewhere = 'x'"}, "dir/clauses/more.toml:3", "no text"),
]


@pytest.mark.parametrize(("files", "place", "words"), ERRORS)
def test_what_cannot_hold_is_an_error_at_its_line(files, place, words):
    ((where, severity, what),) = [one for one in found({**GOOD, **files}) if one[1] == "error"]
    assert where == place
    assert severity == "error"
    assert words in what


WARNINGS = [
    ({"rules/all.toml": "[loud-text]\n[plain]\n"}, "dir/policy.toml:1", "late-text"),
    (rules("[loud-text]\naction = 'allow'"), "dir/rules/all.toml:4", "asks for nothing"),
    (rules("[loud-text]\nsettings.threshold = 0.1"), "dir/rules/all.toml:4", "so low"),
    (rules("[loud-text]\nsettings.hold_at = 0.7\nsettings.refuse_at = 0.6"), "dir/rules/all.toml:5", "below hold_at"),
    (
        {"clauses/more.toml": U7 + "text = 't'\ncategory = 'use'"},
        "dir/clauses/more.toml:1",
        "Nothing acts on clause U7",
    ),
    ({"clauses/use.toml": CLAUSES.partition("[U9]")[0]}, "dir/rules/all.toml:2", "cites U9"),
    (overlay("title = 't'\nuntil = 2026-11-21\n" + NL + OFF), "dir/overlays/nl.toml:2", "ended"),
    (overlay("title = 't'\nuntil = 2026-12-22\n" + NL + OFF), "dir/overlays/nl.toml:2", "ends on"),
    (overlay("title = 't'\nwhen = {}\n" + OFF), "dir/overlays/nl.toml:2", "every message"),
    (overlay("title = 't'\n" + NL + "rules = {}"), "dir/overlays/nl.toml:1", "changes no rule"),
    (
        overlay("title = 't'\n" + NL + "rules.loud-text.action = 'refuse'"),
        "dir/overlays/nl.toml:3",
        "changes nothing of",
    ),
    (
        overlay("title = 't'\n" + NL + "[rules.loud-text]"),
        "dir/overlays/nl.toml:3",
        "changes nothing of rule loud-text.",
    ),
    (
        overlay("title = 't'\n" + NL + "rules.loud-text.settings.threshold = 0.9"),
        "dir/overlays/nl.toml:3",
        "changes nothing of rule loud-text.",
    ),
    (
        {
            "rules/all.toml": "[loud-text]\nmode = 'off'\n[late-text]\n[plain]\n",
            **overlay("title = 't'\n" + NL + "rules.loud-text.settings.threshold = 0.8"),
        },
        "dir/overlays/nl.toml:3",
        "which stays off",
    ),
    (rules("[loud-text]\nsettings.confirmed = false"), "dir/rules/all.toml:4", "nobody has confirmed"),
    (NO_DOMAINS, "dir/brands/b.toml:1", "no domains"),
    ({"lists/bad.txt": "one\nOne\n"}, "dir/lists/bad.txt:1", "more than once"),
    ({"lists/bad.txt": "# nothing\n"}, "dir/lists/bad.txt:1", "empty"),
]


@pytest.mark.parametrize(("files", "place", "words"), WARNINGS)
def test_what_can_hardly_be_meant_is_a_warning_at_its_line(files, place, words):
    ((where, severity, what),) = found({**GOOD, "rules/all.toml": "[loud-text]\n[late-text]\n[plain]\n", **files})
    assert (where, severity) == (place, "warning")
    assert words in what


def test_an_overlay_that_ends_later_is_no_matter():
    text = "title = 't'\nuntil = 2026-12-23\nwhen.countries = ['NL']\nrules.plain.mode = 'off'"
    assert found({**GOOD, **overlay(text)}) == []


def test_an_overlay_that_undoes_what_another_changed_is_no_matter_where_they_can_meet():
    one = overlay("title = 't'\nwhen.countries = ['NL']\nrules.loud-text.action = 'hold'", "a")
    undone = "title = 't'\nwhen.{}\nrules.loud-text.action = 'refuse'"
    assert found({**GOOD, **one, **overlay(undone.format("categories = ['otp']"), "b")}) == []
    ((place, severity, _),) = found({**GOOD, **one, **overlay(undone.format("countries = ['BE']"), "b")})
    assert (place, severity) == ("dir/overlays/b.toml:3", "warning")


ALONE = {"policy.toml": HEAD + "[rules.late-text]\n[rules.plain]\nmode = 'off'\n"}


@pytest.mark.parametrize(
    ("files", "what", "remedy"),
    [
        (rules("[loud-text]\nthreshold = 0.5"), "no field 'threshold'", "Write settings.threshold"),
        (overlay("title = 't'\n" + NL + "rules.loud-text.first = 3"), "no field 'first'", "Write settings.first"),
        (rules("[loud-text]\nactoin = 'hold'"), "no field 'actoin'", "Did you mean action?"),
        (rules("[rules.loud-text]\n"), "does not exist: rules", "[NAME], not [rules.NAME]"),
        (rules("[rules.loud-text]\n"), "no field 'loud-text'", "[NAME], not [rules.NAME]"),
        ({"brands/b.toml": "[brands.acme]\nnames = ['Acme']"}, "no field 'acme'", "[NAME], not [brands.NAME]"),
        (rules(""), "says nothing of the rule loud-text", "Add [loud-text] to a file in rules/"),
        (rules("[loud-text]\nsettings.codes = ['+2']"), "codes[1]", "Write digits."),
        (rules("[loud-text]\nsettings.places = [{contry = 'NL'}]"), "contry", "Did you mean country?"),
        ({"brands/b.toml": ACME + "kind = 'banks'"}, "banks", "Did you mean bank?"),
    ],
)
def test_the_remedy_is_what_mends_it(files, what, remedy):
    found = [one for one in lint({**GOOD, **files}, "dir", RULEBOOK, TODAY) if what in one.what]
    assert found
    assert all(remedy in one.remedy for one in found), found


@pytest.mark.parametrize(
    ("files", "remedy"),
    [
        (ALONE, "Add [rules.loud-text], with"),
        ({"policy.toml": HEAD}, "on: [rules.repeated-text]"),
        ({"policy.toml": HEAD, "clauses/use.toml": CLAUSES}, "on: [repeated-text] to a file in rules/"),
    ],
)
def test_headers_hold_their_table_in_a_single_file_alone(files, remedy):
    assert [one for one in lint(files, "dir", RULEBOOK, TODAY) if remedy in one.remedy]


def test_overlays_that_fit_alone_and_not_together_are_found_where_they_can_meet():
    one = "title = 't'\nwhen.countries = ['NL']\nrules.loud-text.settings.first = 8"
    other = "title = 't'\nwhen.{}\nrules.loud-text.settings.last = 2"
    meets = {**overlay(one), **overlay(other.format("categories = ['otp']"), "otp")}
    apart = {**overlay(one), **overlay(other.format("countries = ['BE']"), "be")}
    ((place, severity, what),) = found({**GOOD, **meets})
    assert (place, severity) == ("dir/overlays/otp.toml:3", "error")
    assert "behind" in what
    assert found({**GOOD, **apart}) == []


def test_country_facts_that_are_due_are_told_once():
    ((place, severity, what),) = found(GOOD, on=date(2036, 1, 1))
    assert (place, severity) == ("dir/policy.toml:1", "warning")
    assert "past the day of review" in what


def test_a_mistake_hides_no_other():
    files = {
        "policy.toml": HEAD + "notice_days = 999\n",
        "rules/a.toml": "[loud-txt]\n[loud-text]\nsettings.threshold = 2\nsettings.words = 3\n",
    }
    assert [place for place, severity, _ in found(files) if severity == "error"] == [
        "dir/policy.toml:4",
        "dir/rules/a.toml:1",
        "dir/rules/a.toml:3",
        "dir/rules/a.toml:4",
    ]


def test_what_is_said_of_a_bad_policy_stays_word_for_word():
    files = dict(GOOD)
    for number, (changes, _, _) in enumerate(ERRORS):
        for name, text in changes.items():
            key = f"overlays/o{number}.toml" if name.startswith("overlays/") else name
            files[key] = files[key] + text + "\n" if key in files and key.startswith(("brands", "rules")) else text
    said = {
        "well-formed": [
            str(one)
            for one in lint({**GOOD, **rules("[loud-txt]\n"), **UNKNOWN_CLAUSE, **NO_DOMAINS}, "dir", RULEBOOK, TODAY)
        ],
        "each alone": [
            str(one)
            for changes, _, _ in [*ERRORS, *WARNINGS]
            for one in lint({**GOOD, **changes}, "dir", RULEBOOK, TODAY)
        ],
        "heap": [str(one) for one in lint(files, "dir", RULEBOOK, TODAY)],
    }
    check_golden("policy_lint", said)


def test_errors_come_with_a_remedy_each():
    for files, _, _ in [*ERRORS, *WARNINGS]:
        assert all(one.remedy for one in lint({**GOOD, **files}, "dir", RULEBOOK, TODAY))


def test_a_problem_reads_as_editors_read_it():
    first, *_ = lint({**GOOD, **rules("[loud-txt]\n")}, "dir", RULEBOOK, TODAY)
    (error,) = [
        one for one in lint({**GOOD, **rules("[loud-txt]\n")}, "dir", RULEBOOK, TODAY) if one.severity is Severity.ERROR
    ]
    assert str(error).startswith("dir/rules/all.toml:3: error: The policy names a rule that does not exist: loud-txt.")
    assert str(error).endswith("Did you mean loud-text?")
    assert first.line
