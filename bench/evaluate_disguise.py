"""Print what `unmask` and `find_links` make of labelled corpora: `python bench/evaluate_disguise.py CORPORA`.

CORPORA is a directory of `<name>/<name>.jsonl` files with `text` and `label`. Nothing of a corpus is written anywhere;
`--show SET` prints what was reported in a set.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path
from statistics import median
from time import perf_counter

from comity.text.links import find_links
from comity.text.unmask import Unmasked, unmask

GENUINE = (
    ("a2p_legit", "legit"),
    ("nus_sms", "ham"),
    ("uci_sms", "ham"),
    ("turkish_sms", "ham"),
    ("indonesian_sms", "ham"),
)
LINKS = (
    ("sp24_sms_urls", "phishing_link"),
    ("phishing_database", "phishing_link"),
    ("phishing_database", "phishing_domain"),
)
SENTENCES = ("Your parcel is held. See {} to pay.", "{}", "Go to {}.", "Klik op {}, of bel ons", "Log in ({}) today")
DISGUISES = {
    "as it is": lambda link: link,
    "dots in brackets": lambda link: link.replace(".", "[.]", 1),
    "no scheme": lambda link: link.partition("://")[2] or link,
    "hxxp": lambda link: link.replace("http", "hxxp", 1),
    "zero-width space": lambda link: link.replace(".", ".\u200b", 1),
    "full-width dots": lambda link: link.replace(".", "\uff0e"),
    "backslashes": lambda link: link.replace("://", ":\\\\"),
}


def texts(corpora: Path, name: str, label: str) -> list[str]:
    path = corpora / name / f"{name}.jsonl"
    rows = (json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line)
    return [row["text"] for row in rows if row["label"] == label]


def genuine(corpora: Path, shown: str | None) -> None:
    print(f"{'set':<18}{'texts':>7}{'disguised':>11}{'share':>8}{'leet differs':>14}{'with a link':>13}  kinds")
    for name, label in GENUINE:
        reads = [unmask(text) for text in texts(corpora, name, label)]
        kinds = Counter(kind for read in reads for kind in {disguise.kind for disguise in read.disguises})
        reported = sum(bool(read.disguises) for read in reads)
        leet = sum(read.leet != read.plain for read in reads)
        linked = [(read, links) for read in reads if (links := find_links(read))]
        print(f"{name:<18}{len(reads):>7}{reported:>11}{reported / len(reads):>8.2%}", end="")
        print(f"{leet / len(reads):>14.2%}{len(linked):>13}  {dict(kinds)}")
        if shown == name:
            for read in reads:
                for disguise in read.disguises:
                    print("   ", disguise.kind, repr(read.original[slice(*disguise.span)]))
            for _, links in linked:
                for link in links:
                    print("    link", repr(link.written), link.domain, link.disguises)


def host_of(link: str) -> str:
    return link.partition("://")[2].partition("/")[0].lower() if "://" in link else link.partition("/")[0].lower()


def found(sentence: str, link: str, disguised: str) -> bool:
    bare = host_of(link).partition("?")[0].partition(":")[0].rpartition("@")[2]
    return any(bare.removeprefix("www.") in {one.host.removeprefix("www."), one.unicode_host.removeprefix("www.")}
               for one in find_links(unmask(sentence.format(disguised))))  # fmt: skip


def links(corpora: Path, shown: str | None) -> None:
    for name, label in LINKS:
        listed = texts(corpora, name, label)
        for disguise, apply in DISGUISES.items():
            missed = [
                link for n, link in enumerate(listed) if not found(SENTENCES[n % len(SENTENCES)], link, apply(link))
            ]
            print(
                f"{name:<20}{label:<18}{disguise:<20}{len(listed):>6} links {1 - len(missed) / len(listed):>8.2%} found"
            )
            if shown == name and disguise in {"as it is", "no scheme"}:
                print("    missed:", *missed[:60], sep="\n      ")


def cost_us(one: str) -> tuple[float, float]:
    def timed(call, given) -> float:
        started = perf_counter()
        for _ in range(20):
            call(given)
        return (perf_counter() - started) / 20 * 1e6

    read: Unmasked = unmask(one)
    return min(timed(unmask, one) for _ in range(5)), min(timed(find_links, read) for _ in range(5))


def costs(corpora: Path) -> None:
    print("microseconds a text of 100 to 180 characters, best of five: unmask median, 90 %; find_links median, 90 %")
    for name, label in GENUINE:
        sample = [one for one in texts(corpora, name, label) if 100 <= len(one) <= 180][:200]
        for ascii_only in (True, False):
            pairs = [cost_us(one) for one in sample if one.isascii() is ascii_only]
            if pairs:
                columns = [sorted(column) for column in zip(*pairs, strict=True)]
                shown = "".join(f"{median(column):8.1f}{column[len(column) * 9 // 10]:8.1f}" for column in columns)
                print(f"{name:<18}{'ASCII' if ascii_only else 'beyond ASCII':<14}{len(pairs):>5} texts {shown}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpora", type=Path)
    parser.add_argument("--show", metavar="SET", help="a corpus by name")
    args = parser.parse_args()
    genuine(args.corpora, args.show)
    links(args.corpora, args.show)
    costs(args.corpora)


if __name__ == "__main__":
    main()
