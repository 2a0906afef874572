"""Owns the labelled texts that screening is measured on: sets by name, and what should come of each; must not judge."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

FUNCTIONAL = Path(__file__).parent.parent / "tests/functional"
OF_SMISHING = ("phishing", "fraud", "solicitation")
"""Reported smishing is one of these; which one, its label does not say."""

# Read one by one, these rows of a2p_legit advertise (a sale, a festival, a league's bonus).
_NUMBERS = ("00078", "00082", "00093", "00095", "00098", "00107", "00112", "00113", "00147")
ADVERTS = frozenset(f"a2p_legit-{number}" for number in _NUMBERS)
Row = dict


class Sets:
    """Labelled texts under a directory of corpora, each file read once."""

    def __init__(self, corpora: Path) -> None:
        self._corpora = corpora
        self._read: dict[str, list[Row]] = {}

    def rows(self, name: str, label: str = "", **fields: str) -> list[Row]:
        """Rows of a source, of one label, with these fields; rows for training alone are never measured."""
        if name not in self._read:
            path = self._corpora / name / f"{name}.jsonl"
            lines = path.read_text(encoding="utf-8").split("\n")
            self._read[name] = [row for line in lines if line and (row := json.loads(line)).get("use") != "train-only"]
        return [
            row
            for row in self._read[name]
            if (not label or row["label"] == label) and all(row.get(field) == value for field, value in fields.items())
        ]

    def smishing(self) -> dict[str, list[Row]]:
        """Reported smishing."""
        return {
            "mishra_soni smishing (en, 2011)": self.rows("mishra_soni", "smishing"),
            "indonesian smishing (id, 2016)": self.rows("indonesian_sms", "smishing"),
        }

    def genuine(self) -> dict[str, list[Row]]:
        """Texts that applications sent: all, by kind and by language."""
        every = self.rows("a2p_legit")
        found = {"a2p_legit": every, "a2p_legit without adverts": [row for row in every if row["id"] not in ADVERTS]}
        for field in ("kind", "lang"):
            for value in sorted({row[field] for row in every}):
                found[f"a2p_legit {field} {value}"] = self.rows("a2p_legit", **{field: value})
        return found

    def chat(self) -> dict[str, list[Row]]:
        """What people write to each other."""
        return {
            "nus_sms en": self.rows("nus_sms", lang="en"),
            "nus_sms zh": self.rows("nus_sms", lang="zh"),
            "uci_sms ham": self.rows("uci_sms", "ham"),
            "indonesian_sms ham": self.rows("indonesian_sms", "ham"),
            "turkish_sms ham": self.rows("turkish_sms", "ham"),
        }

    def marketing(self) -> dict[str, list[Row]]:
        """Unwanted, mostly lawful."""
        return {
            'turkish_sms "spam"': self.rows("turkish_sms", "spam"),
            'indonesian_sms "spam"': self.rows("indonesian_sms", "spam"),
            'uci_sms "spam"': self.rows("uci_sms", "spam"),
        }

    def decided(self) -> dict[str, list[Row]]:
        """Every set of which decisions are told."""
        return {**self.smishing(), **self.genuine(), **self.chat(), **self.marketing()}

    def abusive(self) -> dict[str, tuple[str, list[Row], Callable[[Row], bool]]]:
        """By name: the category, the texts, and which of them are of it."""
        davidson, olid, german = self.rows("davidson"), self.rows("olid"), self.rows("germeval2018")
        return {
            "davidson, offensive or hate": ("obscene", davidson, lambda row: row["label"] != "neither"),
            "davidson, hate": ("hate", davidson, lambda row: row["label"] == "hate"),
            "olid, offence": ("obscene", olid, lambda row: row["label"] == "OFF"),
            "olid, offence against a person": ("harassment", olid, lambda row: row.get("target") == "IND"),
            "olid, offence against a group": ("hate", olid, lambda row: row.get("target") == "GRP"),
            "germeval2018, insult": ("harassment", german, lambda row: row["fine"] == "insult"),
            "germeval2018, abuse": ("hate", german, lambda row: row["fine"] == "abuse"),
            "germeval2018, profanity": ("obscene", german, lambda row: row["fine"] == "profanity"),
        }


def functional() -> Iterator[tuple[str, Row]]:
    """Invented texts that each try one thing, with the part ("dev" or "held") that they stand in."""
    for part in ("dev", "held"):
        for path in sorted((FUNCTIONAL / part).glob("*.jsonl")):
            for line in path.read_text(encoding="utf-8").splitlines():
                if line.strip():
                    yield part, json.loads(line)


def of_one_cluster_each(rows: list[Row]) -> list[Row]:
    """The first text of each cluster of near-duplicates."""
    first: dict[int, Row] = {}
    for row in rows:
        first.setdefault(row["cluster"], row)
    return list(first.values())
