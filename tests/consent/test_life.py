"""The lives of imports and of requests for a confirmed opt-in: what is settled stays so."""

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from comity.consent.life import (
    COUNTING,
    IMPORTS,
    ImportEvent,
    ImportState,
    RequestEvent,
    RequestState,
    WrongEventError,
    next_import,
    next_request,
)


class Imports(RuleBasedStateMachine):
    """An import, whatever happens to it."""

    def __init__(self):
        super().__init__()
        self.state, self.seen = ImportState.READING, []

    @rule(event=st.sampled_from(ImportEvent))
    def happen(self, event):
        try:
            after = next_import(self.state, event)
        except WrongEventError:
            assert (self.state, event) not in IMPORTS
        else:
            self.state = after
            self.seen.append(event)

    @invariant()
    def a_held_list_counts_by_a_release_alone(self):
        if ImportEvent.HOLD in self.seen and self.state in COUNTING:
            assert self.seen[-1] is ImportEvent.RELEASE

    @invariant()
    def it_is_settled_twice_at_most(self):
        assert len(self.seen) <= 2


class Requests(RuleBasedStateMachine):
    """A request, whatever is answered."""

    def __init__(self):
        super().__init__()
        self.state, self.first = RequestState.PENDING, None

    @rule(event=st.sampled_from(RequestEvent))
    def answer(self, event):
        self.first = self.first or event
        self.state = next_request(self.state, event)

    @invariant()
    def a_first_yes_alone_confirms(self):
        assert (self.state is RequestState.CONFIRMED) == (self.first is RequestEvent.YES)


TestImports = Imports.TestCase
TestRequests = Requests.TestCase


@pytest.mark.parametrize("state", [ImportState.COUNTED, ImportState.RELEASED, ImportState.DROPPED])
@pytest.mark.parametrize("event", ImportEvent)
def test_what_is_settled_takes_nothing_more(state, event):
    with pytest.raises(WrongEventError):
        next_import(state, event)
