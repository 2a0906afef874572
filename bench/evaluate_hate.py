"""Print what the judge of hate makes of functional cases and corpora: `python bench/evaluate_hate.py DIR`.

DIR is a directory of `<name>/<name>.jsonl` files with `text` and `label`; without it only the functional cases are
judged. `--cases FILE` names other cases, `--wrong` prints those judged wrongly, `--show SET` what was hit in a set.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from statistics import median
from time import perf_counter

from comity.content.analysis import Analysis
from comity.content.categories.hate import judge
from comity.content.template import template_of

CASES = Path(__file__).parent.parent / "tests/functional/dev/hate.jsonl"
SETS = (
    ("a2p_legit", None), ("nus_sms", "ham"), ("uci_sms", "ham"), ("turkish_sms", "ham"), ("indonesian_sms", "ham"),
    ("uci_sms", "spam"), ("davidson", "hate"), ("davidson", "offensive"), ("davidson", "neither"),
    ("germeval2018", "OTHER"), ("germeval2018", "OFFENSE"), ("olid", "NOT"), ("olid", "OFF"),
)  # fmt: skip
NOTED, HELD, REFUSED = 0.5, 0.75, 0.95


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def score(text: str) -> float:
    return judge(Analysis(template_of(text))).score


def functions(cases: Path, show_wrong: bool) -> None:
    right: dict[tuple[str, str, str], list[bool]] = defaultdict(list)
    for row in rows(cases):
        found = score(row["text"])
        good = (found >= NOTED) is (row["expect"] == "hit")
        right[row["expect"], row["function"], row["lang"]].append(good)
        if show_wrong and not good:
            print(f"{row['lang']} {row['expect']:4} {row['function']:18} {found:.3f} {row['text']}")
    languages = sorted({lang for _, _, lang in right})
    print(f"\n{'':24}" + "".join(f"{lang:>8}" for lang in languages))
    for expect in ("hit", "pass"):
        for function in sorted({function for kind, function, _ in right if kind == expect}):
            line(f"{expect} {function}", [right.get((expect, function, lang), []) for lang in languages])
        kinds = [
            [x for (e, _, at), good in right.items() if e == expect and at == lang for x in good] for lang in languages
        ]
        line(f"{expect} ALL", kinds)
        print()


def line(title: str, columns: Iterable[list[bool]]) -> None:
    print(f"{title:24}" + "".join(f"{sum(one) / len(one):8.2f}" if one else f"{'-':>8}" for one in columns))


def corpora(directory: Path, shown: str) -> None:
    print(f"{'set':26}{'texts':>8}{'noted':>9}{'held':>9}{'refused':>9}")
    for name, label in SETS:
        path = directory / name / f"{name}.jsonl"
        texts = [row["text"] for row in rows(path) if label is None or row["label"] == label]
        scores = [score(text) for text in texts]
        shares = [sum(one >= level for one in scores) / len(scores) for level in (NOTED, HELD, REFUSED)]
        print(f"{name + ' ' + (label or ''):26}{len(texts):8}" + "".join(f"{share:9.2%}" for share in shares))
        if shown == name:
            for text, one in zip(texts, scores, strict=True):
                if one >= NOTED:
                    print(f"    {one:.3f} {label or ''} {text[:200]!r}")


def speed(directory: Path) -> None:
    for name in ("a2p_legit", "davidson"):
        analyses = [Analysis(row["text"]) for row in rows(directory / name / f"{name}.jsonl")[:2000]]
        for analysis in analyses:
            analysis.places  # noqa: B018  worked out before the clock starts
        took = []
        for analysis in analyses:
            start = perf_counter()
            judge(analysis)
            took.append(perf_counter() - start)
        took.sort()
        print(f"{name}: median {median(took) * 1e6:.1f} us, 95th of 100 {took[len(took) * 95 // 100] * 1e6:.1f} us")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("directory", nargs="?", type=Path)
    parser.add_argument("--cases", type=Path, default=CASES)
    parser.add_argument("--wrong", action="store_true")
    parser.add_argument("--show", default="")
    options = parser.parse_args()
    functions(options.cases, options.wrong)
    if options.directory:
        corpora(options.directory, options.show)
        speed(options.directory)


if __name__ == "__main__":
    main()
