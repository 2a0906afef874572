"""Owns the line "adversarial": how many of the corpus' hits still hit in disguise, by disguise and rule; sends nothing.

.venv/bin/python bench/adversarial.py [--misses]
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from support.adversarial import trials


def main() -> None:
    tried = list(trials())
    print(f"{len(tried)} disguised hits, {sum(t.still for t in tried) / len(tried):.1%} still hit")
    for by in ("disguise", "rule"):
        total, still = Counter(getattr(t, by) for t in tried), Counter(getattr(t, by) for t in tried if t.still)
        print(f"\n{by:<28} trials  still hit")
        for name in sorted(total, key=lambda name: still[name] / total[name]):
            print(f"{name:<28} {total[name]:>6}  {still[name] / total[name]:>8.1%}")
    if "--misses" in sys.argv:
        for trial in tried:
            if not trial.still:
                print(f"{trial.disguise}\t{trial.row}\t{trial.text}")


if __name__ == "__main__":
    main()
