import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.content.analysis import Analysis
from comity.content.cues import tables
from comity.content.leads import Lead, Standing, leads_of, strongest
from comity.content.leads_sounds import is_unspeakable
from comity.content.reading import Reading, reading_of
from comity.content.template import template_of

CORPORA = Path(__file__).parent.parent / "corpora/links"
MOST, LEAST = 6.0, -6.0
LAWFUL_SHARE_AT_MOST, POSING_SHARE_AT_LEAST = 0.04, 0.85


def lead(text, standing=None):
    return strongest(leads_of(reading_of(text), (standing,) if standing else ()))


def links_of(name):
    return [line for line in (CORPORA / f"{name}.txt").read_text("utf-8").splitlines() if line and line[0] != "#"]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        # what is wholly one thing
        pytest.param("See https://www.gov.uk/tax", "established", id="a public body"),
        pytest.param("See https://sede.dgt.gob.es/x", "established", id="one of a country"),
        pytest.param("See https://accurx.nhs.uk/r/x", "established", id="a health service"),
        pytest.param("See https://x.k12.ca.us/x", "established", id="a school"),
        pytest.param("See https://portal.leeds.ac.uk/x", "established", id="a university"),
        pytest.param("See http://203.0.113.9/x", "address", id="a bare address"),
        pytest.param("See http://[2001:db8::7]/x", "address", id="a bare address of the new kind"),
        pytest.param("See http://192.168.1.1/x", "local", id="an address at home"),
        pytest.param("See https://play.google.com/store/apps/details?id=x", "store", id="an app store"),
        pytest.param("See https://www.google.com/url?q=https://fee.example", "redirect", id="what passes on"),
        pytest.param("See data:text/html,<b>x</b>", "content", id="content of its own"),
        # who hands out names
        pytest.param("See https://x.blogspot.co.uk/x", "hosting", id="a free host in a country"),
        pytest.param("See https://a.byethost7.com/x", "hosting", id="a free host with a number"),
        pytest.param("See https://parcel.web.app/x", "hosting", id="a free host"),
        pytest.param("See https://parcel.duckdns.org/x", "nameless", id="a name for a changing address"),
        pytest.param("See https://docs.google.com/forms/d/x", "form", id="a form"),
        pytest.param("See https://wa.me/31612345678", "messenger", id="a messenger"),
        # endings
        pytest.param("See https://acme.top/x", "much_abused", id="a much abused ending"),
        pytest.param("See https://acme.info/x", "abused", id="an often abused ending"),
        pytest.param("See https://gov.cc/tax", "much_abused", id="an ending that only looks public"),
        pytest.param("See https://usps.com-track.example/x", "second_ending", id="an ending in the middle"),
        pytest.param("See https://com.fee.example/x", "second_ending", id="an ending below"),
        pytest.param("See https://irs-gov.example/x", "second_ending", id="gov in the middle"),
        pytest.param("See https://energie-toeslag-nl.example/x", "country_within", id="a country in the middle"),
        # names
        pytest.param("See https://unpaid-delivery.example/x", "bait", id="what one should do"),
        pytest.param("See https://irs-returns.example/x", "public_body", id="a public body's name"),
        pytest.param("See https://ezpass12.example/x", "public_body", id="a public body's name with a number"),
        pytest.param("See https://amendesgouv.example/x", "public_body", id="a public body's name run together"),
        pytest.param("See https://kxjwqd.example/x", "generated", id="a name nobody can say"),
        pytest.param("See https://x7kd9qm2.example/x", "generated", id="letters and digits by turns"),
        pytest.param("See https://a-b-c-d.example/x", "hyphens", id="many hyphens"),
        pytest.param("See https://id48213.example/x", "digits", id="a number"),
        # writing and path
        pytest.param("See https://acme.example:8443/x", "port", id="an unusual port"),
        pytest.param("See https://acme.example/app.apk", "program", id="a program"),
        pytest.param("See https://acme.example/login.php", "page", id="a page of a stolen site"),
        pytest.param("See https://bank.example@acme.example/x", "hidden", id="a name before an @"),
        pytest.param("See https://\u0430cme.example/x", "hidden", id="letters of another alphabet"),
        pytest.param("See acme[.]example/x", "written_apart", id="a dot in brackets"),
        pytest.param("See acme dot com /x", "written_apart", id="a dot in words"),
        pytest.param("See hxxps://acme.example/x", "written_apart", id="a changed scheme"),
        # numbers
        pytest.param("Call 09061701461 now", "premium", id="a dear number"),
        pytest.param("Call 19001234567 now", "premium", id="a dear American number"),
        pytest.param("This is my new number +447911123456", "mobile", id="a mobile number"),
    ],
)
def test_a_lead_says_what_speaks_most(text, kind):
    found = lead(text)
    assert found.kind == kind
    assert found.title
    assert found.odds > 0 or kind in {"established", "store"}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("See you at 5", id="no link"),
        pytest.param("Your order 806123456 is on its way", id="a number of an order"),
        pytest.param("Your code is 123456", id="a code"),
        pytest.param("Write to info@acme.example", id="an e-mail address"),
        pytest.param("IBAN NL91ABNA0417164300", id="an account"),
    ],
)
def test_what_leads_nowhere_has_no_lead(text):
    assert lead(text) is None


