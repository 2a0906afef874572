"""Imports of consents: batches with evidence, taken up again, held when bought, counted when released."""

from datetime import UTC, datetime, timedelta

import pytest

from comity.cases.life import Event
from comity.cases.life import Role as StaffRole
from comity.consent.bought import Sample
from comity.consent.life import ImportEvent, ImportState, WrongEventError
from comity.consent.records import Consent
from comity.edges.postgres import consent_imports, consent_store
from comity.edges.postgres.case_decisions import Decision, decide
from comity.edges.postgres.consent_imports import salted_leaf
from comity.edges.postgres.consent_opt_outs import OptOut, put_opt_out
from comity.edges.postgres.evidence_minutes import split_leaves
from comity.edges.postgres.roles import Role
from comity.evidence.tree import leaf_hash, root_of
from support.gateway import operating

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


@pytest.fixture
async def operator(database):
    async with operating(database) as hands:
        yield hands


@pytest.fixture
async def road(database):
    connection = await database.connect(Role.ROAD)
    yield connection
    await connection.close()


def people(count=150, begin=0, *, bought=False):
    """Rows of people who agreed one by one, or, as a list that was bought has them, all at once."""
    return [
        Consent(
            f"3247{begin + n:07d}",
            "Shop",
            "offers",
            "Yes, text me.",
            "web form",
            NOW - timedelta(days=1) if bought else NOW - timedelta(days=1, minutes=n),
            f"form {n}",
            f"2001:db8::{n:x}",
        )
        for n in range(count)
    ]


async def brought(road, account_id, rows, digest="a" * 64):
    """Import rows, in two batches; what became of it."""
    into = await consent_imports.open_import(road, account_id, "list.csv", digest, NOW)
    sample: Sample = await consent_imports.sample_for(road)
    added = 0
    for batch in (rows[:100], rows[100:]):
        for row in batch:
            sample.add(row.recipient, row.at, row.address)
        added += await consent_imports.write_rows(road, into, batch, NOW)
    settled = await consent_imports.settle_import(road, into, sample, (len(rows) - added, 0), NOW)
    return into, settled, added


async def entries(operator, account_id):
    return await operator.value(
        "SELECT count(*) FROM evidence_entries WHERE account_id = $1 AND kind = 'consent'", account_id
    )


async def test_an_honest_list_counts_and_each_batch_leaves_one_entry(operator, road):
    customer = await operator.customer()
    _, settled, added = await brought(road, customer.account_id, people())
    assert (settled.state, added, settled.case) == (ImportState.COUNTED, 150, None)
    assert await entries(operator, customer.account_id) == 2
    _, again, added = await brought(road, customer.account_id, people())
    assert (again.state, added) == (ImportState.COUNTED, 0)
    assert await entries(operator, customer.account_id) == 2


async def test_an_import_that_broke_off_is_taken_up_again(operator, road):
    customer = await operator.customer()
    broken = await consent_imports.open_import(road, customer.account_id, "list.csv", "a" * 64, NOW)
    assert await consent_imports.write_rows(road, broken, people()[:100], NOW) == 100
    grants, _ = await consent_store.events_of(road, customer.account_id, people()[0].recipient)
    assert grants == []
    into, settled, added = await brought(road, customer.account_id, people())
    assert (into.import_id, settled.state, added) == (broken.import_id, ImportState.COUNTED, 50)
    grants, _ = await consent_store.events_of(road, customer.account_id, people()[0].recipient)
    assert len(grants) == 1


@pytest.mark.parametrize(("event", "count"), [(ImportEvent.RELEASE, 1), (ImportEvent.DROP, 0)])
async def test_a_list_that_looks_bought_counts_only_when_a_reviewer_releases_it(operator, road, event, count):
    customer = await operator.customer()
    into, settled, _ = await brought(road, customer.account_id, people(bought=True))
    assert settled.state is ImportState.HELD
    assert "same-time" in {one.signal for one in settled.signals}
    case = await operator.fetch("SELECT kind, account_id, facts FROM cases WHERE case_id = $1", settled.case)
    assert (case[0]["kind"], case[0]["account_id"]) == ("import", customer.account_id)
    grants, _ = await consent_store.events_of(road, customer.account_id, people()[0].recipient)
    assert grants == []
    state = await consent_imports.decide_import(road, into.import_id, event, "Ann", NOW)
    assert state is (ImportState.RELEASED if count else ImportState.DROPPED)
    grants, _ = await consent_store.events_of(road, customer.account_id, people()[0].recipient)
    assert len(grants) == count
    with pytest.raises(WrongEventError):
        await consent_imports.decide_import(road, into.import_id, event, "Ann", NOW)
    (row,) = await consent_imports.list_imports(road, customer.account_id)
    assert (row["settled_by"], row["counts"]) == ("Ann", bool(count))
    assert await consent_imports.decide_import(road, 10**9, event, "Ann", NOW) is None


