import pytest

from comity.messages.submission import Category
from comity.policy.document import Brand, PolicyDocument
from comity.policy.files import default_policy
from comity.screening.judging import MISS, Hit
from comity.screening.rules.link_shortener import LIST, RULE
from support.judging import a_message, ask

NOWHERE = {"country": "NL"}


@pytest.mark.parametrize(
    ("category", "settings", "action"),
    [
        pytest.param("promotional", {}, "refuse", id="promotional"),
        pytest.param("transactional", {}, "hold", id="transactional"),
        pytest.param("otp", {"otp": "note"}, "note", id="as the policy says"),
        pytest.param("transactional", {"transactional": "allow"}, None, id="let pass"),
    ],
)
def test_what_is_done_depends_on_the_category(category, settings, action):
    answer = ask(RULE, a_message(text="See bit.ly/x", category=Category(category), **NOWHERE), **settings)
    assert answer is MISS if action is None else answer.action == action


@pytest.mark.parametrize(
    ("country", "by_country", "action"),
    [("BE", True, "refuse"), ("BE", False, "hold"), ("NL", True, "hold"), ("IN", True, "hold"), (None, True, "hold")],
)
def test_where_a_country_surely_forbids_them_all_are_refused(country, by_country, action):
    answer = ask(RULE, a_message(text="See bit.ly/x", country=country), by_country=by_country)
    assert answer.action == action


@pytest.mark.parametrize("at_known", [True, False])
def test_the_day_need_not_be_known(at_known):
    message = a_message(text="See bit.ly/x", **({} if at_known else {"at": None}))
    assert ask(RULE, message).action == "refuse"


@pytest.mark.parametrize(
    "text",
    [
        "See https://go.acme.example/x",
        "See https://notbit.ly.example/x",
        "See https://acme.example/bit.ly",
        "Write to me@bit.ly.example",
        "No link here",
    ],
)
def test_what_is_no_public_shortener_passes(text):
    assert ask(RULE, a_message(text=text)) is MISS


def test_a_host_that_the_policy_calls_its_own_passes():
    assert ask(RULE, a_message(text="See bit.ly/x"), own=["bit.ly"]) is MISS


@pytest.mark.parametrize(("spared", "found"), [((), True), (("goo.gl/maps/",), False), (("goo.gl/forms/",), True)])
def test_beginnings_that_lead_into_one_service_are_spared(spared, found):
    answer = ask(RULE, a_message(text="Acme: see https://goo.gl/maps/AbC"), spared=spared)
    assert isinstance(answer, Hit) is found


def test_a_brands_own_short_domain_passes():
    brands = {"bitly": Brand(names=("Bitly",), domains=("bit.ly",))}
    document = PolicyDocument(
        "t", "t", default_policy().document.effective, {}, brands=brands, lists={LIST: ("bit.ly", "t.ly")}
    )
    ready = RULE.prepare(RULE.settings(), document)
    assert ready.hosts == {"t.ly"}


def test_a_list_with_what_is_no_host_is_turned_down():
    document = PolicyDocument("t", "t", default_policy().document.effective, {}, lists={LIST: ("bit.ly/x",)})
    with pytest.raises(ValueError, match=r"bit\.ly/x"):
        RULE.prepare(RULE.settings(), document)


def test_evidence_shows_where_each_stands():
    answer = ask(RULE, a_message(text="See bit.ly/x or https://t.ly/y"))
    assert isinstance(answer, Hit)
    assert [one.span for one in answer.evidence] == [(4, 12), (16, 30)]


def test_the_shipped_list_is_sorted_out_and_holds_hosts_only():
    hosts = default_policy().document.lists[LIST]
    assert len(hosts) > 150
    assert len(set(hosts)) == len(hosts)
    assert all(host == host.lower() and "." in host and "/" not in host for host in hosts)
    assert {"bit.ly", "tinyurl.com", "is.gd", "t.ly"} <= set(hosts)
