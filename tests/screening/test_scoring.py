import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.content.categories import JUDGES
from comity.content.template import template_of
from comity.policy.document import Brand, PolicyDocument
from comity.policy.files import default_policy
from comity.screening.scoring import NOBODYS, Own, Scorer

BRANDS = {
    "dhl": Brand(names=("DHL",), domains=("dhl.com", "dhl.de"), kind="parcel"),
    "ing": Brand(names=("ING",), domains=("ing.com", "ing.nl"), kind="bank"),
    "paypal": Brand(names=("PayPal",), domains=("paypal.com",), kind="payment"),
    "google": Brand(names=("Google",), domains=("google.com",), kind="platform"),
    "hmrc": Brand(names=("HMRC",), domains=("tax.service.gov.uk",), kind="tax"),
    "orange": Brand(names=("Orange",), domains=("orange.com",), kind="telecom", ordinary=True),
}
SHIPPED = default_policy().document
DOCUMENT = PolicyDocument("t", "t", SHIPPED.effective, SHIPPED.rules, brands=BRANDS, lists=SHIPPED.lists)


@pytest.fixture(scope="module", autouse=True)
def _words_are_read():
    """What is read once for the process is no part of what a case takes."""
    Scorer.of(DOCUMENT).scores_of(["Pay 5 euros at https://dhl-fee.example/x"])


@pytest.fixture
def analysed(monkeypatch):
    """What the judges are given for a text."""

    def analyse(text, own=NOBODYS, sender=""):
        seen = []
        monkeypatch.setitem(JUDGES, "phishing", seen.append)
        Scorer.of(DOCUMENT).judge(text, "phishing", own, sender=sender)
        return seen[0]

    return analyse


def own(*names, domains=frozenset()):
    return Scorer.of(DOCUMENT).own(names, domains)


@pytest.mark.parametrize(
    ("text", "links"),
    [
        pytest.param("DHL: your parcel is here.", "", id="no link"),
        pytest.param("DHL: see https://www.dhl.com/x", "own", id="its own"),
        pytest.param("DHL: see https://dhl-fee.example/x", "imitated", id="its name as a part"),
        pytest.param("DHL: see https://parceldhl.example/x", "imitated", id="its name run together with a lure"),
        pytest.param("DHL: see https://parcel-fee.example/x", "other", id="another's"),
        pytest.param("DHL: see https://bit.ly/x", "other", id="behind a shortener"),
        pytest.param("DHL: see http://203.0.113.7/x", "other", id="a bare address"),
        pytest.param("DHL: see https://dhl.hu/x", "", id="its name under a country's ending"),
        pytest.param("DHL: see https://dhl.top/x", "imitated", id="its name under an abused ending"),
        pytest.param("DHL: get our app https://play.google.com/store/apps/details?id=x", "", id="an app store"),
        pytest.param("DHL: pay at https://www.paypal.com/x", "", id="a domain of another known name"),
        pytest.param("DHL: see https://dhl.com/x or https://dhl-fee.example/x", "imitated", id="the worst of two"),
        pytest.param("DHL: see https://dhl.com/x or https://fee.example/x", "other", id="the worse of two"),
        pytest.param("DHL: see" + " https://dhl.com/x" * 25, "other", id="more than any message holds"),
        pytest.param("DHL: see https://dhl.com/x, pay by https://paypal.com/x", "own", id="one that says nothing"),
        pytest.param("ING: see https://shopping.example/x", "other", id="its letters within a word"),
        pytest.param("HMRC: see https://www.gov.uk/x", "own", id="a public body at a public name"),
        pytest.param("ING: see https://www.gov.uk/x", "", id="a bank at a public name"),
        pytest.param("Google: see https://docs.google.com/forms/x", "other", id="what anybody can put on its host"),
        pytest.param("DHL: see https://mydhl.express.dhl/x", "own", id="under an ending of its own"),
        pytest.param("ING: see https://pay.ing/x", "imitated", id="under an ending that sounds like it and is open"),
        pytest.param("DHL: 12.50 paid at ZARA.COM", "", id="a shop that is only named"),
        pytest.param("DHL: pay at HTTPS://FEE.EXAMPLE/X", "other", id="capitals throughout"),
        pytest.param("PayPal: see https://mypaypalcare.example/x", "imitated", id="a long name within another"),
    ],
)
def test_a_names_links_are_told_apart(analysed, text, links):
    assert analysed(text).brands[0].links == links


def test_a_name_that_only_a_host_carries_counts(analysed):
    (brand,) = analysed("Your parcel waits: https://dhl-paket.top/x").brands
    assert (brand.name, brand.kind, brand.links) == ("DHL", "parcel", "imitated")
    assert "Your parcel waits: https://dhl-paket.top/x"[brand.start : brand.end] == "https://dhl-paket.top/x"