@pytest.mark.parametrize(
    ("event", "state"), [(Event.OVERTURN, ImportState.RELEASED), (Event.CONFIRM, ImportState.DROPPED)]
)
async def test_the_decision_on_its_case_settles_a_held_import_in_the_same_commit(operator, road, event, state):
    customer = await operator.customer()
    _, settled, _ = await brought(road, customer.account_id, people(bought=True))
    async with road.transaction():
        row = await decide(
            road, settled.case, Decision(event, "Ann", StaffRole.REVIEWER, words="It was looked at."), NOW
        )
    assert set(row["effects"].values()) == {150}
    (found,) = await consent_imports.list_imports(road, customer.account_id)
    assert (found["state"], found["settled_by"]) == (state.value, "Ann")


async def test_a_list_that_another_account_brought_lately_is_held_and_says_of_whom_nothing(operator, road):
    one, other = await operator.customer(), await operator.customer()
    await brought(road, one.account_id, people())
    _, settled, _ = await brought(road, other.account_id, people(150, 50))
    assert settled.state is ImportState.HELD
    (signal,) = [found for found in settled.signals if found.signal == "overlap"]
    assert 50 <= signal.percent <= 80
    assert one.name not in signal.why


async def test_a_stored_consent_is_never_changed_only_withdrawn_once(operator, road):
    customer = await operator.customer()
    (number,) = await consent_store.record_consents(road, customer.account_id, people(1), NOW)
    for change in ("brand = 'Other'", "at = now()", "withdrawn_at = now(), wording = 'x'"):
        with pytest.raises(Exception, match="never changed"):
            await operator.fetch(f"UPDATE consents SET {change} WHERE number = $1", number)
    person = people(1)[0].recipient
    assert await consent_store.withdraw(road, customer.account_id, (person, "SHOP"), "by post", NOW) == [number]
    with pytest.raises(Exception, match="never changed"):
        await operator.fetch("UPDATE consents SET withdrawn_at = NULL WHERE number = $1", number)


async def test_what_cannot_leave_evidence_does_not_happen(operator, road):
    customer = await operator.customer()
    await operator.fetch("DELETE FROM evidence_installation")
    with pytest.raises(Exception, match="no keys"):
        await put_opt_out(road, customer.account_id, OptOut("32470000000"), NOW)
    with pytest.raises(Exception, match="no keys"):
        await consent_store.record_consents(road, customer.account_id, people(1), NOW)
    assert await operator.value("SELECT count(*) FROM opt_outs") == 0
    assert await operator.value("SELECT count(*) FROM consents") == 0


# ---- what the evidence log has of a person


async def leaves_of(operator, account_id):
    rows = await operator.fetch("SELECT root, leaves FROM consent_leaves WHERE account_id = $1", account_id)
    return [(row["root"], split_leaves(row["leaves"])) for row in rows]


async def stored(operator, account_id, number):
    """A consent as the ledger has it, with its salt."""
    row = await operator.fetch(
        "SELECT recipient, brand, purpose, wording, channel, at, proof, address, expires_at, salt FROM consents"
        " WHERE account_id = $1 AND recipient = $2",
        *(account_id, number),
    )
    return (Consent(*list(row[0])[:-1]), row[0]["salt"]) if row else None


async def test_each_imported_consent_stands_under_its_batchs_root_and_can_be_proven(operator, road):
    customer, rows = await operator.customer(), people()
    await brought(road, customer.account_id, rows)
    trees = await leaves_of(operator, customer.account_id)
    assert sorted(len(leaves) for _, leaves in trees) == [50, 100]
    assert all(root_of(leaves) == root for root, leaves in trees)
    every = {leaf for _, leaves in trees for leaf in leaves}
    for row in (rows[0], rows[99], rows[149]):
        assert salted_leaf(*await stored(operator, customer.account_id, row.recipient)) in every


async def test_of_who_is_erased_nothing_is_left_to_find_and_the_others_stay_proven(operator, road):
    customer, rows = await operator.customer(), people()
    await brought(road, customer.account_id, rows)
    gone, other = rows[7], rows[8]
    _, salt = await stored(operator, customer.account_id, gone.recipient)
    await operator.fetch("DELETE FROM consents WHERE recipient = $1", gone.recipient)
    trees = await leaves_of(operator, customer.account_id)
    every = {leaf for _, leaves in trees for leaf in leaves}
    # Who knows all that the row said finds it under no root; the salt that would tell went with it.
    assert leaf_hash(gone.line) not in every
    kept = await operator.fetch("SELECT salt FROM consents WHERE account_id = $1", customer.account_id)
    assert salt not in {row["salt"] for row in kept}
    assert not {salted_leaf(gone, row["salt"]) for row in kept} & every
    assert salted_leaf(*await stored(operator, customer.account_id, other.recipient)) in every
    assert all(root_of(leaves) == root for root, leaves in trees)


async def test_only_new_rows_stand_under_a_root(operator, road):
    customer = await operator.customer()
    await brought(road, customer.account_id, people(100))
    await brought(road, customer.account_id, people(130), digest="b" * 64)
    assert sorted(len(leaves) for _, leaves in await leaves_of(operator, customer.account_id)) == [30, 100]
