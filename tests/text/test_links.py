"""Links are found however they are written, and nothing else is taken for one."""
# ruff: noqa: RUF001  look-alikes and the signs of other alphabets are the point

from __future__ import annotations

from sys import getprofile, setprofile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.text.links import KINDS_OF_DISGUISE, MOST_LINKS, Link, find_links
from comity.text.unmask import unmask


def links(text: str) -> tuple[Link, ...]:
    return find_links(unmask(text))


@pytest.mark.parametrize(
    ("text", "url", "disguises"),
    [
        # whole
        ("https://example.com", "https://example.com/", ""),
        ("see http://example.com/a?b=c&d=e#f.", "http://example.com/a?b=c&d=e#f", ""),
        ("(https://example.com/a_(b).)", "https://example.com/a_(b)", ""),
        ("https://example.com:8443/x", "https://example.com:8443/x", ""),
        ("ftp://files.example.com/x.exe", "ftp://files.example.com/x.exe", ""),
        ("https://example.com/Ab%43?utm_source=sms&id=%2F", "https://example.com/AbC?utm_source=sms&id=%2F", ""),
        ("nowhttps://example.com/x", "https://example.com/x", ""),
        ("[here](https://example.com/x)", "https://example.com/x", ""),
        ("https://müller.de/ä", "https://xn--mller-kva.de/%C3%A4", ""),
        ("http://intranet/x", "http://intranet/x", ""),
        ("https://example.com/a]b", "https://example.com/a]b", ""),
        # without a scheme
        ("evil.example/login", "http://evil.example/login", ""),
        ("go to evil.top now", "http://evil.top/", ""),
        ("www.example.com, or call", "http://www.example.com/", ""),
        ("bit.ly/3xYz", "http://bit.ly/3xYz", ""),
        ("t.me/abc", "http://t.me/abc", ""),
        ("bit.ly/%41b%20", "http://bit.ly/Ab%20", ""),
        ("betaling.nl", "http://betaling.nl/", ""),
        ("bezahlen.de", "http://bezahlen.de/", ""),
        ("secure-bank.it", "http://secure-bank.it/", ""),
        ("my-parcel.info/track", "http://my-parcel.info/track", ""),
        ("hsbc.co.uk", "http://hsbc.co.uk/", ""),
        ("пример.рф", "http://xn--e1afmkfd.xn--p1ai/", ""),
        ("请访问example.com查看", "http://example.com/", ""),
        ("例え.jp", "http://xn--r8jz45g.jp/", ""),
        ("example.com.Visit us", "http://example.com/", ""),
        ("1636365.com", "http://1636365.com/", ""),
        ("example.com:8080", "http://example.com:8080/", ""),
        ("107.155.152.11/x", "http://107.155.152.11/x", ""),
        ("see 107.155.152.11", "http://107.155.152.11/", ""),
        ("[2001:db8::1]/x", "http://[2001:db8::1]/x", ""),
        ("[::1]", "http://[::1]/", ""),
        # mangled schemes
        ("hxxp://evil.example/x", "http://evil.example/x", "defanged"),
        ("hXXps://evil.example", "https://evil.example/", "defanged"),
        ("h**ps://evil.example", "https://evil.example/", "defanged"),
        ("hxxps[:]//evil[.]example/p", "https://evil.example/p", "brackets defanged"),
        ("https[://]evil.example/p", "https://evil.example/p", "brackets"),
        ("https:\\\\evil.example\\x", "https://evil.example/x", "backslash"),
        ("https:/\\evil.example", "https://evil.example/", "backslash"),
        ("https:evil.example", "https://evil.example/", "slashes-missing"),
        ("http:/evil.example/x", "http://evil.example/x", "slashes-missing"),
        ("https//evil.example/x", "https://evil.example/x", "slashes-missing"),
        ("https;//evil.example/x", "https://evil.example/x", ""),
        ("http : // evil.example", "http://evil.example/", "spaced"),
        ("h t t p s : / / evil . example", "https://evil.example/", "spaced"),
        ("%68%74%74%70%3a%2f%2fevil.example/x", "http://evil.example/x", "percent"),
        ("pay%2eevil.example/x", "http://pay.evil.example/x", "percent"),
        # dots
        ("bit . ly / abc", "http://bit.ly/abc", "spaced"),
        ("bit .ly/abc", "http://bit.ly/abc", "spaced"),
        ("evil . example", "http://evil.example/", "spaced"),
        ("http://evil.\nexample/x", "http://evil.example/x", "spaced"),
        ("https://evil\n.example/x", "https://evil.example/x", "spaced"),
        ("www . evil . com", "http://www.evil.com/", "spaced"),
        ("b i t . l y / a b c", "http://bit.ly/abc", "spaced"),
        ("e x a m p l e . com", "http://example.com/", "spaced"),
        ("example dot com", "http://example.com/", "dot-word"),
        ("https://example dot com/x", "https://example.com/x", "dot-word"),
        ("example DOT com", "http://example.com/", "dot-word"),
        ("beispiel punkt de", "http://beispiel.de/", "dot-word"),
        ("ejemplo punto es", "http://ejemplo.es/", "dot-word"),
        ("exemple point fr", "http://exemple.fr/", "dot-word"),
        ("exemplo ponto com", "http://exemplo.com/", "dot-word"),
        ("voorbeeld punt nl", "http://voorbeeld.nl/", "dot-word"),
        ("ornek nokta com", "http://ornek.com/", "dot-word"),
        ("przyklad kropka pl", "http://przyklad.pl/", "dot-word"),
        ("contoh titik id", "http://contoh.id/", "dot-word"),
        ("пример точка рф", "http://xn--e1afmkfd.xn--p1ai/", "dot-word"),
        ("example[.]com", "http://example.com/", "brackets"),
        ("example(.)com/x", "http://example.com/x", "brackets"),
        ("example{dot}com", "http://example.com/", "brackets"),
        ("example (dot) com", "http://example.com/", "brackets"),
        ("sub[.]example[.]com", "http://sub.example.com/", "brackets"),
        ("http://107[.]155.152.11/x", "http://107.155.152.11/x", "brackets"),
        ("example\\.com", "http://example.com/", "backslash"),
        ("www,example,com", "http://www.example.com/", "comma"),
        ("example,com/x", "http://example.com/x", "comma"),
        ("example。com/x", "http://example.com/x", "dot-sign"),
        ("example｡com", "http://example.com/", "dot-sign"),
        ("example．com", "http://example.com/", "styled"),
        # letters
        ("ex\u200bample.com/a", "http://example.com/a", "invisible"),
        ("example.\u200bcom", "http://example.com/", "invisible"),
        ("ｅｘａｍｐｌｅ.com", "http://example.com/", "styled"),
        ("𝐞𝐯𝐢𝐥.example/x", "http://evil.example/x", "styled"),
        ("http://pаypal.com/login", "http://xn--pypal-4ve.com/login", "homograph"),
        ("https://аррӏе.com", "https://xn--80ak6aa92e.com/", "homograph"),
        ("xn--80ak6aa92e.com", "http://xn--80ak6aa92e.com/", "homograph"),
        ("http://%65vil.example/x", "http://evil.example/x", "percent"),
        ("EVIL.COM", "http://evil.com/", "upper-ending"),
        ("Example.Com/x", "http://example.com/x", "upper-ending"),
        ("\u202emoc.elpmaxe\u202c/x", "http://example.com/x", ""),
        # what stands before and instead of the host
        ("http://paypal.com@evil.example/", "http://evil.example/", "user-info"),
        ("https://user:secret@evil.example/x", "https://evil.example/x", "user-info"),
        ("paypal.com@evil.example/x", "http://evil.example/x", "user-info"),
        ("http://0x7f000001/", "http://127.0.0.1/", "numeric-address"),
        ("http://2130706433", "http://127.0.0.1/", "numeric-address"),
        ("http://0177.0.0.1/x", "http://127.0.0.1/x", "numeric-address"),
        ("http://127.1/x", "http://127.0.0.1/x", "numeric-address"),
        ("http://0x7f.1", "http://127.0.0.1/", "numeric-address"),
        ("http://①②⑦.0.0.1/", "http://127.0.0.1/", "styled"),
        ("http://127.0.0.1/x", "http://127.0.0.1/x", ""),
        ("http://[::ffff:7f00:1]/x", "http://[::ffff:7f00:1]/x", ""),
    ],
)
def test_a_link_is_found_and_normalised(text, url, disguises):
    found = links(text)
    assert [link.url for link in found] == [url]
    assert " ".join(found[0].disguises) == disguises
    assert text[slice(*found[0].span)] == found[0].written


