"""People's decisions on texts, and the spread of scores, against a real PostgreSQL."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from comity.base.clock import SetClock
from comity.base.ids import IdMaker
from comity.content.drift import BINS
from comity.edges.postgres.artefact_store import erase_texts
from comity.edges.postgres.label_store import NewLabel, add_label, list_labels, score_bins
from comity.journey.drift import Drift
from support.road import Road

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
EVER = datetime(2000, 1, 1, tzinfo=UTC)
IDS = IdMaker()


@pytest.fixture
async def road(database):
    road = Road(database, SetClock(NOON))
    yield road
    await road.connections.close()


async def _message(road, account, at, text="Your code is 123456", **scores):
    id_ = IdMaker().at(at)  # a maker never goes back in time
    await road.fetch(
        """INSERT INTO messages (account_id, id, door, sender, recipient, category, text, encoding, parts,
                                 micro_credits, text_key, action, verdict)
           VALUES ($1, $2, 'api', 'Acme', '32470000000', 'transactional', $3, 'gsm7', 1, 0, 0, 'allow', $4)""",
        account,
        id_,
        text,
        {"findings": [], "given": {"scores": scores}},
    )
    return id_


def _decision(id_, label=True, **changes):
    return msgspec.structs.replace(NewLabel(id_, "phishing", label, "Ann", "", "Your code is 000000"), **changes)


async def test_the_latest_decision_on_a_message_and_category_counts(road):
    account = await road.account()
    one = await _message(road, account, NOON)
    async with road.connections.connection() as connection:
        assert await add_label(connection, _decision(one))
        assert await add_label(connection, _decision(one, label=False, person="Ben"))
        assert await add_label(connection, _decision(one, category="fraud"))
        found = await list_labels(connection, EVER)
    assert [(row["category"], row["label"], row["person"]) for row in found] == [
        ("fraud", True, "Ann"),
        ("phishing", False, "Ben"),
    ]
    assert await road.value("SELECT count(*) FROM labels") == 3


async def test_no_decision_is_kept_of_a_message_that_is_not_there(road):
    async with road.connections.connection() as connection:
        assert not await add_label(connection, _decision(IDS.at(NOON)))


async def test_erasing_a_text_erases_what_labels_keep_of_it(road):
    account = await road.account()
    one = await _message(road, account, NOON)
    async with road.connections.connection() as connection:
        await add_label(connection, _decision(one))
        erased = [n async for n in erase_texts(connection, IDS.at(NOON + timedelta(days=1)), None, None)]
        assert sum(erased) == 1
        assert await list_labels(connection, EVER) == []
    assert await road.value("SELECT template FROM labels") == ""


async def test_scores_of_days_that_are_over_are_counted_once(road):
    account = await road.account()
    for _ in range(3):
        await _message(road, account, NOON - timedelta(days=1), phishing=0.97)
    await _message(road, account, NOON - timedelta(days=10))
    await _message(road, account, NOON, phishing=0.97)
    for _ in range(2):
        await road.drift.once()
    async with road.connections.connection() as connection:
        bins = await score_bins(connection, NOON.date(), BINS)
    lately, before = bins["phishing"]
    assert (sum(lately), lately[-1]) == (3, 3)
    assert (sum(before), before[0]) == (1, 1)
    assert sum(bins["hate"][0]) == 3
    assert road.drift.by_category == {}


async def test_a_week_unlike_the_weeks_before_shows_as_drift(road):
    for day, bin_ in ((1, 8), (10, 0), (20, 0)):
        await road.fetch(
            "INSERT INTO score_days VALUES ($1, 'phishing', $2, 2000), ($1, 'hate', 0, 2000)",
            (NOON - timedelta(days=day)).date(),
            bin_,
        )
    drift = Drift(road.drift._store, road.clock)
    await drift.once()
    assert drift.by_category["phishing"] > 0.25
    assert drift.by_category["hate"] < 0.1
