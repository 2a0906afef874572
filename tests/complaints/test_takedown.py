from __future__ import annotations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from comity.complaints.takedown import DECIDED, TAKES_ANSWERS, Claim, Event, State, after, brands_proven, is_named
from comity.policy.files import default_policy
from comity.senders.brands import BrandIndex

BRANDS = default_policy().document.brands
# The operator set a domain of one bank apart, whose mailboxes only its own people have.
INDEX = BrandIndex.of(
    {**BRANDS, "rabobank": msgspec.structs.replace(BRANDS["rabobank"], proof_domains=("rabobank.nl",))}
)


def _claim(**changes):
    return Claim(**{"kind": "trademark", "holder": "Rabobank", "right": "1", "email": "", **changes})


@pytest.mark.parametrize(
    ("changes", "domain", "names", "brands"),
    [
        ({}, "rabobank.nl", (), ("rabobank",)),
        ({}, "mail.Rabobank.nl.", (), ("rabobank",)),
        ({}, "rabobank.nl.example", (), ()),
        ({}, "notrabobank.nl", (), ()),
        ({}, "ing.nl", (), ()),
        # A domain of a brand that is not set apart may be where its customers have their mailboxes.
        ({"holder": "ING"}, "ing.nl", (), ()),
        ({"holder": "Google"}, "gmail.com", (), ()),
        ({}, "", ("Rabobank",), ("rabobank",)),
        ({}, "", ("ING",), ()),
        ({"holder": "A lawyer", "sender": "Rabobank"}, "rabobank.nl", (), ("rabobank",)),
        ({"holder": "A lawyer", "sender": "RaboPas"}, "rabobank.nl", (), ()),
    ],
)
def test_only_an_owner_of_what_the_claim_is_about_is_verified(changes, domain, names, brands):
    assert brands_proven(_claim(**changes), INDEX, domain=domain, names=names) == brands


@pytest.mark.parametrize(
    ("person", "text", "named"),
    [
        ("Jo van Voorbeeld", "Weet je nog, Jo van Voorbeeld?", True),
        ("Jo van Voorbeeld", "JO VAN VOORBEELD", True),
        ("Jo van Voorbeeld", "Jo Voorbeeld", True),
        ("José Núñez", "jose is hier, Jose Nunez ook", True),
        ("Jo van Voorbeeld", "Voorbeeld: van Jo", False),
        ("Your Order", "your order is ready", False),
        ("Jo", "Jo", False),
        ("", "Jo", False),
        ("Al Li", "Al Li", False),
    ],
)
def test_a_text_names_a_person_by_first_and_last_name(person, text, named):
    assert is_named(person, text) is named


def test_no_brand_that_ships_takes_mail_from_anywhere_for_proof():
    assert [brand for brand, entry in BRANDS.items() if entry.proof_domains] == []


@given(st.text(max_size=60), st.text(max_size=200))
def test_any_name_and_text_have_an_answer(person, text):
    assert is_named(person, text) in {True, False}


class Life(RuleBasedStateMachine):
    """Whatever happens to a takedown, in whatever order."""

    def __init__(self):
        super().__init__()
        self.state = State.UNPROVEN
        self.proven = False

    @rule(event=st.sampled_from(Event))
    def happens(self, event):
        state = after(self.state, event)
        if state is None:
            return
        assert event is not Event.HOLD or self.proven, "nothing is stopped by a word alone"
        assert event is not Event.ANSWER or self.state not in DECIDED
        self.proven = self.proven or event is Event.PROVE
        self.state = state

    @invariant()
    def it_can_be_decided_until_it_is_withdrawn(self):
        decisions = {after(self.state, Event.UPHOLD), after(self.state, Event.RESTORE)}
        assert self.state is State.WITHDRAWN or decisions - {None}

    @invariant()
    def only_what_is_proven_and_undecided_is_answered(self):
        assert (after(self.state, Event.ANSWER) is not None) == (self.state in TAKES_ANSWERS)


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=60, stateful_step_count=20, deadline=None)
