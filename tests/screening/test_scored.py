"""Rules that stand on a score: levels by class of traffic, what context and contact do, and what they never do."""

from datetime import date, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.accounts.record import AccountRecord, OwnBrand, OwnDomain
from comity.base.errors import SettingsError
from comity.content.scores import CATEGORIES, Judged, Scores, Sign
from comity.messages.submission import Category
from comity.policy.document import Policy, PolicyDocument, RuleSetting
from comity.policy.files import default_policy
from comity.screening.compiled import compile_policy
from comity.screening.decide import decide
from comity.screening.judging import MISS, Heard, History, Template
from comity.screening.rulebook import RULEBOOK
from comity.screening.scored import NEVER_TRUSTED, Ready, ScoredSettings, Speech, own_of, scored_rule
from comity.screening.scoring import Scorer
from comity.senders.brands import BrandIndex
from support.judging import NOON, a_message, shipped, the_facts

DOCUMENT = default_policy().document
SCORED = {rule.id: rule for rule in RULEBOOK if rule.settings is ScoredSettings}
ACTIONS = ("", "note", "hold", "refuse")
TEXT = "Your account is limited, see https://acme.example/now"
CODE = "123456 is your code for Acme. Never share it with anyone."
OFTEN = Template(NOON - timedelta(days=60), 12_400, 40)
LONG = History(NOON, NOON - timedelta(days=400), 90_000)
YESTERDAY = Heard(NOON - timedelta(days=1))


class Fixed(Scorer):
    """Judges every text the same, so that a test says what the score is."""

    def __init__(self, judged: Judged) -> None:
        self.judged = judged

    def scores_of(self, texts):
        return [Scores(**dict.fromkeys(CATEGORIES, self.judged.score))] * len(texts)

    def own(self, names, domains=frozenset()):
        return Scorer.of(DOCUMENT).own(names, domains)

    def judge(self, *_asked, **_more):
        return self.judged


def answer(category, score, *, kind="", message=None, settings=None, **facts):
    """What a rule answers where its judge comes to this, by the default policy's settings or these."""
    given = settings or msgspec.convert(DOCUMENT.rules[category].settings, ScoredSettings)
    judged = Judged(score, kind, (Sign(0, 4, "something"),), ("a word against it",))
    ready = Ready(given, Fixed(judged), BrandIndex.of(DOCUMENT.brands), given.least)
    known = {"template": None, "history": None, "heard": None, **facts}
    return SCORED[category].check(message or a_message(text=TEXT), the_facts(**known), ready)


def action(*asked, **more):
    found = answer(*asked, **more)
    return "" if found is MISS else found.action


def severity(*asked, **more):
    return ACTIONS.index(action(*asked, **more))


CATEGORY = pytest.mark.parametrize("category", sorted(SCORED))


# --- levels ---


@CATEGORY
@pytest.mark.parametrize(
    ("score", "expected"),
    [(0.0, ""), (0.499, ""), (0.5, "note"), (0.749, "note"), (0.75, "hold"), (0.949, "hold"), (0.95, "refuse")],
)
def test_a_score_is_noted_held_and_refused_from_its_levels_on(category, score, expected):
    assert action(category, score) == expected


@pytest.mark.parametrize("category", ["phishing", "fraud", "solicitation"])
@pytest.mark.parametrize("traffic", list(Category))
@pytest.mark.parametrize(
    ("score", "expected"), [(0.6, ""), (0.7, "note"), (0.8, "hold"), (0.95, "hold"), (1.0, "hold")]
)
def test_a_one_time_code_is_never_refused_for_deceit_whatever_it_was_declared(category, traffic, score, expected):
    assert action(category, score, message=a_message(text=CODE, category=traffic)) == expected


@pytest.mark.parametrize("category", sorted(SCORED))
def test_what_is_no_code_has_no_favour_of_being_declared_one(category):
    declared = a_message(text=TEXT, category=Category.OTP)
    assert [action(category, score, message=declared) for score in (0.6, 0.8, 0.95)] == ["note", "hold", "refuse"]


@pytest.mark.parametrize("category", ["hate", "threat", "harassment", "obscene"])
def test_a_code_excuses_no_insult(category):
    assert action(category, 0.96, message=a_message(text=CODE, category=Category.OTP)) == "refuse"


def test_other_classes_have_their_own_levels_and_the_rest_have_those_for_all():
    stricter = {"note_at": 0.3, "hold_at": 0.4, "refuse_at": 0.5}
    settings = msgspec.convert({"by_class": {"promotional": stricter}}, ScoredSettings)
    for traffic, expected in ((Category.PROMOTIONAL, "refuse"), (Category.ALERT, "note"), (Category.OTP, "note")):
        message = a_message(text=TEXT, category=traffic)
        assert action("fraud", 0.55, message=message, settings=settings) == expected
    assert settings.least == 0.3


