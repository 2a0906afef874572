import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.content.reading import reading_of
from comity.screening.judging import MISS, Abstain, Hit, Listed
from comity.screening.rules.link_listed import RULE, link_keys, list_label, listed_key
from support.judging import a_message, ask, the_facts


def link_of(text):
    (link,) = reading_of(text).links
    return link


def facts(*keys, kind="links"):
    return the_facts(listed=tuple(Listed("feed", kind, key) for key in keys))


@pytest.mark.parametrize(
    ("entry", "key"),
    [
        ("bad.example", "bad.example"),
        ("BAD.Example.", "bad.example"),
        ("www.bad.example", "www.bad.example"),
        ("*.bad.example", "bad.example"),
        ("||bad.example^", "bad.example"),
        ("b\u00fccher.example", "xn--bcher-kva.example"),
        ("203.0.113.7", "203.0.113.7"),
        ("http://3405803783/x", "203.0.113.7/x"),
        ("http://bad.example", "bad.example/"),
        ("http://bad.example/", "bad.example/"),
        ("bad.example:8080", "bad.example/"),
        ("https://www.bad.example/a//b/?x=1#y", "bad.example/a/b?x=1"),
        ("http://user@bad.example:8080/%61", "bad.example/a"),
        ("http://[2001:db8::7]/x", "[2001:db8::7]/x"),
        ("bad.example/a", "bad.example/a"),
    ],
)
def test_an_entry_becomes_a_key(entry, key):
    assert listed_key(entry) == key


@pytest.mark.parametrize(
    "entry", ["", "words and words", "localhost", "http://", "/path", "a..b", "x" * 300 + ".example"]
)
def test_what_names_no_host_is_no_entry(entry):
    with pytest.raises(ValueError, match="host"):
        listed_key(entry)


@pytest.mark.parametrize(
    ("entry", "link", "found"),
    [
        pytest.param("bad.example", "https://bad.example/x", True, id="the host"),
        pytest.param("bad.example", "https://cdn.bad.example", True, id="a host below"),
        pytest.param("cdn.bad.example", "https://bad.example", False, id="the host above"),
        pytest.param("www.bad.example", "https://bad.example/x", True, id="the same site without www"),
        pytest.param("bad.example", "https://notbad.example", False, id="another host"),
        pytest.param("https://bad.example/", "https://bad.example/x", True, id="all of one host"),
        pytest.param("https://bad.example/", "https://cdn.bad.example/x", False, id="that host alone"),
        pytest.param("https://bad.example/a", "https://bad.example/a/b?c=d", True, id="below a page"),
        pytest.param("https://bad.example/a", "https://bad.example/a?c=d", True, id="a page with a query"),
        pytest.param("https://bad.example/a", "https://bad.example/ab", False, id="a longer name"),
        pytest.param("https://bad.example/a", "https://bad.example/", False, id="above a page"),
        pytest.param("https://bad.example/a?x=1", "https://bad.example/a?x=1", True, id="the query"),
        pytest.param("https://bad.example/a?x=1", "https://bad.example/a?x=2", False, id="another query"),
        pytest.param("https://bad.example/a", "http://www.bad.example:8080/%61", True, id="written otherwise"),
        pytest.param("blogspot.com", "https://mine.blogspot.com/x", False, id="a platform's whole domain"),
        pytest.param("bad.blogspot.com", "https://bad.blogspot.com/x", True, id="a name on a platform"),
        pytest.param("203.0.113.7", "http://203.0.113.7:81/x", True, id="an address"),
        pytest.param("https://bad.example/" + "a" * 900, "https://bad.example/" + "a" * 900, True, id="a long page"),
        pytest.param("https://bad.example/" + "a" * 900, "https://bad.example/" + "a" * 901, False, id="a longer one"),
    ],
)
def test_an_entry_means_what_feeds_mean_by_it(entry, link, found):
    assert (listed_key(entry) in link_keys(link_of(f"See {link}"))) is found


def test_links_without_a_host_have_no_keys():
    assert link_keys(link_of("tel:+3225550123")) == ()


@given(st.lists(st.text("ab/%?&=#.\u00e9 ", max_size=8), max_size=12))
def test_a_page_is_always_found_by_its_own_key(parts):
    address = "https://bad.example/" + "/".join(parts).replace(" ", "%20")
    links = reading_of(f"See {address}").links
    keys = [link_keys(link) for link in links if link.host == "bad.example"]
    assert any(listed_key(link.url) in key for link, key in zip(links, keys, strict=False))
    assert all(len(one) <= 300 and one.isprintable() for key in keys for one in key)


def test_a_listed_link_is_refused_and_the_list_and_entry_are_named():
    answer = ask(RULE, a_message(text="See https://cdn.bad.example/x"), facts("bad.example"))
    assert isinstance(answer, Hit)
    assert "feed" in answer.sentence
    assert "bad.example" in answer.sentence
    assert answer.evidence[0].span == (4, 29)


@pytest.mark.parametrize(
    ("text", "known"),
    [
        pytest.param("See https://good.example", facts("bad.example"), id="another host"),
        pytest.param("See https://bad.example", facts("bad.example", kind="numbers"), id="another kind"),
        pytest.param("See https://bad.example", facts(), id="nothing listed"),
        pytest.param("No link", the_facts(listed=None), id="no link needs no list"),
        pytest.param("Call tel:+3225550123", the_facts(listed=None), id="no host needs no list"),
    ],
)
def test_what_stands_on_no_list_passes(text, known):
    assert ask(RULE, a_message(text=text), known) is MISS


def test_when_lists_were_not_asked_it_abstains():
    assert ask(RULE, a_message(text="See https://bad.example"), the_facts(listed=None)) == Abstain("listed")


def test_a_host_that_is_spared_counts_only_by_its_pages():
    message = a_message(text="See https://docs.example/d/1")
    assert ask(RULE, message, facts("docs.example"), spared=["docs.example"]) is MISS
    assert isinstance(ask(RULE, message, facts("docs.example/d/1"), spared=["docs.example"]), Hit)


def test_a_stale_list_is_named_to_the_reviewer_alone():
    known = the_facts(listed=(Listed(list_label("feed", 3), "links", "bad.example"),))
    answer = ask(RULE, a_message(text="See https://bad.example"), known)
    assert "feed (overdue by 3 days)" in answer.reviewer
    assert "overdue" not in answer.sentence