@pytest.mark.parametrize(
    ("text", "scheme", "kind"),
    [
        ("data:text/html;base64,PHNjcmlwdD4=", "data", "data"),
        ("open data:,hello", "data", "data"),
        ("javascript:alert(1)", "javascript", "script"),
        ("JavaScript:alert(1)", "javascript", "script"),
        ("vbscript:msgbox", "vbscript", "script"),
        ("tel:+31612345678", "tel", "app"),
        ("sms:12345?body=YES", "sms", "app"),
        ("intent://scan/#Intent;scheme=zxing;end", "intent", "app"),
        ("market://details?id=x.y", "market", "app"),
        ("whatsapp://send?text=hi", "whatsapp", "app"),
        ("bitcoin:1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "bitcoin", "app"),
    ],
)
def test_a_link_without_a_host_is_found(text, scheme, kind):
    (found,) = links(text)
    assert (found.scheme, found.kind, found.host, found.domain, found.port) == (scheme, kind, "", "", None)
    assert found.url.startswith(f"{scheme}:")


@pytest.mark.parametrize(
    "text",
    [
        "see file.txt and report.pdf",
        "report.zip",
        "e.g. this, i.e. that",
        "Hello.How are you",
        "ok.so what",
        "He said it.It was",
        "thanks.me too",
        "see you.in an hour",
        "It is done.Now go",
        "Inc.The company",
        "3.50 or 1,200.00",
        "v2.1 and 10.15.7.1",
        "at 9.30 a.m. or 5 p.m.",
        "14:00 to 16:00",
        "12.05.2026",
        "1.2.3.4",
        "info@example.com",
        "mail john.doe@example.co.uk today",
        "John.Smith",
        "U.S.A. and U.K. and S.A.",
        "M.Sc and B.Com",
        "Ph.D. Dr.Who",
        "wait...what",
        "hmm..ok",
        "No.1 in town",
        "St.Louis",
        "etc.",
        "www",
        "www.",
        "https",
        "https://",
        "http: see below",
        "https: the protocol",
        "the point is that",
        "connect the dot to the line",
        "the dot com years",
        "dot dot dot",
        "am Punkt in der Mitte",
        "a ponto de sair",
        "punto de encuentro",
        "o ponto com os amigos",
        "op dit punt be",
        "thanks , com on",
        "rice, net and org",
        "I love it . me too",
        "I am home . is it late",
        "good. in the evening",
        "Done. To pay, call",
        "50% off, 100%ab",
        "Tel: 0123 456",
        "Tel:0123456",
        "ratio 1:2 and/or 3/4",
        "data: see below",
        "sms: yes",
        "你好。我爱你",
        "Привет.Как дела",
        "Да.Нет",
        "node.js and main.rs",
        "readme.md",
        "Amount.Net of tax",
        "Thank you.Info at the desk",
        "Avl bal.Rs.500 a/c.No 12",
        "Rs.1,000.00/- at 5.000 TL",
        "IT.IS.SO",
        "A/C XX12.BAL 30",
        "a.b.c",
        "x.y",
        "->.<-",
        "[..] (.)",
        "@user.name",
        "price:5.00eur",
        "C:\\Users\\x",
        "5.be",
        "evil.notanending/x",
        "mailto:info@example.com",
        "_._",
    ],
)
def test_what_is_no_link_is_left_alone(text):
    assert links(text) == ()


@pytest.mark.parametrize(
    ("text", "domain", "unicode_host"),
    [
        ("https://a.b.example.co.uk/x", "example.co.uk", "a.b.example.co.uk"),
        ("https://shop.github.io/x", "shop.github.io", "shop.github.io"),
        ("https://github.io/x", "github.io", "github.io"),
        ("https://www.bücher.de", "xn--bcher-kva.de", "www.bücher.de"),
        ("https://xn--bcher-kva.de", "xn--bcher-kva.de", "bücher.de"),
        ("http://127.0.0.1/x", "127.0.0.1", "127.0.0.1"),
        ("http://[::1]/x", "[::1]", "[::1]"),
        ("https://login.evil.example/x", "evil.example", "login.evil.example"),
    ],
)
def test_a_host_has_its_registrable_domain(text, domain, unicode_host):
    (found,) = links(text)
    assert (found.domain, found.unicode_host) == (domain, unicode_host)


def test_links_come_in_the_order_of_the_text_and_apart():
    text = "Pay at evil[.]example or https://bit.ly/3xYz, www.bank.example, or sms:12345"
    assert [link.written for link in links(text)] == [
        "evil[.]example",
        "https://bit.ly/3xYz",
        "www.bank.example",
        "sms:12345",
    ]


def test_a_port_beyond_the_last_is_none():
    (found,) = links("http://evil.example:99999/x")
    assert found.port is None


HOSTS = st.builds(
    "{}.{}".format,
    st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=4, max_size=12).filter(lambda s: not s.isdigit()),
    st.sampled_from(["com", "net", "org", "co.uk", "example", "com.br"]),
).filter(lambda host: not any(word in host for word in ("www", "http", "tp")))
PATHS = st.text("abcdefghijklmnopqrstuvwxyzABCXYZ0123456789/_", max_size=12).map(lambda p: f"/x{p}z")
WAYS = {
    "dots in brackets": lambda host: host.replace(".", "[.]", 1),
    "dot in words": lambda host: host.replace(".", "(dot)", 1),
    "zero-width": lambda host: host.replace(".", "\u200b."),
    "full-width dots": lambda host: host.replace(".", "．"),
    "ideographic dots": lambda host: host.replace(".", "。"),
    "spaces": lambda host: host.replace(".", " . "),
    "capitals": str.upper,
    "as it is": str,
}