# --- what is told ---


def test_what_is_known_is_told_as_evidence_with_its_effect_and_to_the_reviewer():
    found = answer("phishing", 0.8, kind="bank", template=Template(NOON - timedelta(minutes=3), 20, 1), history=LONG)
    assert [(one.what, one.observed, one.limit) for one in found.evidence] == [
        ("text", "something", ""),
        ("context", "first sent 3 minutes ago, and it has a link", "0.8 becomes 0.856"),
    ]
    assert found.score == 0.856
    assert found.sentence == "The text reads as phishing: bank."
    assert found.reviewer == (
        "The text reads as phishing: bank. Against it: a word against it."
        " Around it: first sent 3 minutes ago, and it has a link (0.8 becomes 0.856)."
    )


def test_a_template_trusted_for_long_is_told_as_such():
    found = answer("phishing", 0.97, template=OFTEN, history=LONG)
    assert (found.action, found.evidence[-1].observed) == (
        "hold",
        "sent 12,400 times since 2026-01-03 without complaint",
    )
    assert action("phishing", 0.8, template=OFTEN, history=LONG) == ""


@pytest.mark.parametrize(
    ("category", "kind", "excused"),
    [
        ("phishing", "bank", True),
        ("fraud", "", True),
        ("harassment", "", True),
        ("solicitation", "identity number", True),
        ("solicitation", "one-time code", False),
        ("solicitation", "card", False),
        ("solicitation", "password", False),
        ("obscene", "", False),
        ("threat", "", False),
        ("hate", "", False),
    ],
)
def test_a_record_of_good_conduct_excuses_some_things_alone(category, kind, excused):
    assert (action(category, 0.8, kind=kind, template=OFTEN, history=LONG) != "hold") is excused


# --- the account's own ---


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (AccountRecord("Acme"), "hold"),
        (AccountRecord("Acme", domains=(OwnDomain("acme.example"),)), ""),
        (AccountRecord("Acme", domains=(OwnDomain("acme.example", until=NOON + timedelta(days=1)),)), ""),
        (AccountRecord("Acme", domains=(OwnDomain("acme.example", until=NOON),)), "hold"),
        (AccountRecord("Acme", domains=(OwnDomain("other.example"),)), "hold"),
    ],
)
def test_links_to_proven_domains_of_its_own_speak_for_an_account(record, expected):
    assert action("phishing", 0.8, account=record) == expected


def test_the_domains_of_a_name_that_the_account_holds_are_its_own_too():
    brand = next(one for one in DOCUMENT.brands.values() if one.domains)
    message = a_message(text=f"See https://{brand.domains[0]}/now")
    holder = AccountRecord("Acme", brands=(OwnBrand(brand.names[0]),))
    assert action("phishing", 0.8, message=message, account=holder) == ""
    assert action("phishing", 0.8, message=message, account=AccountRecord("Acme")) == "hold"


def test_of_an_account_that_is_not_known_nothing_is_its_own():
    assert own_of(a_message(), the_facts(account=None), Scorer.of(DOCUMENT)) == Scorer.of(DOCUMENT).own(())


# --- contact ---


@pytest.mark.parametrize(
    ("heard", "expected"),
    [
        (None, "refuse"),
        (Heard(None), "refuse"),
        (Heard(NOON - timedelta(minutes=1)), "note"),
        (Heard(NOON - timedelta(days=30)), "note"),
        (Heard(NOON - timedelta(days=31)), "refuse"),
    ],
)
def test_who_wrote_lately_may_be_asked_back(heard, expected):
    assert action("solicitation", 0.97, kind="identity number", heard=heard) == expected


def test_why_it_is_a_note_alone_is_told():
    found = answer("solicitation", 0.97, heard=YESTERDAY)
    assert found.evidence[-1].observed == "the recipient wrote to the account 1 day before"
    assert found.evidence[-1].limit == "refuse becomes note"
    assert found.reviewer.endswith("The recipient wrote to the account 1 day before, so that it is a note.")


@pytest.mark.parametrize("kind", ["one-time code", "card", "password"])
def test_contact_never_lifts_what_nobody_may_ask_for(kind):
    assert action("solicitation", 0.97, kind=kind, heard=YESTERDAY) == "refuse"


def test_what_nobody_may_ask_for_is_not_lifted_for_standing_behind_something_else():
    text = "Please reply with your national insurance number and your password"
    assert (
        action("solicitation", 0.97, kind="identity number", message=a_message(text=text), heard=YESTERDAY) == "refuse"
    )


