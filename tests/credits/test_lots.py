from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.credits.lots import POSTINGS, EntryKind, Lot, LotKind, Purse

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


def lot(number, kind=LotKind.PURCHASED, remaining=10, days=None):
    return Lot(number, kind, remaining, None if days is None else NOW + timedelta(days=days))


LOTS = st.lists(
    st.builds(
        lot,
        st.integers(1, 10_000),
        st.sampled_from(LotKind),
        st.integers(0, 1_000_000),
        st.none() | st.integers(-3, 3),
    ),
    max_size=8,
    unique_by=lambda lot: lot.lot_id,
)


@pytest.mark.parametrize(
    ("lots", "spent_from"),
    [
        pytest.param([lot(1), lot(2, LotKind.BONUS)], [2, 1], id="bonus before purchased"),
        pytest.param([lot(1), lot(2, days=9), lot(3, days=1)], [3, 2, 1], id="what expires earliest first"),
        pytest.param([lot(1, days=1), lot(2, LotKind.BONUS)], [2, 1], id="bonus that lasts before what expires"),
        pytest.param([lot(2), lot(1)], [1, 2], id="older before newer"),
        pytest.param([lot(1, LotKind.BONUS, days=9), lot(2, LotKind.BONUS, days=2)], [2, 1], id="bonus by expiry too"),
    ],
)
def test_lots_are_spent_in_order(lots, spent_from):
    purse = Purse(lots, NOW)
    assert [charge.lot_id for charge in purse.spend(purse.available)] == spent_from


@pytest.mark.parametrize(("days", "usable"), [(-1, False), (0, False), (1, True), (None, True)])
def test_an_expired_lot_buys_nothing(days, usable):
    assert bool(Purse([lot(1, days=days)], NOW).available) is usable


def test_a_lot_expires_at_its_very_instant():
    ending = Lot(1, LotKind.BONUS, 5, NOW + timedelta(microseconds=1))
    assert Purse([ending], NOW).available == 5
    assert Purse([ending], NOW + timedelta(microseconds=1)).available == 0


def test_a_charge_may_span_lots():
    charges = Purse([lot(1, LotKind.BONUS, 3), lot(2, remaining=10)], NOW).spend(5)
    assert [(charge.lot_id, charge.micro_credits) for charge in charges] == [(1, 3), (2, 2)]


def test_nothing_costs_nothing():
    assert Purse([lot(1)], NOW).spend(0) == ()


@given(LOTS, st.lists(st.integers(0, 500_000), max_size=10))
def test_a_purse_never_overdraws_and_loses_nothing(lots, amounts):
    purse = Purse(lots, NOW)
    held_before = sum(one.remaining for one in lots)
    available = purse.available
    spent = 0
    for amount in amounts:
        if amount > purse.available:
            before = [one.remaining for one in lots]
            with pytest.raises(ValueError, match="less"):
                purse.spend(amount)
            assert [one.remaining for one in lots] == before
        else:
            charges = purse.spend(amount)
            assert sum(charge.micro_credits for charge in charges) == amount
            assert all(charge.micro_credits > 0 for charge in charges)
            spent += amount
    assert purse.available == available - spent
    assert sum(one.remaining for one in lots) == held_before - spent
    assert all(one.remaining >= 0 for one in lots)


@given(LOTS)
def test_what_is_expired_stays_whole(lots):
    purse = Purse(lots, NOW)
    expired = {one.lot_id: one.remaining for one in lots if one.expires_at and one.expires_at <= NOW}
    purse.spend(purse.available)
    assert {one.lot_id: one.remaining for one in lots if one.lot_id in expired} == expired


@given(LOTS, st.data())
def test_purchased_credits_are_touched_only_when_no_bonus_is_left(lots, data):
    purse = Purse(lots, NOW)
    charges = purse.spend(data.draw(st.integers(0, purse.available)))
    kinds = {one.lot_id: one.kind for one in lots}
    if any(kinds[charge.lot_id] is LotKind.PURCHASED for charge in charges):
        usable = [one for one in lots if one.expires_at is None or one.expires_at > NOW]
        assert not any(one.remaining for one in usable if one.kind is LotKind.BONUS)


def test_every_kind_of_entry_moves_between_two_accounts():
    assert POSTINGS.keys() == set(EntryKind)
    assert all(source != target for source, target in POSTINGS.values())
