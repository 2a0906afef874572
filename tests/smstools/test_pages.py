import pytest

from comity.smstools.codes import DialectError
from comity.smstools.pages import Page, page_of, read_page


@pytest.mark.parametrize(
    ("query", "page"),
    [
        ({}, Page(100, 1)),
        ({"limit": "", "page": ""}, Page(100, 1)),
        ({"limit": "1"}, Page(1, 1)),
        ({"limit": "2000", "page": "3"}, Page(2000, 3)),
        ({"page": "0002"}, Page(100, 2)),
    ],
)
def test_a_page_is_read(query, page):
    assert read_page(query) == page


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"limit": "0"}, 135),
        ({"limit": "2001"}, 135),
        ({"limit": "-1"}, 135),
        ({"limit": "ten"}, 135),
        ({"limit": "1.5"}, 135),
        ({"limit": "٣"}, 135),
        ({"limit": "9" * 100_000}, 135),
        ({"page": "0"}, 136),
        ({"page": "-1"}, 136),
        ({"page": "x"}, 136),
        ({"page": "9" * 12}, 136),
    ],
)
def test_what_is_no_page_is_refused_with_its_code(query, code):
    with pytest.raises(DialectError) as caught:
        read_page(query)
    assert caught.value.code.number == code


def test_the_offset_is_what_stands_before_the_page():
    assert Page(100, 1).offset == 0
    assert Page(50, 3).offset == 100


def test_a_page_of_items():
    assert page_of(Page(2, 2), 5, "messages", ["c", "d"]) == {
        "total": 5,
        "shown": 2,
        "page": 2,
        "limit": 2,
        "messages": ["c", "d"],
    }
