"""Print what screening makes of labelled texts, as docs/content-screening.md has it: `make evaluate DATA=CORPORA`.

CORPORA is a directory of `<name>/<name>.jsonl` files. Nothing of a corpus is written anywhere. `--only SECTION` prints
one section; `--mistakes SET` the ids that came out wrong in a set (as the table of decisions names it, or `dev` or
`held` for functional texts), with `--texts` their texts too; `--without-learned` judges by structure alone;
`--challenger DIR` adds to the section `learned` what another model would change, and measures its speed. `--docs FILE`
puts the tables into a page, between `<!-- SECTION -->` and `<!-- end -->`.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path

from evaluate_screening_baselines import baselines
from evaluate_screening_goals import goals
from evaluate_screening_judging import Judge, without_learned
from evaluate_screening_learned import learned
from evaluate_screening_speed import speed
from evaluate_screening_tables import calibration, decisions, disguise, functions, mistakes, ranking, templates
from evaluate_screening_texts import Sets

SECTIONS: dict[str, Callable[[Sets, Judge, Path | None], None]] = {
    "decisions": lambda sets, judge, _: decisions(sets, judge),
    "ranking": lambda sets, judge, _: ranking(sets, judge),
    "calibration": lambda sets, judge, _: calibration(sets, judge),
    "disguise": lambda sets, judge, _: disguise(sets, judge),
    "functions": lambda _sets, judge, _: functions(judge),
    "goals": lambda sets, judge, _: goals(sets, judge),
    "learned": learned,
    "baselines": lambda sets, judge, _: baselines(sets, judge),
    "templates": lambda sets, _judge, _: templates(sets),
    "speed": lambda sets, _judge, challenger: speed(sets, challenger),
}


class Tee(io.StringIO):
    """Keeps what is printed, and prints it."""

    def write(self, text: str) -> int:
        sys.__stdout__.write(text)
        sys.__stdout__.flush()
        return super().write(text)


def put(page: Path, name: str, tables: str) -> None:
    """Put a section's tables where the page has them."""
    pattern = re.compile(rf"(<!-- {name} -->\n).*?(<!-- end -->)", re.DOTALL)
    text, found = pattern.subn(lambda place: f"{place[1]}{tables.strip()}\n{place[2]}", page.read_text("utf-8"))
    if found:
        page.write_text(text, "utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--only", action="append", choices=SECTIONS)
    parser.add_argument("--mistakes", metavar="SET")
    parser.add_argument("--texts", action="store_true")
    parser.add_argument("--without-learned", action="store_true")
    parser.add_argument("--challenger", type=Path, metavar="DIR", help="another learned model, for the section learned")
    parser.add_argument("--docs", type=Path, metavar="FILE")
    args = parser.parse_args()
    sets, judge = Sets(args.data), Judge()
    with without_learned() if args.without_learned else contextlib.nullcontext():
        if args.mistakes:
            mistakes(sets, judge, args.mistakes, args.texts)
            return
        for name, section in SECTIONS.items():
            if not args.only or name in args.only:
                started = time.monotonic()
                print(f"## {name}\n")
                with contextlib.redirect_stdout(Tee()) as printed:
                    section(sets, judge, args.challenger)
                if args.docs:
                    put(args.docs, name, printed.getvalue())
                print(f"({time.monotonic() - started:.0f} s)\n", flush=True)


if __name__ == "__main__":
    main()