@given(HOSTS, PATHS, st.sampled_from(sorted(WAYS)), st.sampled_from(["", "https://", "hxxp://"]))
def test_a_disguised_address_is_found(host, path, way, scheme):
    text = f"Your parcel waits: {scheme}{WAYS[way](host)}{path} thanks"
    found = links(text)
    assert [link.host for link in found] == [host]
    assert found[0].path == path


FRAGMENTS = [
    *[
        "http",
        "https:",
        "hxxp",
        "//",
        "\\\\",
        "[::1]",
        "evil",
        "example",
        "com",
        "рф",
        "xn--",
        "80ak6aa92e",
        "www",
        "0x7f",
        "127",
    ],
    *[
        ".",
        " dot ",
        "(dot)",
        "[.]",
        "%2e",
        "%68",
        "。",
        "．",
        ",",
        "…",
        "@",
        ":80",
        "/x",
        "?q",
        "data:",
        "a,",
        "tel:",
        "+1",
    ],
    *["\u200b", "\u202e", "\ud800", "а", "é", "𝐞", "я", "ß", "İ", "①", " ", "\n"],
]


@given(st.one_of(st.text(max_size=120), st.lists(st.sampled_from(FRAGMENTS), max_size=14).map("".join)))
def test_whatever_the_text_links_have_their_places(text):
    for link in links(text):
        start, end = link.span
        assert link.written == text[start:end]
        assert 0 <= start < end <= len(text)
        assert link.kind in {"name", "ipv4", "ipv6", "data", "script", "app"}
        assert link.host.isascii()
        assert link.url.isascii()
        assert set(link.disguises) <= KINDS_OF_DISGUISE


