"""Print how well `similarity_hash` tells near-duplicates from other texts: `python bench/evaluate_similarity.py`.

Without more it reads our own corpus, tests/corpora/near_duplicates.jsonl (made by make_near_duplicates.py). With
`--data DIR` it reads `DIR/<name>/<name>.jsonl` files too: rows with `text`, `label` and `cluster`, the group of
near-duplicates by an exact comparison of shingles. Nothing of a corpus is written anywhere.

Recall: of all pairs of one cluster, the share that is no further apart than a distance. Precision: of all pairs no
further apart, the share that is of one cluster. Texts with nothing to compare are found by nothing, as on the road.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from statistics import median
from time import perf_counter

from comity.text.similar import NEAR_DUPLICATE_DISTANCE, NOTHING_TO_COMPARE, distance, similarity_hash

OWN = Path(__file__).parent.parent / "tests/corpora/near_duplicates.jsonl"
DISTANCES = (0, 4, 6, 8, 10, 12, 14, 16)
MOST_TEXTS = 3000


def rows_of(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text("utf-8").split("\n") if line]


def measured(rows: list[dict]) -> tuple[Counter, Counter]:
    """How many pairs of one cluster, and of different ones, lie at each distance; 65 for nothing to compare."""
    same, other = Counter(), Counter()
    hashed = [(row["cluster"], similarity_hash(row["text"])) for row in rows]
    for (cluster, one), (another, two) in itertools.combinations(hashed, 2):
        apart = 65 if NOTHING_TO_COMPARE in {one, two} else distance(one, two)
        (same if cluster == another else other)[apart] += 1
    return same, other


def up_to(counts: Counter, limit: int) -> int:
    return sum(count for apart, count in counts.items() if apart <= limit)


def table(name: str, same: Counter, other: Counter) -> None:
    pairs, others = sum(same.values()), sum(other.values())
    print(f"\n{name}: {pairs} pairs of one cluster, {others} of different ones")
    print(f"{'distance':>9}{'recall':>9}{'precision':>11}{'false pairs':>13}")
    for limit in DISTANCES:
        true, false = up_to(same, limit), up_to(other, limit)
        precision = true / (true + false) if true + false else 1.0
        chosen = "  <- the default" if limit == NEAR_DUPLICATE_DISTANCE else ""
        print(f"{limit:>9}{true / max(pairs, 1):>9.3f}{precision:>11.4f}{false:>13}{chosen}")


def by_rule(rows: list[dict], limit: int = NEAR_DUPLICATE_DISTANCE) -> dict[str, float]:
    """For each rule of filling: the share of texts made by it that are near the plainly filled one."""
    plain = {row["cluster"]: similarity_hash(row["text"]) for row in rows if row["how"] == "filled"}
    found: dict[str, list[bool]] = defaultdict(list)
    for row in rows:
        if row["cluster"] in plain and row["how"] != "filled":
            found[row["how"]].append(distance(plain[row["cluster"]], similarity_hash(row["text"])) <= limit)
    return {how: sum(each) / len(each) for how, each in found.items()}


def public(directory: Path) -> Iterator[tuple[str, list[dict]]]:
    """Public sets, each label by itself; rows that may not stand in a figure (`use`: train-only) are left out."""
    for path in sorted(directory.glob("*/*.jsonl")):
        labelled: dict[str, list[dict]] = defaultdict(list)
        for row in rows_of(path):
            if "cluster" in row and row.get("text") and row.get("use") != "train-only":
                labelled[row["label"]].append(row)
        for label, rows in labelled.items():
            yield f"{path.stem}:{label}", list(sampled(rows))


def sampled(rows: list[dict]) -> Iterable[dict]:
    """Texts that are the same word for word once; at most `MOST_TEXTS`, those with near-duplicates first."""
    distinct = list({row["text"]: row for row in rows}.values())
    sizes = Counter(row["cluster"] for row in distinct)
    random.Random(0).shuffle(distinct)
    distinct.sort(key=lambda row: sizes[row["cluster"]] < 2)
    return distinct[:MOST_TEXTS]


def cost_us(texts: list[str]) -> float:
    def once(text: str) -> float:
        started = perf_counter()
        similarity_hash(text)
        return (perf_counter() - started) * 1e6

    return median(min(once(f"{text} {n}") for n in range(5)) for text in texts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="a directory of corpora")
    args = parser.parse_args()
    own = rows_of(OWN)
    table("own corpus", *measured(own))
    print(f"\nnear the plainly filled text at {NEAR_DUPLICATE_DISTANCE}, by what was done to it:")
    for how, share in by_rule(own).items():
        print(f"{how:<28}{share:>7.1%}")
    texts = [row["text"] for row in own if 100 <= len(row["text"]) <= 180]
    clean = [row["text"] for row in own if row["how"] == "filled" and 100 <= len(row["text"]) <= 180]
    print(f"\nmedian microseconds for 100 to 180 characters: {cost_us(clean):.0f} clean, {cost_us(texts):.0f} all")
    for name, rows in public(args.data) if args.data else ():
        same, other = measured(rows)
        if sum(same.values()):
            table(name, same, other)


if __name__ == "__main__":
    main()
