"""Print how well replies are understood: `python bench/evaluate_intent.py [FILE ...] [DATA=DIRECTORY] [--show]`.

The labelled replies are tests/corpora/replies: `dev` and `tuned` were looked at while the grammars were written and the
second opinion is learned from them, `held` was written before them and never tuned on, `blind` is scored before and
after a change and never read. `second` and `denied` were written by others or afterwards, read once and then mended
for; nothing is learned from them. A FILE holds more, JSON lines of `text`, `lang`, `intent` and perhaps `scope`, by
whoever wrote some; with files nothing else is printed. DATA is a directory of `<name>/<name>.jsonl` chat corpora with
`text`, `label` and `lang`: nobody there asks a company to stop, so nearly every stop found is a false one. Nothing of
them is kept.
`--show` prints what `dev`, `tuned`, files and the chats have wrong; never what `held` and `blind` have.
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


def labelled(path: Path, show: bool) -> None:
    counts: dict[str, Counter] = {}
    for row in read(path):
        got = intent_of(row["text"], (row["lang"],))
        wanted, found = row["intent"] == "stop", got.intent == "stop"
        kind = {(True, True): "hit", (True, False): "missed", (False, True): "false", (False, False): "quiet"}
        for lang in (row["lang"], "all"):
            count = counts.setdefault(lang, Counter())
            count[kind[wanted, found]] += 1
            count["scope"] += wanted and found and got.scope == row.get("scope", got.scope)
        if show and (wanted != found or got.scope != row.get("scope", got.scope)):
            wrong = f"{got.intent} {got.scope}, not {row['intent']} {row.get('scope', '')}"
            print(f"  {wrong}: {row['lang']} {row['text']}")
    print(f"\n{path.stem}\n| language | stops | others | recall | others taken for one | precision | right scope |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for lang, count in sorted(counts.items(), key=lambda item: item[0] == "all"):
        hits, false = count["hit"], count["false"]
        stops, others = hits + count["missed"], false + count["quiet"]
        shares = ((hits, stops), (false, others), (hits, hits + false), (count["scope"], hits))
        rates = " | ".join(percent(part, whole) for part, whole in shares)
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
    files = [Path(each) for each in sys.argv[1:] if each.endswith(".jsonl")]
    for path in files:
        labelled(path, show and path.resolve().parent != REPLIES.resolve())
    if files:
        return
    for name in ("dev", "tuned", "held", "blind", "second", "denied"):
        labelled(REPLIES / f"{name}.jsonl", show and name in {"dev", "tuned"})
    if data:
        chats(data, show)
    cost()


if __name__ == "__main__":
    main()