MOST_CALLS = 60_000
"""A text of "dot " took 136,000, forty times the time of an ordinary one."""
UNITS = [
    *["dot ", "dot dot ", "a dot ", "a point com ", "a.co ", "t . me ", "a . ", "a[.]", "a(dot)", "www,a,", "a. com "],
    *[
        "\u200ba.co ",
        "\u00ada . ",
        "1 . 2 . ",
        "%2ea.b",
        "x.com.",
        "[.]",
        "http:/",
        "h t t p ",
        "data:a",
        "a@",
        "xn--a.",
    ],
    *["punkt.", " punto ", "evil dot com ", "a.b", "\u0430", "\u2488", "no ", "1.1.", "://", "a-"],
]


def calls_to_find_links(text: str) -> int:
    """How many functions are called, which does not depend on what else the machine does."""
    read, calls = unmask(text), 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in {"call", "c_call"}

    before = getprofile()
    setprofile(count)
    try:
        find_links(read)
    finally:
        setprofile(before)
    return calls


@pytest.mark.parametrize("unit", UNITS)
def test_no_text_makes_much_work_of_a_repeated_stretch(unit):
    links(unit * 30)  # what is read once from files is no work of a text
    assert calls_to_find_links((unit * 2000)[:2000]) < MOST_CALLS


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from(UNITS), min_size=1, max_size=4))
def test_no_text_makes_much_work_of_stretches_put_together(units):
    text = ("".join(units) * 2000)[:2000]
    links(text)
    assert calls_to_find_links(text) < MOST_CALLS


def test_no_more_links_are_read_than_fit_in_what_doors_take():
    assert len(links("t.me " * 400)) == MOST_LINKS
    assert len(links(("t.me " * 400)[:612])) < MOST_LINKS


@pytest.mark.parametrize(
    "unit",
    """
    a. a . http:// http: a.com~ a@ %61 [ a~.~ dot~ ~dot~a www, data: 1. -. a.com/ (.) h~t~t~p~ :// x: a\\. [:: tel:1
    a.a.com@ ,a 。a a。 http://a@ %61% hxxp: b~i~t~.~ a. [.] x,com/ a- //
    """.split(),  # noqa: SIM905  a list of signs reads better without quotes
)
@pytest.mark.timeout(10)  # what grows with the square of the length takes minutes
def test_finding_takes_time_in_proportion_to_the_text(unit):
    find_links(unmask((unit.replace("~", " ") * 80_000)[:80_000]))
