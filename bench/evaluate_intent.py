"""Print how well replies are understood: `python bench/evaluate_intent.py [DATA=DIRECTORY] [--show]`.

The labelled replies are tests/corpora/replies: `dev` was looked at while the grammars were written, `held` was written
before them and never tuned on. DATA is a directory of `<name>/<name>.jsonl` chat corpora with `text`, `label` and
`lang`: nobody there asks a company to stop, so nearly every stop found is a false one. Nothing of them is kept.
`--show` prints what `dev` and the chats have wrong; never what `held` has.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from statistics import median
from time import perf_counter

from comity.consent.intent import intent_of

REPLIES = Path(__file__).parent.parent / "tests/corpora/replies"
CHATS = ("nus_sms", "uci_sms", "indonesian_sms", "turkish_sms")


def read(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


def percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "-"


def labelled(name: str, show: bool) -> None:
    counts: dict[str, Counter] = {}
    for row in read(REPLIES / f"{name}.jsonl"):
        got = intent_of(row["text"], (row["lang"],))
        wanted, found = row["intent"] == "stop", got.intent == "stop"
        kind = {(True, True): "hit", (True, False): "missed", (False, True): "false", (False, False): "quiet"}
        for lang in (row["lang"], "all"):
            count = counts.setdefault(lang, Counter())
            count[kind[wanted, found]] += 1
            count["scope"] += wanted and found and got.scope == row["scope"]
        if show and (wanted != found or got.scope != row["scope"]):
            print(f"  {row['id']}: {got.intent} {got.scope}, not {row['intent']} {row['scope']}: {row['text']}")
    print(f"\n{name}\n| language | stops | others | recall | precision | right scope |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for lang, count in sorted(counts.items(), key=lambda item: item[0] == "all"):
        hits, false = count["hit"], count["false"]
        stops, others = hits + count["missed"], false + count["quiet"]
        rates = " | ".join((percent(hits, stops), percent(hits, hits + false), percent(count["scope"], hits)))
        print(f"| {lang} | {stops} | {others} | {rates} |")


def chats(data: Path, show: bool) -> None:
    print("\n| chats | texts | false stops | rate | by speech |\n| --- | ---: | ---: | ---: | ---: |")
    for name in CHATS:
        rows = [row for row in read(data / name / f"{name}.jsonl") if row["label"] == "ham"]
        found = [(row, got) for row in rows if (got := intent_of(row["text"])).intent == "stop"]
        spoken = sum(got.by == "speech" for _, got in found)
        print(f"| {name} | {len(rows)} | {len(found)} | {100 * len(found) / len(rows):.3f} % | {spoken} |")
        for row, got in found if show else ():
            print(f"  {row['id']} {got.by} {got.scope}: {row['text'][:150]}")


def cost() -> None:
    texts = [row["text"] for name in ("dev", "held") for row in read(REPLIES / f"{name}.jsonl")]
    for text in texts:
        intent_of(text)
    spent = []
    for text in texts:
        runs = []
        for _ in range(5):
            start = perf_counter()
            intent_of(text)
            runs.append((perf_counter() - start) * 1e6)
        spent.append(min(runs))
    slow = sorted(spent)[int(len(spent) * 0.99)]
    print(f"\n{len(texts)} replies: {median(spent):.0f} µs in the median, {slow:.0f} at 99 %")


def main() -> None:
    show = "--show" in sys.argv
    data = next((Path(each.removeprefix("DATA=")) for each in sys.argv if each.startswith("DATA=")), None)
    labelled("dev", show)
    labelled("held", show=False)
    if data:
        chats(data, show)
    cost()


if __name__ == "__main__":
    main()
