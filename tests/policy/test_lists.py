"""Rules that read a list say so when it is not there, and where an entry stands that is none."""

from datetime import date

import pytest

from comity.policy.document import PolicyDocument
from comity.policy.files import default_files, default_policy
from comity.policy.lists import ListError, entries_of
from comity.screening.lint import lint
from comity.screening.rulebook import RULEBOOK

FILES = default_files()
LISTS = sorted(default_policy().document.lists)
TODAY = date(2026, 11, 22)


def errors(files):
    return [one for one in lint(files, "p", RULEBOOK, TODAY) if one.severity.value == "error"]


def test_entries_are_those_of_the_document():
    document = PolicyDocument("1", "t", TODAY, {}, lists={"words": ("one", "two"), "none": ()})
    assert entries_of(document, "words") == ("one", "two")
    assert entries_of(document, "none") == ()


def test_a_list_that_is_not_there_says_what_to_add():
    with pytest.raises(ListError, match="'words'") as caught:
        entries_of(PolicyDocument("1", "t", TODAY, {}), "words")
    assert "lists/words.txt" in caught.value.remedy


@pytest.mark.parametrize("name", LISTS)
def test_a_policy_without_a_list_that_a_rule_reads_cannot_hold(name):
    found = errors({file: text for file, text in FILES.items() if file != f"lists/{name}.txt"})
    assert found
    assert all(one.file.startswith("p/rules/") and name in one.what and "lists/" in one.remedy for one in found)


@pytest.mark.parametrize(
    "entry", ["not a domain !", "https://bit.ly", "bit.ly/x", "bitly", ".ly", "bit..ly", "bit.ly:443"]
)
def test_an_entry_that_is_no_host_is_an_error_at_its_line(entry):
    text = f"# hosts\nbit.ly\n{entry}\n"
    (found,) = errors({**FILES, "lists/shorteners.txt": text})
    assert (found.place, found.remedy) == ("p/lists/shorteners.txt:3", "Write a host alone: bit.ly.")
    assert repr(entry) in found.what


def test_a_host_in_any_script_and_in_capitals_is_one():
    text = "Bit.LY\nb\u00fccher.example\nxn--bcher-kva.example\n"
    assert not errors({**FILES, "lists/shorteners.txt": text})
