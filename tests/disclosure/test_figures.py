from hypothesis import given
from hypothesis import strategies as st

from comity.disclosure.figures import Counted, figures

REQUESTS = st.lists(
    st.builds(
        Counted,
        basis=st.sampled_from(["court-order", "subpoena", "emergency"]),
        country=st.sampled_from(["BE", "NL", "FR"]),
        outcome=st.sampled_from(["answered", "refused"]),
        emergency=st.booleans(),
        late=st.booleans(),
        accounts=st.integers(0, 5),
    ),
    max_size=60,
)


def ranges(told):
    tables = (told.by_basis, told.by_country, told.by_outcome)
    return [one for table in tables for one in table.values()]


@given(REQUESTS, st.integers(0, 30))
def test_no_count_below_ten_is_told(requests, orders):
    told = figures(2025, requests, orders)
    for one in (*ranges(told), told.requests, told.emergencies, told.late, told.accounts, told.preservation_orders):
        assert one.least != one.most or one.least == 0 or one.least >= 10


@given(REQUESTS)
def test_a_small_count_is_not_what_the_others_leave_of_the_sum(requests):
    told = figures(2025, requests, 0)
    if any(one.least != one.most for one in ranges(told)):
        assert all(one.least != one.most for one in (*ranges(told), told.requests))


@given(st.integers(1, 60), st.integers(0, 60))
def test_how_few_were_no_emergencies_or_not_late_is_not_what_the_sum_leaves(total, few):
    few = min(few, total)
    one = {"basis": "court-order", "country": "BE", "outcome": "answered", "accounts": 1}
    requests = [Counted(**one, emergency=place >= few, late=place >= few) for place in range(total)]
    told = figures(2025, requests, 0)
    for part in (told.emergencies, told.late):
        left = range(max(0, told.requests.least - part.most), told.requests.most - part.least + 1)
        assert few in left
        assert few in {0, total} or few >= 10 or len(left) > 1


def test_a_small_count_of_one_table_is_not_what_the_sum_of_another_leaves():
    one = {"basis": "court-order", "country": "BE", "emergency": False, "late": False, "accounts": 1}
    outcomes = ["answered"] * 12 + ["refused"] * 8
    told = figures(2025, [Counted(**one, outcome=outcome) for outcome in outcomes], 0)
    assert (told.by_basis["court-order"].least, told.by_basis["court-order"].most) == (20, 29)
    assert (told.by_outcome["answered"].least, told.by_outcome["answered"].most) == (10, 19)


@given(REQUESTS)
def test_what_is_told_is_true(requests):
    told = figures(2025, requests, 0)
    assert told.requests.least <= len(requests) <= told.requests.most
    assert told.accounts.least <= sum(one.accounts for one in requests) <= told.accounts.most
    for name, one in told.by_country.items():
        assert one.least <= sum(request.country == name for request in requests) <= one.most
