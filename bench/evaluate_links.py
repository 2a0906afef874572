"""Print what leads make of labelled links: `python bench/evaluate_links.py CORPORA [--show SET]`.

CORPORA is a directory of `<name>/<name>.jsonl` files whose `text` is a link that led to phishing (`sp24_sms_urls`,
`phishing_database`) or a genuine text (`a2p_legit`). The repository's own lists are judged too. Links are judged as
text and never fetched. Each host counts once: one abused shortener fills a third of a feed.

Recall is the share of hosts whose odds are above those of all but a given share of the lawful ones (`at 1 %`), and
above fixed odds. `--show SET` prints the links of a set with what was made of them, the worst judged first.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from importlib import resources
from pathlib import Path
from time import thread_time

from comity.content.leads import Lead, Standing, leads_of, strongest
from comity.content.reading import Reading
from comity.policy.files import default_policy
from comity.screening.scoring_links import NOBODYS
from comity.screening.scoring_names import NamesInTexts

OWN = Path(__file__).parent.parent / "tests/corpora/links"
FALSE_ALARMS = (0.01, 0.02, 0.05)
ODDS = (0.0, 1.0, 2.0, 3.0)
_ADDRESS = re.compile(r"https?://[^\s\"'<>)\]]{4,200}")
Judged = tuple[str, Lead | None]


def corpus(directory: Path, name: str) -> list[str]:
    lines = (directory / name / f"{name}.jsonl").read_text(encoding="utf-8").split("\n")
    return [json.loads(line)["text"] for line in lines if line]


def own(name: str) -> list[str]:
    lines = (OWN / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def addresses_of_regulators() -> list[str]:
    folder = resources.files("comity.countries").joinpath("data")
    texts = (path.read_text(encoding="utf-8") for path in folder.iterdir() if path.name.endswith(".json"))
    return sorted({found for text in texts for found in _ADDRESS.findall(text)})


class Judges:
    """The default policy, and what it makes of links; `known` says whether its register of names may help."""

    def __init__(self) -> None:
        self._names = NamesInTexts(default_policy().document)

    def standings(self, reading: Reading) -> list[Standing]:
        return [seen.standing for seen in self._names.links(reading, NOBODYS)]

    def lead(self, text: str, *, known: bool = True) -> Lead | None:
        reading = Reading(text)
        return strongest(leads_of(reading, self.standings(reading) if known else ()))

    def each(self, texts: Iterable[str], *, known: bool = True) -> list[Judged]:
        """The links of texts, each host once."""
        found: dict[str, Judged] = {}
        for text in texts:
            links = Reading(text).links
            found.setdefault(links[0].host if links else text, (text, self.lead(text, known=known)))
        return list(found.values())


def odds_of(judged: Sequence[Judged]) -> list[float]:
    """Odds, the highest first; a link that was not found leads nowhere as far as anybody can tell."""
    return sorted((lead.odds if lead else 0.0 for _, lead in judged), reverse=True)


def above(odds: Sequence[float], limit: float) -> float:
    return 100 * sum(one > limit for one in odds) / len(odds)


def sets_of(corpora: Path, judges: Judges) -> Iterator[tuple[str, bool, list[Judged]]]:
    brands = default_policy().document.brands.values()
    domains = [f"https://www.{domain}/account/123" for brand in brands for domain in brand.domains]
    yield "lawful: own list", False, judges.each(own("lawful"))
    yield (
        "lawful: genuine texts",
        False,
        judges.each(link for text in corpus(corpora, "a2p_legit") for link in _ADDRESS.findall(text)),
    )
    yield "lawful: regulators", False, judges.each(addresses_of_regulators())
    yield "lawful: register, as if unknown", False, judges.each(domains, known=False)
    yield "posing: own list", True, judges.each(own("posing"))
    yield "posing: sp24_sms_urls", True, judges.each(corpus(corpora, "sp24_sms_urls"))
    yield "posing: phishing_database", True, judges.each(corpus(corpora, "phishing_database"))


def print_figures(sets: Sequence[tuple[str, bool, list[Judged]]]) -> None:
    lawful = sorted((odds for _, bad, judged in sets if not bad for odds in odds_of(judged)), reverse=True)
    limits = [lawful[int(share * len(lawful))] for share in FALSE_ALARMS]
    heads = [f"at {share:.0%}" for share in FALSE_ALARMS] + [f"> {odds:g}" for odds in ODDS]
    print(f"{'% of hosts':34}{'hosts':>7}", *(f"{head:>8}" for head in heads))
    for name, _, judged in sets:
        odds = odds_of(judged)
        shares = (f"{above(odds, limit):8.1f}" for limit in (*limits, *ODDS))
        print(f"{name:34}{len(odds):7}", *shares)
    print("odds at these false alarms:", *(f"{limit:+.1f}" for limit in limits))


def print_costs(judges: Judges, texts: Sequence[str]) -> None:
    """What a link costs when its host is met first, and again; every host is made one of its own."""
    for met in ("first", "again"):
        readings = [Reading(text.replace("://", f"://u{place}.", 1)) for place, text in enumerate(texts)]
        count = sum(len(reading.links) for reading in readings)
        started = thread_time()
        standings = [judges.standings(reading) for reading in readings]
        looked_up = thread_time()
        for reading, known in zip(readings, standings, strict=True):
            leads_of(reading, known)
        ended = thread_time()
        registers, leads = (1e6 * spent / count for spent in (looked_up - started, ended - looked_up))
        print(f"a host met {met}: registers {registers:.1f}, leads {leads:.1f} microseconds a link")


def show(name: str, sets: Sequence[tuple[str, bool, list[Judged]]]) -> None:
    for title, bad, judged in sets:
        if title.endswith(name):
            for text, lead in sorted(judged, key=lambda one: one[1].odds if one[1] else 0.0, reverse=not bad):
                print(f"{lead.odds:+5.1f} {lead.kind:14} {text}" if lead else f"      {'no link':14} {text}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", type=Path, metavar="CORPORA")
    parser.add_argument("--show", metavar="SET", help="the end of a set's name: 'own list', 'sp24_sms_urls', ...")
    asked = parser.parse_args()
    judges = Judges()
    sets = list(sets_of(asked.corpora, judges))
    if asked.show:
        show(asked.show, sets)
        return
    print_figures(sets)
    print_costs(judges, [*own("lawful"), *own("posing")])


if __name__ == "__main__":
    main()
