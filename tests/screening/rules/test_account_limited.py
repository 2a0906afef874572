import msgspec
import pytest

from comity.accounts.account import Standing
from comity.messages.submission import Category
from comity.screening.judging import MISS, Abstain, Hit
from comity.screening.rules.account_limited import RULE
from support.judging import ALL_WELL, a_message, ask, the_facts


def sent(messages, standing="limited"):
    return the_facts(standing=standing, traffic=msgspec.structs.replace(ALL_WELL.traffic, account_day=messages))


@pytest.mark.parametrize(("messages", "hits"), [(0, False), (9, False), (10, True), (11, True)])
def test_a_limited_account_sends_as_many_a_day_as_the_policy_says(messages, hits):
    answer = ask(RULE, facts=sent(messages), per_day=10)
    assert isinstance(answer, Hit) is hits
    if hits:
        assert answer.evidence[0].limit == "10"


@pytest.mark.parametrize("standing", sorted(set(Standing) - {Standing.LIMITED}))
def test_no_other_standing_is_counted(standing):
    assert ask(RULE, facts=sent(1_000_000, standing.value), per_day=10) is MISS


@pytest.mark.parametrize(("cleared", "hits"), [(True, False), (False, True)])
def test_a_cleared_alert_goes_all_the_same(cleared, hits):
    facts = msgspec.structs.replace(sent(1_000_000), alert_clearance=cleared)
    assert isinstance(ask(RULE, a_message(category=Category.ALERT), facts, per_day=10), Hit) is hits


@pytest.mark.parametrize("missing", ["standing", "traffic"])
def test_what_is_not_known_is_not_guessed(missing):
    assert ask(RULE, facts=msgspec.structs.replace(sent(1_000_000), **{missing: None})) == Abstain(missing)
