"""Print how many functional cases are judged rightly: `python bench/evaluate_functions.py [dev|held]`.

By function and by language; `--mistakes` adds the ids of those that are not, with what was done and by which rules,
and `--texts` their texts, of the half that judges are built against only. `--theme NAME` looks at one file.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from support.functional import HALVES, Row, outcome, rows, themes


def print_table(title: str, groups: dict[str, list[Row]]) -> None:
    print(f"{title:<26}{'expect':<8}{'rows':>5}{'right':>7}{'held':>6}{'refused':>9}")
    for name, members in groups.items():
        judged = [outcome(row) for row in members]
        right = sum(one.right for one in judged) / len(judged)
        held, refused = (sum(one.action == action for one in judged) for action in ("hold", "refuse"))
        expect = "/".join(sorted({row.expect for row in members}))
        print(f"{name:<26}{expect:<8}{len(members):>5}{right:>7.0%}{held:>6}{refused:>9}")
    print()


def grouped(members: Iterable[Row], key: str) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in members:
        groups[getattr(row, key)].append(row)
    return groups


def print_mistakes(members: Iterable[Row], texts: bool) -> None:
    for row in members:
        judged = outcome(row)
        if not judged.right:
            print(f"{row.id:<34}{judged.action:<8}{','.join(judged.stopped_by):<30}", row.text if texts else "")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("half", choices=HALVES, nargs="?", default="dev")
    parser.add_argument("--theme", help="one file's name")
    parser.add_argument("--mistakes", action="store_true")
    parser.add_argument("--texts", action="store_true")
    args = parser.parse_args()
    if args.texts and args.half == "held":
        parser.error("texts of the half that measures are not shown: nobody may build against them")
    members = [row for name in themes(args.half) if args.theme in (None, name) for row in rows(args.half, name)]
    print_table("function", grouped(members, "function"))
    for expect in ("hit", "pass"):
        chosen = [row for row in members if row.expect == expect]
        print_table(f"language ({expect})", dict(sorted(grouped(chosen, "lang").items())))
    print_table("everything", grouped(members, "expect"))
    if args.mistakes:
        print_mistakes(members, args.texts)


if __name__ == "__main__":
    main()
