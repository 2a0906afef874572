"""A candidate policy over past judgements: what would change is counted, and what cannot be judged again is said."""

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.base.ids import IdMaker
from comity.journey.backtest import Backtest, Change, Row, Tally, digests_in
from comity.journey.check import Case, read_case
from comity.journey.replay import compiled
from comity.policy.files import default_policy, read_policy
from comity.screening.decide import decide
from comity.screening.engine import engine
from support.judging import NOON, the_facts

HEAD = 'version = "next"\ntitle = "t"\neffective = 2026-01-01\n'
IDS = IdMaker()
SHIPPED = compiled(default_policy(), engine())


def a_row(text="Your parcel arrives at 14:00.", to="+32470123456", account="Acme", facts=None, **changes):
    read = read_case(Case(text, to=to, sender="Acme", at=NOON), SHIPPED)
    message = read.message
    verdict = decide(message, facts or the_facts(account=None), SHIPPED)
    row = Row(
        1, account, IDS.at(NOON), "Acme", message.recipient, message.country, message.category.value, text,
        message.text_key, message.similarity, msgspec.json.encode(verdict).decode(),
    )  # fmt: skip
    return msgspec.structs.replace(row, **changes)


def candidate(rules):
    return Backtest(read_policy(HEAD + rules))


SMOKE = {"text": "Smoke in hall 3", "to": "112"}


def test_a_rule_made_milder_lets_its_messages_go():
    tally = candidate('[rules.emergency-destination]\naction = "note"\n').compare([a_row(**SMOKE), a_row()], {})
    assert tally.judged == 2
    assert tally.actions == {("refuse", "note"): 1, ("allow", "allow"): 1}
    assert tally.changes == {Change("emergency-destination", "Acme", "-", "refuse", "note"): 1}


def test_the_same_policy_changes_nothing():
    tally = Backtest(default_policy()).compare([a_row(**SMOKE), a_row()], {})
    assert not tally.changes
    assert tally.otherwise == 0


def test_a_stricter_policy_names_messages_for_cases():
    row = a_row(**SMOKE)
    mild = msgspec.structs.replace(row, verdict=row.verdict.replace('"refuse"', '"allow"'))
    tally = Backtest(default_policy()).compare([mild], {})
    ((account, message, findings),) = tally.stricter
    assert (account, message) == (1, row.id)
    assert json.loads(findings)[0]["rule"] == "emergency-destination"


def test_examples_name_messages_and_never_show_texts_or_whole_numbers():
    rows = [a_row(text=f"Smoke in hall {n}", to="112") for n in range(9)]
    tally = candidate("rules = {}\n").compare(rows, {})
    ((change, examples),) = tally.examples.items()
    assert (change.now, len(examples)) == ("-", 3)
    assert [one.id for one in examples] == [row.id for row in rows[:3]]
    assert "Smoke" not in repr(tally)


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (a_row(text_erased_at=NOON), "the text was erased"),
        (a_row(facts=the_facts(account_digest="gone")), "the account's record of then is not kept"),
        (a_row(verdict='{"action": 1}'), "the verdict has a form of another time"),
    ],
)
def test_a_row_that_cannot_be_judged_again_is_counted_with_its_reason(row, why):
    tally = candidate("rules = {}\n").compare([row, a_row()], {})
    assert (tally.judged, tally.skipped) == (1, {why: 1})


def test_a_rule_that_lacks_what_was_not_looked_up_then_is_counted():
    row = a_row(facts=the_facts(account=None, opted_out=None))
    verdict = json.loads(row.verdict)
    del verdict["results"]["recipient-opted-out"]
    off_then = msgspec.structs.replace(row, verdict=json.dumps(verdict))
    tally = candidate("[rules.recipient-opted-out]\n").compare([off_then], {})
    assert tally.lacking == {"recipient-opted-out": 1}


def test_what_another_engine_judged_is_counted_apart():
    row = a_row()
    tally = candidate("rules = {}\n").compare(
        [msgspec.structs.replace(row, verdict=row.verdict.replace(engine().code.digest, "old"))], {}
    )
    assert tally.otherwise == 1


@given(st.lists(st.booleans(), max_size=12), st.integers(0, 12))
def test_tallies_of_parts_add_up_to_the_tally_of_the_whole(smoke, cut):
    rows = [a_row(**SMOKE) if one else a_row() for one in smoke]
    test = candidate('[rules.emergency-destination]\naction = "hold"\n')
    whole, parts = test.compare(rows, {}), Tally()
    for part in (rows[:cut], rows[cut:]):
        parts.add(test.compare(part, {}))
    assert parts == whole


def test_the_accounts_records_that_rows_need_are_read_off_their_verdicts():
    rows = [a_row(facts=the_facts(account_digest=name)) for name in ("a", "b", "a")] + [a_row(verdict="{}")]
    assert digests_in(rows) == {"a", "b"}
