"""Statements of reasons: as a text, and in the words of the DSA transparency database."""

from datetime import UTC, datetime

import msgspec
import pytest

from comity.accounts.account import Standing
from comity.accounts.dsa import MOST, SCHEMA, exported
from comity.accounts.standing import IMPOSED, RELIEVING, Event, Reasons
from comity.accounts.statement import Decided, Statement, readable, state_reasons

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
REASONS = Reasons("Carriers rejected half of it.", "U8", "carrier-rejections", "2026-11", "ab" * 32, automated=True)


def statement(event=Event.SUSPEND, reasons=REASONS, **more):
    after = IMPOSED.get(event, Standing.GOOD)
    decided = Decided("id1", "Acme", event, Standing.GOOD, after, NOW, appeal_by=NOW, **more)
    return state_reasons(decided, reasons, "Do not endanger the road.")


@pytest.mark.parametrize("event", Event)
def test_a_text_for_people_says_all_of_it(event):
    told = readable(statement(event))
    for words in (
        "Acme",
        "id1",
        "Carriers rejected half of it.",
        "U8",
        "2026-11",
        "ab" * 32,
        "automated",
        "2026-03-04",
    ):
        assert words in told
    assert ("appeal within six months" in told) is (event in IMPOSED)


@pytest.mark.parametrize(
    ("detected", "automated", "words"),
    [
        (True, True, "decided by automated"),
        (True, False, "decided by a person"),
        (False, False, "found and decided by a person"),
    ],
)
def test_it_says_whether_a_person_decided(detected, automated, words):
    reasons = msgspec.structs.replace(REASONS, automated=automated, detected=detected)
    assert words in readable(statement(reasons=reasons))


def test_it_is_the_same_after_it_was_stored():
    made = statement(until=NOW)
    assert msgspec.convert(msgspec.to_builtins(made), Statement) == made


@pytest.mark.parametrize("event", IMPOSED)
@pytest.mark.parametrize("clause", ["U1", "U2", "U4", "U8", "P6"])
@pytest.mark.parametrize("automated", [True, False])
def test_every_sanction_fits_the_schema(event, clause, automated):
    reasons = msgspec.structs.replace(REASONS, clause=clause, automated=automated, facts="x" * 6_000)
    row = exported(statement(event, reasons, until=NOW))
    for field, words in SCHEMA.items():
        given = row.get(field)
        assert given is None or set(given if isinstance(given, list) else [given]) <= words, field
    # One of these says what was decided; the others are asked of every statement.
    assert row.get("decision_provision") or row.get("decision_account")
    assert {
        "decision_ground",
        "content_type",
        "category",
        "application_date",
        "decision_facts",
        "source_type",
    } <= row.keys()
    assert all(len(row[field]) <= most for field, most in MOST.items())
    assert row["application_date"] == "2026-03-04"
    assert "Acme" not in str(row)


@pytest.mark.parametrize("event", RELIEVING)
def test_what_relieves_is_not_exported(event):
    with pytest.raises(KeyError):
        exported(statement(event))
