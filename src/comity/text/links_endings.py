"""Owns which names end like an address and what their registrable domain is; must not know texts.

Source: the public suffix list (publicsuffix.org, MPL 2.0) as `publicsuffixlist` bundles it; no network.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Final

from publicsuffixlist import PublicSuffixList

# RFC 2606, RFC 6761, RFC 7686: reserved, so nobody can register one, but written as addresses all the same.
_RESERVED: Final = frozenset({"example", "invalid", "test", "onion"})

# Endings that open a sentence, follow one, or end a file's name: "later.is", "ok.so", "report.zip". They need more than
# themselves to make an address: a path, a scheme, "www", a digit or hyphen in the name, or two dots.
WORDLIKE: Final = frozenset(
    """
    ad ae ai al am an as at ba be bi bo by ca can case ci co da de di do dog eat es et eu fa fail fan fast fit fm free fun fyi
    ga game gd gift go goo got gs gu ha he help here hi hiv how id ie il im in is it la lb li life like lo lol love lt ma
    man map md me men mm mo mov ms mu mv my na name ne net new news nf no now nu off ok on one only onl ooo open pa page pay
    pe ph play plus ps pub py qa re read red rest rs run safe sale save se search see sh show si so soy st su talk team tell
    tel to today tv ua uk us vi void wait wang watch we win with work wow yes you zip zone zero care call cool date day
    deal diet fish food girl gives guide heart home hot house just kind kim law legal luxe moe mom nowruz party phone
    place poker prime rich room science security sex sexy shoes sky song spot study style support tax thai thanks
    tips tires tools town toys travel trust ventures vet video vip vote voyage watches web weather wed wien wine
    wiki works world yoga baby bar beer bet bike book box boy buy cab cafe camp car cards cash cat catering center
    chat cheap city click coach coffee company computer dad dance dev discount docs doctor dot drive
    """.split()  # noqa: SIM905  words read and merge better without quotes
)
# Hosts on such endings, and one-letter names, that everybody knows as addresses.
KNOWN_HOSTS: Final = frozenset(
    """
    t.me wa.me m.me fb.me vk.me youtu.be goo.gl t.co x.com g.co is.gd v.gd s.id w.wiki u.nu t.ly lnkd.in db.tt ow.ly
    bit.do rb.gy cutt.ly amzn.to amzn.eu a.co g.page me.me adf.ly bit.ly j.mp n9.cl qr.ae shorturl.at rebrand.ly
    po.st soo.gd s.coop gg.gg u.to clck.ru vk.cc q.gs bc.vc tr.im cli.re urlz.fr yourls.org hyperurl.co kutt.it
    b.link tiny.cc dub.sh zpr.io n.pr wp.me fb.watch line.me zalo.me signal.me ig.me telegram.me about.me
    """.split()  # noqa: SIM905  the same
)
# Endings that stand out even when written apart ("example . com", "example dot com"): never a word of a sentence.
CLEAR: Final = frozenset(
    """
    com net org info biz xyz online site shop store club tech app link live icu buzz cyou sbs cfd bond monster quest rest
    ru cn tk ml gq cf ga pw cc ws io ly gl gd gy eu uk nl fr pl br tr jp kr vn ph hk sg mx ar ng ke za gh example invalid
    test onion top vip loan bid
    """.split()  # noqa: SIM905  the same
)


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


def registrable(host: str) -> str:
    """Return the part of a host name that somebody registered; the host itself where it is a public suffix."""
    return str(_suffixes().privatesuffix(host) or host)


def has_known_ending(host: str) -> bool:
    """Tells a host name whose last label is delegated, or reserved for examples."""
    return host.rpartition(".")[2] in endings()
