from datetime import date

import pytest

from comity.accounts.record import AccountRecord, Clearance
from comity.countries import content_rule, countries, spoken_name
from comity.messages.submission import Category
from comity.screening.judging import MISS, Abstain, Hit
from comity.screening.rules.regulated_content import NAMES, RULE
from support.judging import NOON, a_message, ask, the_facts

GAMBLING = "Acme Casino: 100 free spins on your first deposit, play now at https://acme.example"
LOANS = "Acme: payday loans up to 1,000 euros, apply now at https://acme.example"
DAY = NOON.date()


def cleared(*clearances):
    return the_facts(account=AccountRecord(name="Acme", clearances=clearances))


def judge(text=GAMBLING, facts=None, country="NL", **changes):
    settings = {name: changes.pop(name) for name in ("hold_at", "refuse_at", "refused", "held") if name in changes}
    return ask(RULE, a_message(text=text, country=country, **changes), facts or the_facts(), **settings)


def restricting():
    return next(
        (one.iso2, rule.content)
        for one in (countries().values() if isinstance(countries(), dict) else countries())
        for rule in one.content
        if rule.rule == "restricted" and rule.content == "loans"
    )


@pytest.mark.parametrize(
    ("clearance", "country", "hit"),
    [
        pytest.param(None, "NL", True, id="none"),
        pytest.param(Clearance("gambling"), "NL", False, id="everywhere"),
        pytest.param(Clearance("gambling", "NL"), "NL", False, id="for the country"),
        pytest.param(Clearance("gambling", "GB"), "NL", True, id="for another country"),
        pytest.param(Clearance("alcohol"), "NL", True, id="for another subject"),
        pytest.param(Clearance("gambling", since=DAY), "NL", False, id="from today"),
        pytest.param(Clearance("gambling", since=date(2026, 3, 5)), "NL", True, id="from tomorrow"),
        pytest.param(Clearance("gambling", until=DAY), "NL", False, id="until today"),
        pytest.param(Clearance("gambling", until=date(2026, 3, 3)), "NL", True, id="until yesterday"),
        pytest.param(Clearance("gambling", "NL"), None, False, id="country not known"),
    ],
)
def test_an_offer_needs_a_clearance_that_holds(clearance, country, hit):
    answer = judge(facts=cleared(*([clearance] if clearance else [])), country=country)
    assert isinstance(answer, Hit) is hit


def test_a_country_that_restricts_wants_a_clearance_that_names_it():
    country, _ = restricting()
    general = judge(LOANS, cleared(Clearance("loans")), country)
    assert (general.action, spoken_name(country) in general.sentence) == ("hold", True)
    assert judge(LOANS, cleared(Clearance("loans", country)), country) is MISS


@pytest.mark.parametrize(
    ("text", "settings", "action"),
    [
        (GAMBLING, {}, "refuse"),
        (LOANS, {}, "hold"),
        (GAMBLING, {"refuse_at": 1.0}, "hold"),
        (GAMBLING, {"held": ["gambling"], "refused": []}, "hold"),
        (LOANS, {"held": [], "refused": ["loans"]}, "refuse"),
    ],
)
def test_the_subject_and_the_score_say_what_is_done(text, settings, action):
    assert judge(text, **settings).action == action


def test_a_subject_that_the_policy_does_not_name_needs_no_clearance():
    assert judge(GAMBLING, refused=[], held=["loans"]) is MISS


@pytest.mark.parametrize(
    "settings", [{"refused": ["chess"]}, {"held": ["religious"]}, {"hold_at": 0.95, "refuse_at": 0.9}]
)
def test_settings_that_fit_nothing_are_refused(settings):
    with pytest.raises(ValueError, match=r"no such subject|above refuse_at"):
        judge(**settings)


def test_an_account_that_is_not_known_is_cleared_for_nothing():
    assert isinstance(judge(facts=the_facts(account=None)), Hit)
    assert judge("Your parcel arrives", the_facts(account=None)) is MISS


def test_a_clearance_without_a_day_to_judge_it_on_abstains():
    assert judge(facts=cleared(Clearance("gambling")), at=None) == Abstain("at")
    assert isinstance(judge(at=None), Hit)


def test_the_evidence_names_subject_clearance_and_places():
    answer = judge()
    assert [one.observed for one in answer.evidence if one.what == "subject"] == ["gambling"]
    assert [one.limit for one in answer.evidence if one.what == "clearance"] == ["gambling"]
    assert "Casino" in {GAMBLING[slice(*one.span)] for one in answer.evidence if one.span}
    assert "clear the account for gambling" in answer.remedy


def test_a_promotional_category_weighs_in():
    text = "Acme: wines in our shop, come by"
    plain, declared = judge(text, hold_at=0.01), judge(text, hold_at=0.01, category=Category.PROMOTIONAL)
    assert declared.score > plain.score


@pytest.mark.parametrize("topic", NAMES)
def test_every_subject_has_words_and_a_place_in_the_country_book(topic):
    assert content_rule("XX", topic) is None
