import pytest

from comity.accounts.record import AccountRecord, Clearance
from comity.countries import content_rule
from comity.screening.judging import MISS, Abstain, Hit
from comity.screening.rules import content_banned_here
from comity.screening.rules.content_banned_here import RULE
from support.judging import a_message, ask, the_facts

GAMBLING = "Acme Casino: 100 free spins on your first deposit, play now at https://acme.example"
CANNABIS = "Acme: THC gummies and pre-rolls, 20% off, order now"


def cleared(*clearances):
    return the_facts(account=AccountRecord(name="Acme", clearances=clearances))


@pytest.mark.parametrize(
    ("text", "country", "clearances", "action"),
    [
        pytest.param(GAMBLING, "FR", (), "", id="banned"),
        pytest.param(GAMBLING, "FR", (Clearance("gambling"),), "", id="whatever the clearance"),
        pytest.param(GAMBLING, "FR", (Clearance("gambling", "GB"),), "", id="cleared elsewhere"),
        pytest.param(GAMBLING, "FR", (Clearance("gambling", "FR"),), "hold", id="cleared for that country"),
        pytest.param(GAMBLING, "NL", (), None, id="nothing found"),
        pytest.param("Acme: your order is ready", "FR", (), None, id="no offer"),
        pytest.param(CANNABIS, "FR", (), "", id="another subject"),
    ],
)
def test_a_ban_holds_whatever_the_clearance(text, country, clearances, action):
    answer = ask(RULE, a_message(text=text, country=country), cleared(*clearances))
    assert answer is MISS if action is None else answer.action == action


def test_a_fact_that_nobody_read_up_on_holds_and_never_refuses(monkeypatch):
    rule = content_rule("FR", "gambling")
    monkeypatch.setattr(
        content_banned_here,
        "content_rule",
        lambda *_: type(rule)(content="gambling", rule="prohibited", tier="knowledge"),
    )
    assert ask(RULE, a_message(text=GAMBLING, country="NL")).action == "hold"


def test_a_score_between_the_two_is_held():
    assert ask(RULE, a_message(text=GAMBLING, country="FR"), refuse_at=1.0).action == "hold"


def test_without_a_country_it_abstains_and_without_account_or_day_it_judges():
    assert ask(RULE, a_message(text=GAMBLING, country=None)) == Abstain("country")
    assert isinstance(ask(RULE, a_message(text=GAMBLING, country="FR", at=None), the_facts(account=None)), Hit)


def test_the_reviewer_reads_the_tier_and_the_note():
    answer = ask(RULE, a_message(text=GAMBLING, country="TR"))
    assert "tier vendor" in answer.reviewer
    assert content_rule("TR", "gambling").note in answer.reviewer
