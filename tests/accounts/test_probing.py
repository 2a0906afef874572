"""Series of probes, and resale without leave, told from ordinary traffic."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.accounts.probing import Tried, Voices, drifted, find_series
from comity.accounts.record import AccountRecord, Clearance, OwnBrand, OwnDomain, UseCase
from comity.journey.enforce import version_of
from comity.policy.files import default_policy
from comity.policy.watching import triggers_of
from comity.text.similar import similarity_hash

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
TABLE = triggers_of(default_policy().document)
LIMITS, DRIFT = TABLE.probing, TABLE.drift
EDITS = [
    "Acme: win a free phone today, click to claim your prize now before it ends",
    "Acme: win a free phone today, click to claim your reward now before it ends",
    "Acme: win a free handset today, click to claim your gift now before it ends",
    "Acme: get a free phone today, tap to claim your prize now before it ends",
    "Acme: win a free phone tonight, click to claim your prize now before it stops",
]
OTHERS = [
    "Your parcel waits at the customs office until the fee is paid in full",
    "The bank has seen a strange login, confirm who you are by answering",
    "Dear member, our tax office returns money to you when you fill in a form",
    "We lend to everybody, whatever your history, answer yes to hear more",
    "Hot people in your neighbourhood wait to hear from you this very evening",
]


def tried(texts, *, refused=True, apart_s=60, begin=NOON):
    return [
        Tried(UUID(int=n + int(begin.timestamp()) * 1000), begin + timedelta(seconds=n * apart_s), version_of(text),
              similarity_hash(text), refused)
        for n, text in enumerate(texts)
    ]  # fmt: skip


LATER = NOON + timedelta(hours=1)


@pytest.mark.parametrize(
    ("tries", "variants", "passed"),
    [
        (tried(EDITS), 5, 0),
        (tried(EDITS[:3]) + tried(EDITS[3:4], refused=False, begin=LATER), 3, 1),
        (tried(EDITS) + tried(OTHERS, begin=LATER), 5, 0),
    ],
)
def test_versions_that_are_refused_until_one_passes_are_a_series(tries, variants, passed):
    (series,) = find_series(tries, LIMITS)
    assert (series.variants, series.passed) == (variants, passed)
    assert str(variants) in series.facts


@pytest.mark.parametrize(
    "tries",
    [
        [],
        tried(EDITS[:4]),
        tried(EDITS[:2]) + tried(EDITS[2:3], refused=False, begin=LATER),
        # The one that went came first: nothing was felt out.
        tried(EDITS[3:4], refused=False) + tried(EDITS[:3], begin=LATER),
        tried(OTHERS),
        # One text to many, and a template filled in for many.
        tried([EDITS[0]] * 50),
        tried([f"Acme: your code is {n}, do not share it with anybody who asks" for n in range(100_000, 100_050)]),
        # A campaign of versions in one request, before anybody saw an answer.
        tried(EDITS, apart_s=0),
        tried(["4711", "!!!", "12:30", "https://a.example", "1 2 3"]),
        # The customer mends a refused text, once or twice, and it goes.
        tried(EDITS[:1]) + tried(EDITS[1:2], refused=False, begin=LATER),
    ],
)
def test_what_is_no_series(tries):
    assert find_series(tries, LIMITS) == []


@given(st.permutations(tried(EDITS) + tried(OTHERS, begin=LATER)))
def test_the_order_in_which_rows_come_does_not_matter(tries):
    assert find_series(tries, LIMITS) == find_series(tried(EDITS) + tried(OTHERS, begin=LATER), LIMITS)


TODAY = date(2026, 3, 4)
MANY = [f"brand{n}" for n in range(8)]
DOMAINS = [f"shop{n}.example" for n in range(8)]


@pytest.mark.parametrize(
    ("senders", "domains", "record", "looks_so"),
    [
        (MANY, [], AccountRecord(name="Acme"), True),
        ([], DOMAINS, AccountRecord(name="Acme"), True),
        (MANY[:7], DOMAINS[:7], AccountRecord(name="Acme"), False),
        (MANY, DOMAINS, AccountRecord(name="Acme", clearances=(Clearance("resale"),)), False),
        (MANY, DOMAINS, AccountRecord(name="Acme", clearances=(Clearance("resale", until=date(2026, 3, 3)),)), True),
        (MANY, [], AccountRecord(name="Acme", use_case=UseCase(senders=("brand0",))), False),
        ([*MANY[:7], "acme"], [], AccountRecord(name="Acme"), False),
        ([], DOMAINS, AccountRecord(name="Acme", domains=(OwnDomain("shop0.example"),)), False),
    ],
)
def test_more_senders_or_domains_than_declared_look_like_resale(senders, domains, record, looks_so):
    voices = Voices(senders, domains)
    assert (drifted(voices, record, (), TODAY, DRIFT) is not None) is looks_so


NAMES = [f"shop{letter}" for letter in "abcdefghijkl"]
TONGUES = ["en", "de", "fr", "es", "cyrillic", "greek"]


@pytest.mark.parametrize(
    ("names", "languages", "record", "looks_so"),
    [
        (NAMES, [], AccountRecord(name="Acme"), True),
        (NAMES, [], AccountRecord(name="Shop A"), False),
        (NAMES, [], AccountRecord(name="Acme", brands=(OwnBrand("ShopB"),)), False),
        ([*NAMES[:11], ""], [], AccountRecord(name="Acme"), False),
        ([], TONGUES, AccountRecord(name="Acme"), True),
        ([], [*TONGUES[:5], ""], AccountRecord(name="Acme"), False),
        (NAMES, TONGUES, AccountRecord(name="Acme", clearances=(Clearance("resale"),)), False),
    ],
)
def test_more_names_or_languages_than_declared_look_like_resale(names, languages, record, looks_so):
    voices = Voices(names=names, languages=languages)
    assert (drifted(voices, record, (), TODAY, DRIFT) is not None) is looks_so


def test_languages_of_countries_that_were_declared_are_expected():
    voices = Voices(languages=TONGUES)
    assert drifted(voices, AccountRecord(name="Acme"), ("de",), TODAY, DRIFT) is None
