import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.accounts.record import AccountRecord, OwnBrand
from comity.policy.document import Brand, PolicyDocument
from comity.policy.files import default_policy
from comity.screening.judging import MISS, Hit
from comity.screening.rules.link_look_alike import RULE
from support.judging import a_message, ask, the_facts

BRANDS = {
    "paypal": Brand(names=("PayPal",), domains=("paypal.com", "paypal.me"), kind="payment"),
    "ing": Brand(names=("ING", "ING Bank"), domains=("ing.be", "ing.com"), kind="bank"),
    "ups": Brand(names=("UPS",), domains=("ups.com",), kind="parcel"),
    "post": Brand(names=("Post",), domains=("post.example.org",), kind="parcel", ordinary=True),
    "orange": Brand(names=("Orange",), domains=("orange.com", "orange.be"), kind="telecom", ordinary=True),
    "bnp": Brand(names=("BNP Paribas Fortis",), domains=("bnpparibasfortis.be",), kind="bank"),
    "my-bank": Brand(names=("Beta-Bank",), domains=("beta-bank.com",), kind="bank"),
    "gov": Brand(names=("GOV.UK",), domains=("gov.uk",), kind="government"),
}
WORDS = default_policy().document.rules["link-look-alike"].settings
DOCUMENT = PolicyDocument("t", "t", default_policy().document.effective, {}, brands=BRANDS)
SETTINGS = RULE.settings(**{name: frozenset(v) if isinstance(v, list) else v for name, v in WORDS.items()})
READY = RULE.prepare(SETTINGS, DOCUMENT)
SHIPPED = RULE.prepare(SETTINGS, default_policy().document)


def judged(link, text="See {}", facts=None):
    return RULE.check(a_message(text=text.format(link)), facts or the_facts(), READY)


def action(answer):
    return None if answer is MISS else answer.action or "refuse"


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        pytest.param("https://paypal.com.evil.example/x", "refuse", id="domain before the real one"),
        pytest.param("https://www.paypal.com-x.evil.example/", "refuse", id="the same with a hyphen"),
        pytest.param("https://gov.uk.evil.example/", "refuse", id="a public suffix before it"),
        pytest.param("https://beta-bank.com.evil.example/", "refuse", id="a domain with a hyphen"),
        pytest.param("https://paypal.com@evil.example/", "refuse", id="before an @"),
        pytest.param("https://paypa1.example/", "refuse", id="a digit"),
        pytest.param("https://p\u0430ypal.example/", "refuse", id="another alphabet"),
        pytest.param("https://xn--pypal-4ve.example/", "refuse", id="the same in punycode"),
        pytest.param("https://paypa1-shop.example/", "refuse", id="a digit in a part"),
        pytest.param("https://paypal-secure.example/", "refuse", id="a part beside bait"),
        pytest.param("https://secure.paypal-x.example/", None, id="bait below what was registered"),
        pytest.param("https://securepaypal.example/", "refuse", id="run together"),
        pytest.param("https://verifypaypallogin.example/", "refuse", id="on both sides"),
        pytest.param("https://bnp-paribas-fortis-login.example/", "refuse", id="a name of three words"),
        pytest.param("https://paypal.top/", "refuse", id="an abused ending"),
        pytest.param("https://paypal.login-check.example/", "hold", id="below another domain"),
        pytest.param("https://paypal.secure.mysite.example/", "hold", id="bait below as well"),
        pytest.param("https://paypal.info.mysite.example/", None, id="a lure below"),
        pytest.param("https://paypal.mysite.xyz/", "hold", id="below an abused ending"),
        pytest.param("https://ups.mysite.top/", "hold", id="a short name below an abused ending"),
        pytest.param("https://ups.parcel-fee.example/", "hold", id="a short name below bait and lure"),
        pytest.param("https://paypaI.example/", "refuse", id="a capital I for an l"),
        pytest.param("paypaI.com/x", "refuse", id="the same without a scheme"),
        pytest.param("https://login.paypaI-x.example/", "refuse", id="the same in a part"),
        pytest.param("https://PAYPAI.example/", None, id="capitals throughout"),
        pytest.param("https://secure-login-ing.example/", "hold", id="a short name"),
        pytest.param("https://inglogin.example/", "hold", id="a short name run together"),
        pytest.param("https://paypall-login.example/", "hold", id="a letter more"),
        pytest.param("https://paypl-login.example/", "hold", id="a letter less"),
    ],
)
def test_what_imitates_a_brands_domain_is_found(link, expected):
    assert action(judged(link)) == expected


