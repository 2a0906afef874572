import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.routing.routes import DEFAULT_PRICE, PriceTable, Route, RouteTable

TABLE = RouteTable([Route("", 9), Route("32", 1), Route("324", 2, 1), Route("324", 3), Route("4", 4)])


@pytest.mark.parametrize(
    ("number", "prefix", "carriers"),
    [
        ("32470000000", "324", (3, 2)),
        ("3225000000", "32", (1,)),
        ("32", "32", (1,)),
        ("4", "4", (4,)),
        ("33600000000", "", (9,)),
        ("", "", (9,)),
    ],
)
def test_the_longest_prefix_wins_as_a_whole(number, prefix, carriers):
    assert TABLE.prefix_of(number) == prefix
    assert TABLE.carriers(prefix) == carriers


def test_without_a_route_a_message_waits_for_a_default_one():
    table = RouteTable([])
    assert table.prefix_of("32470000000") == ""
    assert table.carriers("") == ()
    assert table.prefixes() == ()


def test_of_equal_priority_the_older_carrier_comes_first():
    assert RouteTable([Route("", 7), Route("", 3)]).carriers("") == (3, 7)


@given(st.lists(st.from_regex(r"[0-9]{0,4}", fullmatch=True)), st.from_regex(r"[0-9]{0,12}", fullmatch=True))
def test_a_number_goes_by_the_longest_prefix_it_starts_with(prefixes, number):
    table = RouteTable(Route(prefix, 1) for prefix in prefixes)
    fitting = [prefix for prefix in prefixes if number.startswith(prefix)]
    assert table.prefix_of(number) == max(fitting, key=len, default="")


@pytest.mark.parametrize(
    ("prices", "country", "price"),
    [
        ({}, "BE", DEFAULT_PRICE),
        ({}, None, DEFAULT_PRICE),
        ({"BE": 5}, "BE", 5),
        ({"BE": 0}, "BE", 0),
        ({"BE": 5}, "NL", DEFAULT_PRICE),
        ({"BE": 5, "*": 7}, "NL", 7),
        ({"*": 7}, None, 7),
    ],
)
def test_the_price_is_the_countrys_or_everybodys(prices, country, price):
    assert PriceTable(prices).per_part(country) == price
