"""Write tests/functional/dev/hate.jsonl: invented sentences by function and language that hate is judged on.

Each function is a way to attack people for what they are, or a way to speak of them that only looks like one. The
functions follow the published idea of functional tests for hate detection; every sentence is our own. Groups take
turns in the sentences, so that no group is tied to a function.
"""

from __future__ import annotations

import json
import random
import tomllib
from pathlib import Path

HERE = Path(__file__).parent
OUT = HERE.parent / "tests/functional/dev/hate.jsonl"
SOURCE = HERE / "hate_functions.toml"
GROUPS_A_SENTENCE = 3


def forms(group: str) -> dict[str, str]:
    """The forms of a group, as `slot=words` separated by semicolons."""
    return dict(part.strip().split("=", 1) for part in group.split(";"))


def main() -> None:
    source = tomllib.loads(SOURCE.read_text(encoding="utf-8"))
    chosen = random.Random(7)
    rows = []
    for function, table in source["functions"].items():
        for lang, sentences in table["sentences"].items():
            groups = [forms(group) for group in source["groups"][lang].strip().splitlines()]
            for sentence in sentences.strip().splitlines():
                fitting = chosen.sample(groups, GROUPS_A_SENTENCE) if "{" in sentence else [{}]
                for group in fitting:
                    text = sentence.strip().format(**group)
                    text = text[0].upper() + text[1:]
                    rows.append((function, table["expect"], lang, text))
    with OUT.open("w", encoding="utf-8") as out:
        for number, (function, expect, lang, text) in enumerate(rows, 1):
            row = {"id": f"hate-{number}", "function": function, "category": "hate", "expect": expect}
            out.write(json.dumps(row | {"lang": lang, "text": text, "synthetic": True}, ensure_ascii=False) + "\n")
    print(f"{len(rows)} rows, {len(source['functions'])} functions")


if __name__ == "__main__":
    main()