@pytest.mark.parametrize(
    "link",
    [
        "https://paypal.com/signin",
        "https://www.paypal.com/verify",
        "https://secure.login.ing.be/",
        "https://beta-bank.com/login",
        "https://hmrc.gov.uk/login",
        "https://shopping.example/login",
        "https://shopping-login.example/",
        "https://cups.example/",
        "https://cups-verify.example/",
        "https://groups.example/",
        "https://poster.example/",
        "https://poster-login.example/",
        "https://kingpost.example/",
        "https://orange-juice.example/",
        "https://post-office-party.example/",
        "https://ing-enieur.example/",
        "https://ing.jobs.example/",
        "https://paypal.statuspage.example/",
        "https://paypal.be/",
        "https://paypal.co.uk/login",
        "https://secure-login.example/",
        "https://compass.example/paypal.com",
        "https://x.example/?next=paypal.com",
    ],
)
def test_what_merely_has_the_letters_of_a_brand_passes(link):
    assert judged(link) is MISS


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("See {}", "hold", id="nothing more"),
        pytest.param("ING: see {}", "refuse", id="the brand is named"),
        pytest.param("ING: verify your account at {}", "refuse", id="with bait"),
        pytest.param("Your shopping: see {}", "hold", id="within a word is not named"),
    ],
)
def test_what_stands_around_a_link_adds_to_it(text, expected):
    assert action(judged("https://secure-login-ing.example/", text)) == expected


@pytest.mark.parametrize(
    ("link", "text", "expected"),
    [
        pytest.param("https://orange-login.example/", "See {}", None, id="alone"),
        pytest.param("https://orange-login.example/", "Orange: verify your account at {}", "refuse", id="in company"),
        pytest.param("https://orange-market.example/", "Orange: verify your account at {}", None, id="no bait"),
    ],
)
def test_a_name_that_is_an_ordinary_word_needs_company(link, text, expected):
    assert action(judged(link, text)) == expected


@pytest.mark.parametrize("link", ["https://paypal-secure.example/", "https://paypal.top/", "https://paypa1.example/"])
def test_an_account_that_holds_the_brand_passes(link):
    holder = the_facts(account=AccountRecord(name="x", brands=(OwnBrand("PAYPAL"),)))
    assert judged(link, facts=holder) is MISS
    assert isinstance(judged(link, facts=the_facts(account=None)), Hit)


@pytest.mark.parametrize(("own", "found"), [("Acme", False), ("Other", True)])
def test_a_brand_below_the_accounts_own_name_passes(own, found):
    facts = the_facts(account=AccountRecord(name="x", brands=(OwnBrand(own),)))
    assert isinstance(judged("https://paypal.acme.shop/", facts=facts), Hit) is found


def test_the_brand_its_way_and_its_own_domains_are_told():
    answer = judged("https://paypal-secure.example/x")
    assert answer.evidence[0].span == (4, 35)
    assert "PayPal" in answer.sentence
    assert "paypal.com" in answer.reviewer
    assert answer.score == 0.8


def test_of_several_links_the_worst_counts():
    assert action(judged("https://inglogin.example/ https://paypal.com.evil.example/")) == "refuse"


def test_look_alike_letters_do_not_hide_bait_around_a_name():
    assert action(judged("https://s\u0435\u0441ur\u0435paypal.example/")) == "refuse"


def test_domains_that_the_policy_calls_its_own_pass():
    ready = RULE.prepare(RULE.settings(own=frozenset({"paypal-secure.example"})), DOCUMENT)
    assert RULE.check(a_message(text="See https://x.paypal-secure.example/"), the_facts(), ready) is MISS


def test_an_upside_down_scale_is_turned_down():
    with pytest.raises(ValueError, match="hold_at"):
        ask(RULE, hold_at=0.9, refuse_at=0.8)


@given(
    st.text(string.ascii_lowercase, min_size=1, max_size=12), st.text(string.ascii_lowercase, min_size=1, max_size=12)
)
def test_a_short_name_within_a_word_never_counts(before, behind):
    answer = judged(f"https://{before}ups{behind}.example/")
    assert answer is MISS or before in READY.settings.bait | READY.settings.lures or "UPS" not in answer.sentence


@given(st.sampled_from(sorted({domain for brand in BRANDS.values() for domain in brand.domains})))
def test_a_brands_domain_before_any_other_is_always_refused(domain):
    assert action(judged(f"https://{domain}.q7x.example/")) == "refuse"


@pytest.mark.parametrize("brand", default_policy().document.brands.values(), ids=lambda brand: brand.names[0])
def test_every_protected_brands_own_domains_pass(brand):
    for domain in brand.domains:
        message = a_message(text=f"{brand.names[0]}: verify your account at https://login.{domain}/secure")
        assert RULE.check(message, the_facts(), SHIPPED) is MISS
