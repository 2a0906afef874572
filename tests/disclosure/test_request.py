from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.disclosure.fields import FIELDS, Basis, Level, bases_in, content_of
from comity.disclosure.request import BadRequestError, NewRequest, Requester, Scope, beyond, check, proposal
from comity.policy.files import default_policy, policy_of
from comity.policy.problems import PolicyError

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
BASES = bases_in(default_policy().document.disclosure, {})
COURT = Requester("authority", "Court of Example", "BE", "2026/17")
ASKED = Scope(("32470000011", "32470000012"), (), NOW - timedelta(days=400), NOW)
NEW = NewRequest(COURT, "court-order", ASKED, NOW, "Pat")


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"basis": "because"}, "no such legal basis"),
        ({"basis": "data-protection-access"}, "asks subject"),
        ({"basis": "subpoena", "emergency": True}, "no emergency"),
        ({"received_at": NOW + timedelta(seconds=1)}, "in the future"),
        ({"received_at": NOW - timedelta(days=61)}, "too long ago"),
        ({"delay_until": NOW + timedelta(days=1)}, "both a date and the legal order"),
        ({"delay_order": "Order 1"}, "both a date and the legal order"),
        ({"delay_until": NOW, "delay_order": "Order 1"}, "is past"),
        ({"asked": msgspec.structs.replace(ASKED, numbers=())}, "numbers or accounts"),
        ({"asked": msgspec.structs.replace(ASKED, numbers=("1",) * 101)}, "up to 100"),
        ({"asked": msgspec.structs.replace(ASKED, until=ASKED.since)}, "period is empty"),
        ({"asked": msgspec.structs.replace(ASKED, until=NOW + timedelta(seconds=1))}, "still to come"),
        ({"asked": msgspec.structs.replace(ASKED, fields=("message.mood",))}, "is none"),
    ],
)
def test_a_request_that_cannot_be_one_is_told_why(changes, says):
    with pytest.raises(BadRequestError, match=says):
        check(msgspec.structs.replace(NEW, **changes), BASES, NOW)


def test_there_are_ten_days_or_eight_hours():
    basis = check(NEW, BASES, NOW)
    assert (basis.within(emergency=False), basis.within(emergency=True)) == (timedelta(days=10), timedelta(hours=8))


@pytest.mark.parametrize("name", sorted(BASES))
def test_every_basis_that_ships_tells_no_more_than_it_says(name):
    basis = BASES[name]
    assert basis.content or not content_of(basis.fields)
    assert basis.source
    assert set(basis.fields) <= FIELDS.keys()


@given(st.sampled_from(sorted(BASES)), st.sets(st.sampled_from(sorted(FIELDS))))
def test_what_is_proposed_is_asked_for_and_allowed_and_needs_no_reason(name, fields):
    basis = BASES[name]
    asked = msgspec.structs.replace(ASKED, fields=tuple(fields))
    proposed = proposal(asked, basis)
    assert set(proposed.fields) <= set(basis.fields) & (fields or set(FIELDS))
    assert proposed.until - proposed.since <= timedelta(days=basis.max_days)
    if proposed.fields:
        assert beyond(proposed, proposed, asked, basis) == ()


@given(st.sampled_from(sorted(BASES)), st.sets(st.sampled_from(sorted(FIELDS)), min_size=1))
def test_content_is_never_chosen_on_a_basis_without_it_and_more_is_always_named(name, fields):
    basis = BASES[name]
    proposed = proposal(ASKED, basis)
    chosen = msgspec.structs.replace(proposed, fields=tuple(fields))
    if not basis.content and any(FIELDS[field] is Level.CONTENT for field in fields):
        with pytest.raises(BadRequestError, match="no content"):
            beyond(proposed, chosen, ASKED, basis)
    else:
        assert bool(beyond(proposed, chosen, ASKED, basis)) == bool(fields - set(proposed.fields))


@pytest.mark.parametrize(
    "changes",
    [
        {"numbers": ("32470000099",)},
        {"numbers": ()},
        {"accounts": (7,)},
        {"since": ASKED.since - timedelta(seconds=1)},
        {"until": ASKED.until + timedelta(seconds=1)},
        {"fields": ()},
        {"fields": ("message.mood",)},
    ],
)
def test_what_nobody_asked_for_is_not_chosen_for_any_reason(changes):
    basis = BASES["court-order"]
    proposed = proposal(ASKED, basis)
    with pytest.raises(BadRequestError):
        beyond(proposed, msgspec.structs.replace(proposed, **changes), ASKED, basis)


def test_a_longer_period_than_the_basis_proposes_is_named():
    basis = BASES["court-order"]
    proposed = proposal(ASKED, basis)
    chosen = msgspec.structs.replace(proposed, since=ASKED.since)
    assert beyond(proposed, chosen, ASKED, basis) == ("221 days before the period of the basis",)


POLICY = 'version = "x"\ntitle = "X"\neffective = 2026-01-01\n[rules]\n'


def policy(bases):
    return policy_of({"policy.toml": POLICY, "disclosure/own.toml": bases}, "own")


def test_a_policys_own_bases_replace_those_that_ship_one_by_one():
    own = policy(
        '[court-order]\ntitle = "Ours"\nfields = ["message.at"]\n[subpoena]\ntitle = "No"\nfields = []\noff = true'
    )
    bases = bases_in(default_policy().document.disclosure, own.document.disclosure)
    assert bases["court-order"].fields == ("message.at",)
    assert "subpoena" not in bases
    assert bases["emergency"] == BASES["emergency"]


@pytest.mark.parametrize(
    ("bases", "says"),
    [
        ('[a]\ntitle = "A"\nfields = ["message.mood"]', "message.mood"),
        ('[a]\ntitle = "A"\nfields = ["message.text"]', "content"),
        ('[a]\ntitle = "A"\nfields = []\nmax_days = 0', "max_days"),
        ('[a]\ntitle = "A"\nfields = []\naskers = ["anybody"]', "askers"),
        ('[a]\ntitle = "A"\nfields = []\ncolour = 1', "colour"),
    ],
)
def test_a_basis_that_is_wrong_is_a_problem_of_the_policy_with_its_place(bases, says):
    with pytest.raises(PolicyError) as caught:
        policy(bases)
    assert "disclosure/own.toml" in str(caught.value)
    assert says in str(caught.value)


def test_a_basis_is_data():
    basis = msgspec.convert({"title": "A", "fields": ["message.at"]}, Basis)
    assert (basis.deadline_hours, basis.content, basis.askers) == (240, False, ("authority",))
