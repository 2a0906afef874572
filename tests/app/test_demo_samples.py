"""The demonstration shows the same at any hour and on any weekday."""

from datetime import UTC, datetime, timedelta

import pytest

from comity.app.demo.samples import make_samples
from comity.messages.submission import Category
from comity.numbers.read import read_destination
from comity.numbers.zones import place_of, zones_of
from comity.screening.decide import decide
from comity.screening.judging import ConsentFact
from support.judging import a_message, shipped, the_facts

SATURDAY = datetime(2026, 11, 21, tzinfo=UTC)
SHIPPED = shipped()


def judged(sample, now):
    """By the shipped policy, for a recipient who agreed."""
    to = read_destination(sample.to)
    place = place_of(to)
    facts = the_facts(
        zones=zones_of(to),
        us_state=place.partition("-")[2] or None,
        consent=ConsentFact(now - timedelta(days=9), "", "offers"),
        consent_known=True,
        recent=(),
    )
    message = a_message(
        sample.sender, text=sample.text, to=sample.to, country=place[:2], category=Category.PROMOTIONAL, at=now
    )
    return decide(message, facts, SHIPPED)


@pytest.mark.parametrize("hour", range(0, 24 * 9, 3))
def test_promotions_go_or_wait_at_any_hour(hour):
    now = SATURDAY + timedelta(hours=hour)
    samples = {one.title: one for one in make_samples(now)}
    assert judged(samples["A promotion, opted in"], now).action in {"allow", "note"}
    assert judged(samples["A promotion outside the hours"], now).action == "defer"
