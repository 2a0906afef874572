"""What the pages about country facts show is what the rule book says."""

from __future__ import annotations

import os
import subprocess
import sys
import unicodedata
from datetime import date
from pathlib import Path

import msgspec

from comity.countries import Country, Fact, SenderRegistration, countries, may_refuse
from comity.countries.rulebook import review_after_days
from comity.edges.cli.reference.countries import country_pages
from comity.edges.cli.reference.pages import stale
from support.pages import DOCS, REFERENCE, blocks

GUIDE = DOCS / "how-to" / "keep-country-facts-current.md"
CONCEPT = DOCS / "explanation" / "countries.md"


def test_the_list_of_what_is_due_is_what_the_guide_shows():
    block = next(one.text for one in blocks(GUIDE) if "facts_due_for_review" in one.text)
    command, _, expected = block.removeprefix("$ ").rpartition('"\n')
    path = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    ran = subprocess.run(
        ["bash", "-c", command + '"'], check=True, capture_output=True, text=True, env={**os.environ, **path}
    )
    assert ran.stdout == expected


def test_the_example_of_a_fact_can_be_read():
    (block,) = (one.text for one in blocks(GUIDE) if one.kind == "json")
    fact = msgspec.json.decode(block, type=SenderRegistration)
    assert not fact.holds_on(date(2027, 2, 28))
    assert fact.holds_on(date(2027, 3, 1))


def test_the_concept_says_of_each_tier_what_it_may_do():
    text = CONCEPT.read_text("utf-8")
    for tier in review_after_days():
        row = next(line for line in text.splitlines() if line.startswith(f"| `{tier}` |"))
        assert ("refuse" in row) is may_refuse(tier)


def test_the_periods_of_review_are_those_of_the_book():
    days = review_after_days()
    assert (days["official"], days["library"]) == (365, 365)
    written = f"{days['vendor']} days for `vendor`, {days['blog']} for `blog`, {days['knowledge']} for `knowledge`"
    assert written in " ".join(CONCEPT.read_text("utf-8").split())


def test_the_reference_names_every_field_of_a_country_and_of_a_fact():
    text = (REFERENCE / "country-facts.md").read_text("utf-8")
    plain = {"iso2", "name", "calling_code", "zones", "languages"}
    fields = {*Country.__struct_fields__, *Fact.__struct_fields__} - plain
    assert {name for name in fields if f"`{name}`" not in text} == set()


def test_the_index_lists_every_country_once_by_name():
    index = country_pages()["countries/README.md"]
    listed = [line for line in index.splitlines() if line.startswith("| [")]
    assert len(listed) == len(list(countries()))
    names = [line.removeprefix("| [").partition("]")[0] for line in listed]
    assert names == sorted(names, key=lambda name: unicodedata.normalize("NFKD", name))
    assert names.index("Åland Islands") < names.index("Zambia")
    assert all(f"({record.iso2}.md)" in index for record in countries())


def test_a_page_shows_stars_as_stars():
    page = country_pages()["countries/KE.md"]
    assert r"\*456\*9\*5#" in page
    assert "**from 2024-09-01**: Links are prohibited." in country_pages()["countries/MY.md"]


def test_the_united_states_show_stricter_states_in_one_table():
    page = country_pages()["countries/US.md"]
    assert page.count("### Promotional texts") == 2
    assert "| Texas | Mon-Sat 09:00-21:00, Sun 12:00-21:00 |" in page


def test_a_page_says_that_transactional_texts_are_free_only_where_they_are():
    assert "Only promotional texts have them." in country_pages()["countries/DE.md"]
    assert "### Transactional texts" in country_pages()["countries/FR.md"]


def test_the_page_of_a_country_that_is_gone_is_deleted(tmp_path):
    (tmp_path / "countries").mkdir()
    (tmp_path / "countries" / "ZZ.md").write_text("Gone")
    (tmp_path / "countries" / "BE.md").write_text("Belgium")
    assert stale(tmp_path) == ["countries/ZZ.md"]


def test_every_page_that_is_committed_says_what_the_book_says():
    anew = "write it anew: python -m comity.edges.cli.reference docs/reference"
    stale_pages = [name for name, text in country_pages().items() if (REFERENCE / name).read_text("utf-8") != text]
    assert stale_pages == [], anew
    assert {file.name for file in (REFERENCE / "countries").iterdir()} == {
        name.removeprefix("countries/") for name in country_pages()
    }