@pytest.mark.parametrize("category", sorted(SCORED.keys() - {"solicitation"}))
def test_contact_excuses_nothing_else(category):
    assert action(category, 0.97, heard=YESTERDAY) == "refuse"


# --- laws ---

SCORES = st.floats(0, 1).map(lambda score: round(score, 3))
KINDS = st.sampled_from(["", "identity number", "one-time code", "card", "password", "bank"])
TEMPLATES = st.builds(
    Template,
    since=st.integers(0, 20_000).map(lambda hours: NOON - timedelta(hours=hours)),
    sent=st.integers(0, 20_000),
    days=st.integers(0, 200),
    complaints=st.integers(0, 500),
)
HISTORIES = st.builds(History, at=st.just(NOON), since=st.just(NOON - timedelta(days=9)), sent=st.integers(0, 2_000))
ANY = st.sampled_from(sorted(SCORED))


@given(ANY, st.floats(0.98, 1).map(lambda score: round(score, 3)), KINDS, TEMPLATES, HISTORIES)
def test_trust_never_lets_through_what_is_refused_with_a_score_of_the_ceiling(category, score, kind, template, history):
    own = AccountRecord("Acme", domains=(OwnDomain("acme.example"),))
    assert action(category, score, kind=kind, template=template, history=history, account=own) == "refuse"


@given(ANY, SCORES, KINDS, TEMPLATES, HISTORIES, st.integers(1, 500))
def test_more_complaints_never_lower_an_action(category, score, kind, template, history, more):
    worse = msgspec.structs.replace(template, complaints=template.complaints + more)
    asked = {"kind": kind, "history": history}
    assert severity(category, score, template=worse, **asked) >= severity(category, score, template=template, **asked)


@given(ANY, SCORES, KINDS, TEMPLATES, HISTORIES, st.integers(0, 100))
def test_prior_contact_never_raises_an_action(category, score, kind, template, history, days):
    asked = {"kind": kind, "template": template, "history": history}
    heard = Heard(NOON - timedelta(days=days))
    assert severity(category, score, heard=heard, **asked) <= severity(category, score, heard=Heard(None), **asked)


@given(ANY, SCORES, TEMPLATES, HISTORIES)
def test_context_brings_nothing_into_view_that_the_text_alone_does_not(category, score, template, history):
    if action(category, score) == "":
        assert action(category, score, template=template, history=history) == ""


# --- settings ---


def compiled(category, **settings):
    document = PolicyDocument("test", "Test", date(2026, 1, 1), {category: RuleSetting(settings=settings)})
    return compile_policy(Policy(document, "00" * 32, ""), RULEBOOK)


@pytest.mark.parametrize("category", sorted(NEVER_TRUSTED))
@pytest.mark.parametrize("shift", ["trusted", "own_links"])
def test_no_policy_can_make_trust_excuse_what_it_never_does(category, shift):
    with pytest.raises(SettingsError, match="trust never excuses this"):
        compiled(category, context={shift: 0.1})


@pytest.mark.parametrize(
    ("category", "settings", "words"),
    [
        ("phishing", {"levels": {"note_at": 0.8}}, "do not rise"),
        ("phishing", {"by_class": {"otp": {"hold_at": 0.99}}}, "do not rise"),
        ("phishing", {"by_class": {"otps": {}}}, "no class of traffic: otps"),
        ("hate", {"contact_days": 5}, "contact excuses nothing"),
        ("fraud", {"context": {"trusted": -1.0}}, "trusted"),
        ("fraud", {"context": {"trust": 1.0}}, "trust"),
    ],
)
def test_settings_that_make_no_sense_are_refused(category, settings, words):
    with pytest.raises(SettingsError, match=words):
        compiled(category, **settings)


def test_a_rule_bears_the_name_of_its_category():
    with pytest.raises(ValueError, match="name of its category"):
        scored_rule("smishing", ("U1",), "Smishing", Speech("phishing", "It is.", "Mend it."))


# --- spam ---


def test_spam_is_a_class_of_traffic_and_no_rule_stands_on_it():
    assert set(CATEGORIES) - SCORED.keys() == {"spam"}
    assert all("spam" not in rule.id for rule in RULEBOOK)


@pytest.mark.parametrize("traffic", list(Category))
def test_a_score_for_spam_alone_changes_no_rules_answer(traffic):
    policy = shipped()
    message = a_message(category=traffic, declared=traffic)
    told = [
        decide(msgspec.structs.replace(message, scores=scores), the_facts(), policy)
        for scores in (Scores(), Scores(spam=1.0))
    ]
    assert told[0].results == told[1].results
    assert told[0].findings == told[1].findings
