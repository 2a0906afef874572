import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.accounts.whereabouts import KEYS_FROM, KEYS_UNTIL, Whereabouts, range_keys

FILE = """\
2|ripencc|20260301|5|19830705|20260301|+0100
ripencc|*|ipv4|*|2|summary
ripencc|NL|ipv4|192.0.2.0|128|20100101|allocated|a-1
ripencc|BE|ipv4|192.0.2.128|96|20100101|assigned|a-2
lacnic|br|ipv4|203.0.113.0|256|20100101|allocated
ripencc|EU|asn|64496|1|20100101|allocated
apnic||ipv4|198.51.100.0|256||available
ripencc|EU|ipv4|198.51.100.0|256|20100101|allocated
apnic|JP|ipv6|2001:db8:100::|40|20100101|allocated
"""
KEYS = [key for line in FILE.splitlines() for key in range_keys(line)]
PLACES = Whereabouts(KEYS)


@pytest.mark.parametrize(
    ("address", "country"),
    [
        ("192.0.2.0", "NL"),
        ("192.0.2.127", "NL"),
        ("192.0.2.128", "BE"),
        ("192.0.2.223", "BE"),
        ("192.0.2.224", ""),
        ("203.0.113.255", "BR"),
        ("::ffff:203.0.113.1", "BR"),
        ("198.51.100.1", ""),
        ("0.0.0.0", ""),
        ("2001:db8:100::1", "JP"),
        ("2001:db8:1ff:ffff::1", "JP"),
        ("2001:db8:200::", ""),
        ("no address", ""),
    ],
)
def test_an_address_is_where_its_range_was_handed_out(address, country):
    assert PLACES.country_of(address) == country


def test_headings_summaries_and_what_nobody_has_are_passed_over():
    assert len(PLACES) == 4
    assert all(KEYS_FROM <= key < KEYS_UNTIL for key in KEYS)


def test_without_a_list_no_address_is_anywhere():
    assert Whereabouts().country_of("192.0.2.1") == ""


@pytest.mark.parametrize(
    "line",
    [
        "ripencc|NL|ipv4|192.0.2.0",
        "ripencc|NLD|ipv4|192.0.2.0|256|20100101|allocated",
        "ripencc|NL|ipv4|192.0.2|256|20100101|allocated",
        "ripencc|NL|ipv4|255.255.255.0|512|20100101|allocated",
        "ripencc|NL|ipv4|192.0.2.0|0|20100101|allocated",
        "ripencc|NL|ipv6|2001:db8::|65|20100101|allocated",
        "ripencc|NL|ipv9|192.0.2.0|256|20100101|allocated",
        "ripencc|NL|ipv4|192.0.2.0|256|20100101|lost",
        "bad.example",
    ],
)
def test_what_is_no_line_of_a_registry_is_said_to_be_none(line):
    with pytest.raises(ValueError):  # noqa: PT011  its words are shown to people as they are
        list(range_keys(line))


@pytest.mark.parametrize(
    ("address", "country"),
    [
        ("198.51.99.1", "NL"),
        ("198.51.100.7", "US"),
        ("198.51.100.16", "NL"),
        ("198.51.200.1", "NL"),
        ("2002:c633:c801::1", "NL"),
        ("64:ff9b::c633:6407", "US"),
        ("2001:0:4136:e378:8000:63bf:39cc:37fe", "NL"),
        ("2001:db8:5::1", "JP"),
        ("2001:db8:6::1", "FR"),
    ],
    ids=["before", "within", "just behind", "far behind", "6to4", "NAT64", "Teredo", "v6 within", "v6 behind"],
)
def test_a_range_goes_on_behind_one_that_lies_in_it_and_translated_addresses_are_where_theirs_are(address, country):
    lines = (
        "ripencc|NL|ipv4|198.51.0.0|65536|2010|allocated",
        "arin|US|ipv4|198.51.100.0|16|2010|assigned",
        "ripencc|FR|ipv6|2001:db8::|32|2010|allocated",
        "apnic|JP|ipv6|2001:db8:5::|48|2010|assigned",
    )
    assert Whereabouts(key for line in lines for key in range_keys(line)).country_of(address) == country


@given(st.lists(st.tuples(st.integers(0, 250), st.integers(1, 60), st.sampled_from(["NL", "BE", "BR"])), max_size=40))
def test_each_address_has_the_country_of_the_innermost_range_that_holds_it(found):
    ranges = sorted(((start, min(count, 256 - start), country) for start, count, country in found), key=_outer_first)
    lines = [f"x|{c}|ipv4|192.0.2.{s}|{n}|20100101|allocated" for s, n, c in ranges]
    places = Whereabouts(key for line in reversed(lines) for key in range_keys(line))
    for last in range(256):
        expected = next((c for s, n, c in reversed(ranges) if s <= last < s + n), "")
        assert places.country_of(str(ipaddress.IPv4Address("192.0.2.0") + last)) == expected


def _outer_first(one):
    start, count, country = one
    return start, -count, country
