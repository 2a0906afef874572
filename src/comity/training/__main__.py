"""Owns the command that makes a model: corpora in, artefact out; must not know how anything is learned.

Use: `python -m comity.training CORPORA [--labels FILE] [--list FILE] [--out DIR] [--check]`.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from pathlib import Path

from comity.base.errors import SettingsError
from comity.content.learned import shipped_directory
from comity.content.learned_card import CARD, Source, card_octets
from comity.content.learned_model import WEIGHTS
from comity.training.corpora import REVIEWED, corpora_of, read_corpora, read_reviews, shipped_corpora
from comity.training.teaching import Made, teach


def main(arguments: list[str] | None = None) -> int:
    """Make a model; 0 when done, 1 with one clear line otherwise."""
    parser = argparse.ArgumentParser(prog="python -m comity.training", description="Make a learned model.")
    parser.add_argument("corpora", type=Path, help="a directory of NAME/NAME.jsonl")
    parser.add_argument("--labels", type=Path, help='reviewers\' labels: {"text", "category", "label": "yes" or "no"}')
    parser.add_argument("--list", type=Path, help="which corpora, instead of those of the model that ships")
    parser.add_argument("--out", type=Path, default=shipped_directory(), help="else over the one that ships")
    parser.add_argument("--check", action="store_true", help="write nothing, and fail where it is not what lies there")
    given = parser.parse_args(arguments)
    try:
        made = make(given.corpora, given.labels, given.list)
    except SettingsError as error:
        print(error, file=sys.stderr)  # noqa: T201  a command speaks
        return 1
    files = {given.out / WEIGHTS: made.weights, given.out / CARD: card_octets(made.card)}
    differing = [path for path, octets in files.items() if not path.is_file() or path.read_bytes() != octets]
    if given.check and differing:
        print(f"{differing[0]} is not what these texts make.", file=sys.stderr)  # noqa: T201  a command speaks
        return 1
    if not given.check:
        given.out.mkdir(parents=True, exist_ok=True)
        for path, octets in files.items():
            path.write_bytes(octets)
    taught = ", ".join(made.card.categories) or "nothing"
    print(f"{given.out}: {taught}; {len(made.weights):,} octets, sha256 {made.card.sha256}")  # noqa: T201  the same
    return 0


def make(folder: Path, labels: Path | None = None, listed: Path | None = None) -> Made:
    """Read the corpora, and reviewers' labels if there are any, and learn from them.

    Raises:
        SettingsError: something cannot be read, or may not be learned from.
    """
    corpora = corpora_of(listed.read_text("utf-8")) if listed is not None else shipped_corpora()
    texts = list(read_corpora(corpora, folder))
    sources = {name: Source(one.sha256, one.rows, one.licence) for name, one in corpora.sources.items()}
    if labels is not None:
        octets = labels.read_bytes()
        reviewed = list(read_reviews(octets))
        texts += reviewed
        sources[REVIEWED] = Source(hashlib.sha256(octets).hexdigest(), len(reviewed), "the operator's own")
    return teach(texts, sources)


if __name__ == "__main__":
    sys.exit(main())
