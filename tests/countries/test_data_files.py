"""The data files are edited by hand: a slip is an error, and each fact stands once."""

from __future__ import annotations

import json

import msgspec
import pytest

from comity.countries.demands import SenderRegistration
from comity.countries.facts import Country, Hours
from comity.countries.rulebook import packaged

FILES = ["countries.json", "us_states.json", "words.json", "sanctions.json", "health.json"]
HOURS = {"week": [""] * 7, "tier": "blog", "sources": ["k"]}
COUNTRY = {"iso2": "XX", "name": "Nowhere", "calling_code": 999, "zones": ["Etc/UTC"]}
REGISTRATION = {"kind": "alpha", "what": "Register", "tier": "blog", "sources": ["k"]}


def once(pairs):
    keys = [key for key, _ in pairs]
    assert len(set(keys)) == len(keys), keys
    return dict(pairs)


@pytest.mark.parametrize("name", FILES)
def test_no_key_stands_twice(name):
    assert json.loads(packaged(name), object_pairs_hook=once)


def test_each_country_has_one_line_by_code():
    lines = packaged("countries.json").decode().partition('"countries":{\n')[2].splitlines()[:-2]
    codes = [line[1:3] for line in lines]
    assert codes == sorted(codes)
    assert all(
        json.loads(line.rstrip(",").partition(":")[2])["iso2"] == code for line, code in zip(lines, codes, strict=True)
    )
    assert len(codes) == 245


@pytest.mark.parametrize("name", ["countries.json", "us_states.json", "sanctions.json", "health.json"])
def test_every_source_of_a_file_is_named_in_it(name):
    book = json.loads(packaged(name))
    sources = book.pop("sources")
    assert set(named(book)) == set(sources)


def named(part):
    if isinstance(part, dict):
        for key, value in part.items():
            yield from value if key == "sources" else named(value)
    elif isinstance(part, list):
        for value in part:
            yield from named(value)


@pytest.mark.parametrize(
    ("shape", "good", "slip"),
    [
        (Hours, HOURS, {"tier": "rumour"}),
        (Hours, HOURS, {"cap_24": 3}),
        (Hours, HOURS, {"week": [""] * 6}),
        (Hours, HOURS, {"override": "sometimes"}),
        (Country, COUNTRY, {"emergencies": []}),
        (SenderRegistration, REGISTRATION, {"effective": "2026-02-30"}),
        (SenderRegistration, REGISTRATION, {"efective": "2026-02-01"}),
        (SenderRegistration, REGISTRATION, {"kind": "letters"}),
        (SenderRegistration, REGISTRATION, {"consequence": "refused"}),
        (SenderRegistration, REGISTRATION, {"review_by": "soon"}),
    ],
)
def test_a_slip_in_a_data_file_is_an_error(shape, good, slip):
    assert msgspec.json.decode(json.dumps(good), type=shape)
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(json.dumps(good | slip), type=shape)
