from datetime import UTC, datetime

import pytest

from comity.consent.records import COLUMNS, BadConsentError, Consent, read_consent

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
ROW = {
    "recipient": "+32 470 00 00 00",
    "brand": "Shop",
    "purpose": "offers",
    "wording": "Yes, text me offers.",
    "channel": "web form",
    "at": "2026-03-01T12:30:00+01:00",
    "proof": "form 4711",
}


def test_a_row_is_read():
    assert read_consent(ROW, NOW) == Consent(
        recipient="32470000000",
        brand="Shop",
        purpose="offers",
        wording="Yes, text me offers.",
        channel="web form",
        at=datetime(2026, 3, 1, 11, 30, tzinfo=UTC),
        proof="form 4711",
    )


@pytest.mark.parametrize(
    ("at", "read"),
    [
        ("2026-03-01", datetime(2026, 3, 1, tzinfo=UTC)),
        ("2026-03-01 12:30", datetime(2026, 3, 1, 12, 30, tzinfo=UTC)),
        ("2026-03-01T12:30:00Z", datetime(2026, 3, 1, 12, 30, tzinfo=UTC)),
        (NOW.isoformat(), NOW),
    ],
)
def test_a_time_without_a_zone_is_utc(at, read):
    assert read_consent({**ROW, "at": at}, NOW).at == read


@pytest.mark.parametrize("name", COLUMNS)
@pytest.mark.parametrize("value", ["", "   ", None])
def test_a_field_that_is_empty_is_named(name, value):
    with pytest.raises(BadConsentError, match=f"{name} is empty") as caught:
        read_consent({**ROW, name: value}, NOW)
    assert caught.value.remedy


@pytest.mark.parametrize("name", COLUMNS)
def test_a_column_that_is_not_there_is_empty(name):
    with pytest.raises(BadConsentError, match=f"{name} is empty"):
        read_consent({column: value for column, value in ROW.items() if column != name}, NOW)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("recipient", "112"),
        ("recipient", "0470000000"),
        ("recipient", "nobody"),
        ("recipient", "+32470000000\0"),
        ("brand", "x" * 101),
        ("brand", "a\0b"),
        ("purpose", "x" * 201),
        ("wording", "x" * 2001),
        ("channel", "x" * 51),
        ("proof", "x" * 1001),
        ("proof", "a\0b"),
        ("at", "yesterday"),
        ("at", "01/03/2026"),
        ("at", "2026-03-04T12:00:01Z"),
        ("at", "9999-12-31"),
        ("at", "0001-01-01T00:00:00+14:00"),
        ("at", "1969-12-31"),
    ],
)
def test_a_field_that_is_wrong_is_named(name, value):
    with pytest.raises(BadConsentError, match=f"^{name} "):
        read_consent({**ROW, name: value}, NOW)


@pytest.mark.parametrize(("name", "longest"), [("brand", 100), ("wording", 2000), ("proof", 1000)])
def test_the_longest_field_that_fits_is_taken(name, longest):
    assert getattr(read_consent({**ROW, name: "é" * longest}, NOW), name) == "é" * longest
