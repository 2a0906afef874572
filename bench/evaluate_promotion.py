"""Print what `judge_promotion` makes of labelled corpora: `python bench/evaluate_promotion.py CORPORA`.

CORPORA is a directory of `<name>/<name>.jsonl` files with `id`, `text`, `label`, `cluster` and, in a2p_legit, `kind`.
Nothing of a corpus is written anywhere; `--show SET` prints the ids on the wrong side, with `--texts` their texts too.
"""

from __future__ import annotations

import argparse
import csv
import json
from pathlib import Path
from statistics import median
from time import perf_counter

from comity.content.promotion import THRESHOLD, judge_promotion
from comity.content.reading import reading_of

# Read one by one, these rows of a2p_legit advertise (a sale, a festival, a league's bonus): firing on them is right.
_NUMBERS = ("00078", "00082", "00093", "00095", "00098", "00107", "00112", "00113", "00147")
ADVERTS_IN_A2P = frozenset(f"a2p_legit-{n}" for n in _NUMBERS)
OWN = Path(__file__).parent.parent / "tests/content/labelled.tsv"
PROMOTIONAL = ("spam", "promotional")


def rows(corpora: Path, name: str) -> list[dict]:
    path = corpora / name / f"{name}.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


def uci_promotional(corpora: Path) -> list[dict]:
    """UCI spam that Mishra and Soni, labelling the same texts again, left as spam and did not call smishing."""
    labels: dict[int, set[str]] = {}
    for row in rows(corpora, "mishra_soni"):
        labels.setdefault(row["cluster"], set()).add(row["label"])
    spam = [row for row in rows(corpora, "uci_sms") if row["label"] == "spam"]
    return [row for row in spam if labels.get(row["cluster"]) == {"spam"}]


def own() -> dict[str, list[dict]]:
    with OWN.open(encoding="utf-8", newline="") as file:
        texts = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    picked: dict[str, list[dict]] = {"own:promotional": [], "own:genuine": []}
    for number, row in enumerate(texts, 2):
        side = "promotional" if row["kind"] == "promotional" else "genuine"
        picked[f"own:{side}"].append(row | {"id": f"line {number}"})
    return picked


def sets(corpora: Path) -> dict[str, list[dict]]:
    picked = {"a2p_legit:all": rows(corpora, "a2p_legit")}
    for kind in ("otp", "transactional", "bank"):
        picked[f"a2p_legit:{kind}"] = [row for row in picked["a2p_legit:all"] if row["kind"] == kind]
    picked["a2p_legit:without adverts"] = [r for r in picked["a2p_legit:all"] if r["id"] not in ADVERTS_IN_A2P]
    picked["nus_sms:ham"] = rows(corpora, "nus_sms")
    for name in ("uci_sms", "turkish_sms", "indonesian_sms"):
        for row in rows(corpora, name):
            picked.setdefault(f"{name}:{row['label']}", []).append(row)
            if name != "uci_sms" and row["label"] == "spam":
                half = "unread" if row["cluster"] % 2 else "read"
                picked.setdefault(f"{name}:spam, {half} half", []).append(row)
    picked["uci_sms:promotional part"] = uci_promotional(corpora)
    return picked | own()


def fired(members: list[dict], threshold: float) -> int:
    return sum(judge_promotion(row["text"]).score >= threshold for row in members)


def costs_us(texts: list[str]) -> list[float]:
    return [min(_timed_us(text) for _ in range(5)) for text in texts]


def _timed_us(text: str) -> float:
    started = perf_counter()
    for _ in range(20):
        reading_of.cache_clear()
        judge_promotion(text)
    return (perf_counter() - started) / 20 * 1e6


def show(name: str, members: list[dict], threshold: float, texts: bool) -> None:
    wanted = any(word in name for word in PROMOTIONAL)
    for row in members:
        judged = judge_promotion(row["text"])
        if (judged.score >= threshold) is not wanted:
            print(row["id"], f"{judged.score:.3f}", [span.feature for span in judged.spans])
            print("   ", row["text"][:300].replace("\n", " ") if texts else "")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpora", type=Path)
    parser.add_argument("--threshold", type=float, default=THRESHOLD)
    parser.add_argument("--show", metavar="SET", help="a name from the table")
    parser.add_argument("--texts", action="store_true")
    args = parser.parse_args()
    picked = sets(args.corpora)
    if args.show:
        show(args.show, picked[args.show], args.threshold, args.texts)
        return
    print(f"threshold {args.threshold}\n{'set':<36}{'texts':>7}{'fired':>7}{'share':>9}")
    for name, members in picked.items():
        count = fired(members, args.threshold)
        print(f"{name:<36}{len(members):>7}{count:>7}{count / len(members):>9.2%}")
    print("microseconds a text, 100 to 180 characters, the best of five runs each")
    for name in ("a2p_legit:without adverts", "nus_sms:ham", "turkish_sms:spam"):
        each = sorted(costs_us([row["text"] for row in picked[name] if 100 <= len(row["text"]) <= 180][:100]))
        print(f"{name:<36}median {median(each):6.1f}   90th percentile {each[len(each) * 9 // 10]:6.1f}")


if __name__ == "__main__":
    main()
