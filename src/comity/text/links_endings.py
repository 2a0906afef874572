"""Owns which names end like an address and what their registrable domain is; must not know texts.

Source: the public suffix list (publicsuffix.org, MPL 2.0) as `publicsuffixlist` bundles it; no network.
"""

from __future__ import annotations

from functools import cache, lru_cache
from importlib import resources
from typing import Final

from publicsuffixlist import PublicSuffixList

# RFC 2606, RFC 6761, RFC 7686: reserved, so nobody can register one, but written as addresses all the same.
_RESERVED: Final = frozenset({"example", "invalid", "test", "onion"})

# Endings that open a sentence or end a file's name: "later.is", "ok.so", "report.zip". They need more than themselves
# to make an address: a path, a scheme, "www", a digit or hyphen, a long name, or three labels.
OPENERS: Final = frozenset(
    """
    ad ae al am amazon an app arab as at ba baby bar bb be best bet bi bible bike black blue bo book box boy buy by
    cab call camp car cards care case cash cat cc chat cheap ci co cool cricket dad date day deal dev diet direct do
    docs dog dot drive eat et fail fan fast final fit flights fm food football forum free fun ga game gd gg gift
    girl gives go goo got gs gu guide ha he heart help here hi hm hn home hot house how hu id ie il im in is it jo
    joy just kind la lb li life like live lo lol love lt ma man map md me meet men mk ml mm mn mo moe mom mov movie
    ms mt mu mv my na name ne new news nf no now nu off ok om on one only ooo open otsuka pa party pay pe ph phone
    pics pink pl place play plus pm pn poker ps py qa re read red rest room rs run rw safe sale save sb sc school
    science se search security see seek sex sexy sg sh shoes show si singles ski sky sm so song soy space st study
    style su support sy talk taxi tc team tell th thai thanks theater tickets tips tj tm to today tours town toys
    travel trust tt tube tv ug us va vi vip void vote vu wait wang watch we weather web win wine with work works
    world wow ws yes you zero zip zm zone zw
    """.split()  # noqa: SIM905  words read and merge better without quotes
)
# Hosts on such endings, and one-letter names, that everybody knows as addresses.
KNOWN_HOSTS: Final = frozenset(
    """
    t.me wa.me m.me fb.me vk.me youtu.be goo.gl t.co x.com g.co is.gd v.gd s.id u.nu t.ly lnkd.in db.tt ow.ly bit.do
    rb.gy cutt.ly amzn.to amzn.eu a.co g.page adf.ly bit.ly j.mp n9.cl qr.ae po.st soo.gd gg.gg u.to clck.ru vk.cc
    q.gs bc.vc tr.im cli.re b.link zpr.io wp.me fb.watch line.me zalo.me signal.me ig.me telegram.me about.me
    """.split()  # noqa: SIM905  the same
)
# No sentence opens with these, so they make an address even of a short or capital name.
SURE: Final = frozenset("com net org info biz gov edu mil example invalid xyz onion".split())  # noqa: SIM905  the same
# Endings that stand out when written apart ("example . com", "example dot com"): never a word of a sentence.
CLEAR: Final = SURE | frozenset(
    """
    online site shop store club tech icu buzz cyou sbs cfd monster ru cn tk gq cf pw io ly gl uk nl fr pl br tr jp kr vn
    hk mx ng ke za gh eu de ch cz dk fi ro hu gr pt test top vip loan bid win click app dev link live
    """.split()  # noqa: SIM905  the same
)
# The word for the dot in a language, and the endings it is said before.
DOT_WORDS: Final[dict[str, frozenset[str]]] = {
    "dot": (CLEAR | {"au", "ca", "es", "co"}) - {"live", "link", "win", "test", "top", "app", "click"},
    "punkt": frozenset({"de", "at", "ch", "com", "net", "org", "info", "eu", "pl"}),
    "punto": frozenset({"com", "net", "org", "es", "it", "mx", "ar", "cl", "pe", "info", "eu"}),
    "point": frozenset({"com", "net", "org", "fr", "be", "ch", "info", "eu"}),
    "ponto": frozenset({"com", "net", "org", "br", "pt", "info"}),
    "punt": frozenset({"com", "net", "org", "nl", "be", "eu", "info", "cat"}),
    "nokta": frozenset({"com", "net", "org", "tr", "info"}),
    "kropka": frozenset({"com", "net", "org", "pl", "eu", "info"}),
    "titik": frozenset({"com", "net", "org", "id", "info"}),
    "\u0442\u043e\u0447\u043a\u0430": frozenset(
        {"com", "net", "org", "ru", "\u0440\u0444", "\u0443\u043a\u0440", "su", "\u043a\u043e\u043c"}
    ),
}


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


@cache
def endings() -> frozenset[str]:
    """Return every known last label of a host name, ICANN's and the reserved ones, as people see and as DNS has it."""
    listed = resources.files("publicsuffixlist").joinpath("public_suffix_list.dat").read_text(encoding="utf-8")
    icann = listed.partition("===END ICANN DOMAINS===")[0]
    rules = [line.strip() for line in icann.splitlines() if line.strip() and not line.startswith("//")]
    seen = {rule.rpartition(".")[2] for rule in rules}
    return frozenset(seen | {ending.encode("idna").decode() for ending in seen if not ending.isascii()}) | _RESERVED


@lru_cache(maxsize=4096)
def registrable(host: str) -> str:
    """Return the part of a host name that somebody registered; the host itself where it is a public suffix."""
    return str(_suffixes().privatesuffix(host) or host)


def has_known_ending(host: str) -> bool:
    """Tells a host name whose last label is delegated, or reserved for examples."""
    return host.rpartition(".")[2] in endings()