@pytest.mark.parametrize(
    "link",
    [
        "https://jansen-bloemen.nl/bestelling",
        "https://www.garage-peters.be",
        "https://rechtschreibung-duden.de",
        "https://www.bbcgoodfood.com/recipes/lasagne",
        "https://security.nl/posting/1",
        "https://support.acme.com/hc/123",
        "https://claims.acme.co.uk/track/8dk2",
        "https://acme.com/account/login",
        "https://xxxxxxxx.com/xxxx",
        "https://kvk.nl",
        "ZARA.COM",
    ],
)
def test_an_ordinary_name_speaks_rather_against(link):
    assert lead(f"See {link}").odds < 0


@pytest.mark.parametrize(
    ("less", "more"),
    [
        pytest.param("https://acme.nl/x", "https://acme.com/x", id="an ending anybody has"),
        pytest.param("https://acme.com/x", "https://acme.info/x", id="an often abused ending"),
        pytest.param("https://acme.info/x", "https://acme.top/x", id="a much abused ending"),
        pytest.param("https://acme-verify.com/x", "https://acme-verify-account.com/x", id="more bait"),
        pytest.param("https://verify.acme.com/x", "https://acme-verify.com/x", id="bait in what was registered"),
        pytest.param("https://acme.com/x", "https://acme.com/verify", id="bait in the path"),
        pytest.param("https://acme.com/x", "https://acme.com/x?u=anna@mail.example", id="somebody's address"),
        pytest.param("https://acme.com/x", "https://a.b.c.acme.com/x", id="many names below one another"),
    ],
)
def test_what_is_likelier_has_higher_odds(less, more):
    assert lead(f"See {less}").odds < lead(f"See {more}").odds


def test_what_registers_say_decides():
    text = "See https://pay.example/x"
    assert lead(text, Standing(yours=True)).odds < lead(text, Standing(known=True)).odds < lead(text).odds
    assert lead(text, Standing(shortener=True)).kind == "shortener"
    assert lead(text, Standing(imitates="PayPal", likeness=0.9)).title.endswith("PayPal")


@given(st.floats(0.1, 1.0), st.floats(0.1, 1.0))
def test_the_surer_an_imitation_the_higher_its_odds(one, other):
    less, more = sorted((one, other))
    text = "See https://pay.example/x"
    assert (
        lead(text, Standing(imitates="A", likeness=less)).odds <= lead(text, Standing(imitates="A", likeness=more)).odds
    )


def test_what_anybody_can_put_on_a_known_host_is_not_known():
    assert lead("See https://docs.google.com/forms/d/x", Standing(known=True)).kind == "form"
    assert lead("See https://www.google.com/url?q=x.example", Standing(known=True)).kind == "redirect"


def test_each_link_has_a_lead_in_its_place():
    text = "First https://acme.nl/a then http://203.0.113.9/b or call 09061701461"
    found = leads_of(reading_of(text), (Standing(yours=True),))
    assert [text[slice(*one.span)] for one in found] == ["https://acme.nl/a", "http://203.0.113.9/b", "09061701461"]
    assert [one.kind for one in found] == ["yours", "address", "premium"]


