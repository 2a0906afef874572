"""Print what the content judges make of labelled corpora: `python bench/evaluate_content.py --data CORPORA`.

CORPORA is a directory of `<name>/<name>.jsonl` files with `text` and `label`. Nothing of a corpus is written
anywhere. Personal texts (`ham`) are judged as written by a number, all others by a name. Texts pass the default
policy's thresholds as they would on the road, to a country whose law is not asked. Without --data only the
repository's own labelled cases are judged. `--show SET` prints what was hit in a set, with `--texts` the texts too.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from time import thread_time

from comity.content.cues import Searched
from comity.content.discrimination import judge_discrimination
from comity.content.emergency import judge_emergency_offer
from comity.content.health import judge_health
from comity.content.offers import judge_offer
from comity.content.promotion import judge_promotion
from comity.content.reading import Reading
from comity.content.regulated import judge_regulated
from comity.policy.files import default_policy

OWN = Path(__file__).parent.parent / "tests/corpora/policy"
JUDGES = ("regulated-content", "deceptive-offer", "discriminatory-offer", "emergency-offer", "health-data")
FIRST = {
    "regulated-content": "hold_at",
    "deceptive-offer": "note_at",
    "discriminatory-offer": "note_at",
    "emergency-offer": "threshold",
    "health-data": "threshold",
}
SETS = (("a2p_legit", None), ("uci_sms", "ham"), ("nus_sms", "ham"), ("turkish_sms", "ham"), ("indonesian_sms", "ham"))
SPAM = (("uci_sms", "spam"), ("turkish_sms", "spam"), ("indonesian_sms", "spam"), ("indonesian_sms", "smishing"))


def thresholds() -> dict[str, float]:
    rules = default_policy().document.rules
    return {name: rules[name].settings[FIRST[name]] for name in JUDGES}


def scores(text: str, personal: bool = False) -> dict[str, float]:
    reading = Reading(text)
    promotional = judge_promotion(text).score >= 0.9
    personal = personal and not promotional
    regulated = judge_regulated(reading, promotional, personal)
    return {
        "regulated-content": regulated[0].score if regulated else 0.0,
        "deceptive-offer": judge_offer(reading, promotional, personal).score,
        "discriminatory-offer": judge_discrimination(reading, personal).score,
        "emergency-offer": judge_emergency_offer(reading, personal).score,
        "health-data": judge_health(reading, personal).score,
    }


def texts(corpora: Path, name: str, label: str | None) -> list[str]:
    lines = (corpora / name / f"{name}.jsonl").read_text(encoding="utf-8").split("\n")
    rows = (json.loads(line) for line in lines if line)
    return [row["text"] for row in rows if label is None or row["label"] == label]


def own(kind: str) -> list[str]:
    rows = (json.loads(line) for name in JUDGES for line in (OWN / f"{name}.jsonl").read_text("utf-8").splitlines())
    return [row["text"] for row in rows if (row["kind"] == "hit") is (kind == "hit")]


def chosen(corpora: Path | None) -> Iterator[tuple[str, list[str]]]:
    if corpora is not None:
        for name, label in (*SETS, *SPAM):
            yield f"{name}:{label or 'all'}", texts(corpora, name, label)
    yield "own:hits", own("hit")
    yield "own:near and miss", own("miss")


def print_costs(corpora: Path) -> None:
    readings = [Reading(text) for text in texts(corpora, "a2p_legit", None) if 100 <= len(text) <= 180][:100]
    for reading in readings:
        Searched(reading)  # what is shared with other rules is read beforehand
    each = sorted(min(_timed_us(reading) for _ in range(5)) for reading in readings)
    print(f"search of all words, us a text: median {median(each):.1f}, 90th percentile {each[len(each) * 9 // 10]:.1f}")


def _timed_us(reading: Reading) -> float:
    started = thread_time()
    for _ in range(20):
        Searched(reading)
    return (thread_time() - started) / 20 * 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--show", metavar="SET", help="a name from the table")
    parser.add_argument("--texts", action="store_true")
    args = parser.parse_args()
    limits = thresholds()
    print(f"{'set':<30}{'texts':>7}" + "".join(f"{name:>22}" for name in JUDGES))
    for name, members in chosen(args.data):
        if args.show and args.show != name:
            continue
        fired: Counter[str] = Counter()
        for text in members:
            judged = scores(text, name.endswith(":ham"))
            hit = {judge: judged[judge] for judge in JUDGES if judged[judge] >= limits[judge]}
            fired.update(hit.keys())
            if args.show and hit:
                print(hit, text[:300].replace("\n", " ") if args.texts else "")
        print(f"{name:<30}{len(members):>7}" + "".join(f"{fired[judge]:>22}" for judge in JUDGES))
    if args.data and not args.show:
        print_costs(args.data)


if __name__ == "__main__":
    main()
