"""Owns reading labelled texts and what their labels say of each category; must not know how anything is learned."""

from __future__ import annotations

import hashlib
import html
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import msgspec

from comity.base.errors import SettingsError
from comity.content.scores import CATEGORIES
from comity.content.template import template_key, template_of

Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
REVIEWED: Final = "reviewers"
"""The source of labels that reviewers gave."""

# Posts name people, pass on others' and break lines in ways that no message does.
_OF_POSTS: Final = re.compile(r"@USER\b|\bRT\b|\bURL\b|\|LBR\|")
_TRAINABLE: Final = "train"
_GENUINE: Final = dict.fromkeys(CATEGORIES, 0.0)
_LIST: Final = "See comity/training/candidates.toml for its form."
_REVIEW: Final = 'Write {"text": "...", "category": "threat", "label": "yes"} or "no", one a line.'


class SourceFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file that is learned from.

    Attributes:
        sha256: its digest.
        rows: how many texts it holds.
        licence: its own.
        genuine: labels of texts that are of no category.
        label: the field that holds the label.
        votes: what the numbers in the field `votes` are of, in order; none when there is no such field.
    """

    sha256: str
    rows: int
    licence: str
    genuine: tuple[str, ...] = ()
    label: str = "label"
    votes: tuple[str, ...] = ()


class Corpora(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is learned from.

    Attributes:
        sources: files by name; each lies at `NAME/NAME.jsonl`.
        categories: by category and source, what a label says: from 0 (no) to 1 (yes).
    """

    sources: dict[str, SourceFile]
    categories: dict[str, dict[str, dict[str, Share]]]


class Labelled(msgspec.Struct, frozen=True):
    """A text and what is known of it.

    Attributes:
        text: as written.
        source: where it is from.
        cluster: texts of one cluster are the same but for particulars.
        says: by category, from 0 (no) to 1 (yes); a category that is not in it is not known.
    """

    text: str
    source: str
    cluster: int
    says: Mapping[str, float]


class Review(msgspec.Struct, frozen=True):
    """A line of exported labels of reviewers."""

    text: str
    category: str
    label: Literal["yes", "no"]
    lang: str = ""


def shipped_corpora() -> Corpora:
    """What the model that ships learned from."""
    return corpora_of(resources.files("comity.training").joinpath("corpora.toml").read_text("utf-8"))


def corpora_of(source: str) -> Corpora:
    """Read which corpora are learned from.

    Raises:
        SettingsError: it cannot be read, or names what is not there.
    """
    try:
        corpora = msgspec.convert(tomllib.loads(source), Corpora)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise SettingsError(f"The list of corpora cannot be read ({error}).", _LIST) from None
    for category, taught_by in corpora.categories.items():
        unknown = sorted({category} - set(CATEGORIES)) or sorted(taught_by.keys() - corpora.sources.keys())
        if unknown:
            raise SettingsError(f"The list of corpora teaches {category} by {unknown[0]}, which is not there.", _LIST)
    return corpora


def read_corpora(corpora: Corpora, folder: Path) -> Iterator[Labelled]:
    """Every text of every source, in order.

    Raises:
        SettingsError: a file is missing, another than the one that is named, or may not be learned from.
    """
    for name, source in corpora.sources.items():
        yield from _labelled(name, corpora, _rows(folder / name / f"{name}.jsonl", source))


def read_reviews(octets: bytes) -> Iterator[Labelled]:
    """Labels that reviewers gave, a line of JSON each.

    Raises:
        SettingsError: a line is none.
    """
    for number, line in enumerate(octets.split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            review = msgspec.json.decode(line, type=Review)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise SettingsError(f"Line {number} is no label of a reviewer ({error}).", _REVIEW) from None
        if review.category not in CATEGORIES:
            raise SettingsError(f"Line {number} is of no category that texts are scored for.", _REVIEW)
        says = {review.category: 1.0 if review.label == "yes" else 0.0}
        yield Labelled(review.text, REVIEWED, template_key(template_of(review.text)), says)


def _rows(path: Path, source: SourceFile) -> list[dict[str, Any]]:
    try:
        octets = path.read_bytes()
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {error.strerror}.", "Give the directory of corpora.") from None
    if hashlib.sha256(octets).hexdigest() != source.sha256:
        raise SettingsError(f"{path} is not the file that is named.", "Name its digest in the list of corpora.")
    # By newline alone: texts hold other ends of lines.
    rows = [msgspec.json.decode(line) for line in octets.split(b"\n") if line.strip()]
    barred = next((row["id"] for row in rows if row["use"] != _TRAINABLE), None)
    if barred is not None:
        raise SettingsError(f"{path}: {barred} may not be learned from.", "Leave the source out.")
    return rows


def _labelled(name: str, corpora: Corpora, rows: Iterable[dict[str, Any]]) -> Iterator[Labelled]:
    source = corpora.sources[name]
    taught = {category: by[name] for category, by in corpora.categories.items() if name in by}
    for row in rows:
        shares = {category: _share(row, source, labels) for category, labels in taught.items()}
        says = {category: share for category, share in shares.items() if share is not None}
        if row[source.label] in source.genuine:
            says = {**_GENUINE, **says}
        if says:
            yield Labelled(_as_message(row["text"]), name, row["cluster"], says)


def _share(row: dict[str, Any], source: SourceFile, labels: Mapping[str, float]) -> float | None:
    """What a row says: the share of its votes, or its label; None when that says nothing."""
    if source.votes:
        votes = dict(zip(source.votes, row["votes"], strict=True))
        counted = sum(votes[label] for label in labels)
        return sum(votes[label] * share for label, share in labels.items()) / counted if counted else None
    return labels.get(row[source.label])


def _as_message(text: str) -> str:
    return " ".join(_OF_POSTS.sub(" ", html.unescape(text)).split()) if "@USER" in text or "&" in text else text