def test_an_analysis_is_as_good_as_its_worst_link():
    analysis = Analysis("See https://acme.nl/a or http://203.0.113.9/b")
    assert len(analysis.leads) == 2
    assert analysis.lead is analysis.leads[1]
    assert Analysis("See you").lead is None


def test_standings_beyond_the_links_are_left_out():
    assert leads_of(reading_of("See you"), (Standing(), Standing())) == ()


@pytest.mark.parametrize("label", ["kxjwqd", "qzvbnt", "xtjhkl", "x7k2d9q", "rmfzkg"])
def test_chance_names_are_told(label):
    assert is_unspeakable(label)


@pytest.mark.parametrize(
    "label",
    [
        *("kvk", "hdfc", "bbcgoodfood", "volksbank", "marktplaats", "rechtschreibung", "angstschreeuw", "airbnb"),
        *(
            "wszystko",
            "przesylka",
            "kcbgroup",
            "n26",
            "o2",
            "17track",
            "covid19",
            "xxxxxx",
            "brrr",
            "\u0430\u0431\u0432\u0433\u0434",
        ),
    ],
)
def test_names_that_people_say_are_not_chance(label):
    assert not is_unspeakable(label)


def test_no_word_of_a_link_stands_on_two_lists():
    lists = {name: words.split() for name, words in tables("leads")["lists"].items()}
    for kinds in (("hosting", "nameless", "form", "messenger", "store"), ("national", "abused", "much_abused")):
        listed = [word for kind in kinds for word in lists[kind]]
        assert sorted({word for word in listed if listed.count(word) > 1}) == []


def test_lawful_links_seldom_lead_astray():
    judged = [lead(link) for link in links_of("lawful")]
    assert sum(one is not None and one.odds > 1 for one in judged) <= LAWFUL_SHARE_AT_MOST * len(judged)


def test_links_in_the_manner_of_smishing_mostly_do():
    judged = [lead(link) for link in links_of("posing")]
    assert sum(one is not None and one.odds > 0 for one in judged) >= POSING_SHARE_AT_LEAST * len(judged)


hosts = st.from_regex(r"[a-z][a-z0-9-]{2,14}[a-z]\.(com|top|nl|info|co\.uk)", fullmatch=True)
paths = st.text(string.ascii_letters + string.digits + "/-_=?&", max_size=30)


@given(hosts, paths)
def test_a_template_leads_where_its_text_does(host, path):
    text = f"Your parcel waits: https://{host}/{path} call 09061701461"
    kept = template_of(text)
    assert [(one.kind, one.odds) for one in leads_of(Reading(kept))] == [
        (one.kind, one.odds) for one in leads_of(Reading(text))
    ]


@pytest.mark.parametrize(
    "text",
    ["Pay at 103.125.218.144 now", "Pay at 103.125.218.144/verify", "Pay at x7kd9qm2.top", "Pay at id48213.info"],
)
def test_what_a_template_masks_of_an_address_changes_nothing(text):
    kept, found = leads_of(Reading(template_of(text))), leads_of(Reading(text))
    assert [(one.kind, one.odds) for one in kept] == [(one.kind, one.odds) for one in found]


@given(hosts)
def test_brackets_around_a_dot_make_a_link_no_better(host):
    plain, hidden = lead(f"See {host}/x"), lead(f"See {host.replace('.', '[.]', 1)}/x")
    assert hidden.odds >= plain.odds


@given(hosts, st.sampled_from(["a", "www", "shop"]))
def test_nothing_below_the_accounts_domain_leads_astray(host, below):
    assert lead(f"See https://{below}.{host}/login", Standing(yours=True)).odds == LEAST


@given(st.text(max_size=300))
def test_no_text_is_too_odd(text):
    reading = Reading(text)
    for one in leads_of(reading):
        assert isinstance(one, Lead)
        assert LEAST <= one.odds <= MOST
        assert 0 <= one.span[0] < one.span[1] <= len(text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("https://" + "a-" * 950 + ".example", id="hyphens"),
        pytest.param("https://acme.example/" + "a@" * 950, id="signs of addresses"),
        pytest.param("9" * 2000, id="digits"),
        pytest.param("+1 " * 660, id="numbers"),
        pytest.param("x.co " * 400, id="links"),
    ],
)
def test_a_hostile_text_is_read_in_passing(text):
    assert all(one.odds <= MOST for one in leads_of(Reading(text)))
