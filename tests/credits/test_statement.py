from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.base.errors import SettingsError
from comity.credits.corrections import LIMIT, BadCorrectionError, may_settle, needs_second
from comity.credits.lots import EntryKind
from comity.credits.statement import sign_of, span_of


@given(st.integers(946_684_800, 32_472_143_999).map(lambda second: datetime.fromtimestamp(second, UTC)))
def test_every_instant_is_in_the_month_it_is_written_in_and_in_no_other(at):
    begins, ends = span_of(f"{at:%Y-%m}")
    assert begins <= at < ends
    assert span_of(f"{ends:%Y-%m}")[0] == ends


@pytest.mark.parametrize("written", ["", "2026", "2026-13", "2026-00", "2026-1", "26-01", "2026-01-01", "2026-01\n"])
def test_what_is_no_month_is_refused(written):
    with pytest.raises(SettingsError):
        span_of(written)


@pytest.mark.parametrize(
    ("kind", "sign"),
    [
        (EntryKind.PURCHASE, 1),
        (EntryKind.BONUS, 1),
        (EntryKind.CHARGE, -1),
        (EntryKind.REFUND, 1),
        (EntryKind.EXPIRY, -1),
        (EntryKind.CORRECTION, 1),
        (EntryKind.PAYOUT, -1),
        (EntryKind.SETTLEMENT, 0),
    ],
)
def test_each_kind_adds_takes_or_does_neither(kind, sign):
    assert sign_of(kind) == sign


@pytest.mark.parametrize(("amount", "two"), [(LIMIT, False), (-LIMIT, False), (LIMIT + 1, True), (-LIMIT - 1, True)])
def test_above_the_limit_it_takes_two(amount, two):
    assert needs_second(amount) is two


@pytest.mark.parametrize("by", ["Ann", "ann", " ANN ", "Ann  "])
def test_nobody_is_their_own_second(by):
    with pytest.raises(BadCorrectionError):
        may_settle("Ann", by)
    may_settle("Bob", by)


def test_a_month_is_as_long_as_it_is():
    begins, ends = span_of("2028-02")
    assert ends - begins == timedelta(days=29)