def test_the_surer_a_host_carries_a_name_the_more_it_speaks(analysed):
    surest, sure = analysed("See https://paypal.com.fee.example/").brands, analysed("See https://paypal-x.top/").brands
    assert surest[0].speaks > sure[0].speaks


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("See https://www.dhl.com/x", id="its own domain"),
        pytest.param("See https://dhl.info.shop.example/x", id="below another's"),
        pytest.param("See https://shop.example/brands/paypal", id="in a path"),
        pytest.param("An orange a day keeps you well", id="an ordinary word"),
    ],
)
def test_what_merely_has_a_name_in_it_speaks_for_nobody(analysed, text):
    assert analysed(text).brands == ()


def test_a_sender_speaks_in_its_name(analysed):
    brand = analysed("Your parcel waits: https://fee.example/x", sender="DHL-Info").brands[0]
    assert (brand.name, brand.links, brand.start, brand.end) == ("DHL", "other", 0, 0)
    assert brand.speaks > analysed("DHL is one of our carriers").brands[0].speaks


@pytest.mark.parametrize("sender", ["", "Bakkerij", "Info"])
def test_a_sender_like_nobody_speaks_for_nobody(analysed, sender):
    assert analysed("Your parcel waits", sender=sender).brands == ()


@pytest.mark.parametrize(
    ("text", "sender"),
    [
        pytest.param("DHL: your parcel waits: https://dhl-paket.top/x", "", id="in text and link"),
        pytest.param("Your parcel waits: https://dhl-paket.top/x", "DHL", id="as the sender"),
    ],
)
def test_what_the_account_holds_does_not_count(analysed, text, sender):
    analysis = analysed(text, own("DHL"), sender)
    assert analysis.brands == ()
    assert analysis.lead.kind == "yours"


@pytest.mark.parametrize(
    ("mine", "kind"),
    [
        pytest.param(own(domains=frozenset({"jansen-bloemen.example"})), "yours", id="its domain"),
        pytest.param(own("Jansen Bloemen"), "yours", id="a domain that is its name"),
        pytest.param(own("Jansen"), "plain", id="a domain that is more than its name"),
        pytest.param(own("Info"), "plain", id="a name that says nothing"),
        pytest.param(NOBODYS, "plain", id="nobody's"),
    ],
)
def test_a_link_to_the_accounts_own_domain_leads_nowhere_bad(analysed, mine, kind):
    assert analysed("Your order: https://jansen-bloemen.example/x", mine).lead.kind == kind


def test_the_accounts_own_links_say_nothing_of_a_name_it_mentions(analysed):
    text = "DHL brings your order today: https://jansen-bloemen.example/x"
    assert analysed(text, Own(domains=frozenset({"jansen-bloemen.example"}))).brands[0].links == ""


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        pytest.param("See https://www.dhl.com/x", "known", id="a known domain"),
        pytest.param("See https://bit.ly/x", "shortener", id="a shortener"),
        pytest.param("See https://goo.gl/maps/x", "plain", id="a shortener's path that leads into one service"),
        pytest.param("See https://dhl-fee.example/x", "imitation", id="an imitation"),
        pytest.param("See https://docs.google.com/forms/x", "form", id="a form on a known domain"),
    ],
)
def test_the_policys_registers_say_what_they_know_of_links(analysed, text, kind):
    assert analysed(text).lead.kind == kind


def test_a_list_of_names_speaks_for_none(analysed):
    text = ", ".join(["DHL", "ING", "PayPal"] * 5)
    assert analysed(text).brands == ()


def test_a_list_of_names_hides_neither_a_sender_nor_a_host(analysed):
    text = ", ".join(["DHL", "ING"] * 7) + " see https://paypal-verify.example/x"
    assert [brand.name for brand in analysed(text, sender="HMRC").brands] == ["HMRC", "PayPal"]


def test_a_known_domain_alone_is_a_name(analysed):
    (brand,) = analysed("PayPal.com: your account is limited, see https://fee.example/x").brands
    assert (brand.name, brand.links) == ("PayPal", "other")


def test_the_same_policy_has_one_scorer():
    assert Scorer.of(DOCUMENT) is Scorer.of(DOCUMENT)


def test_a_policy_without_lists_or_rules_scores_all_the_same():
    bare = Scorer(PolicyDocument("t", "t", SHIPPED.effective, {}))
    assert len(bare.scores_of(["DHL: see https://dhl-fee.example/x", "See you"])) == 2


@given(st.text(string.ascii_letters + string.digits + " .:/-", max_size=80))
def test_a_text_scores_as_its_template(text):
    scorer = Scorer.of(DOCUMENT)
    assert scorer.scores_of([text]) == scorer.scores_of([template_of(text)])


@given(st.text(max_size=120))
def test_no_text_is_too_odd_to_be_scored(text):
    scorer = Scorer.of(DOCUMENT)
    assert len(scorer.scores_of([text])) == 1
    assert scorer.judge(text, "spam", sender=text[:11]).score >= 0
