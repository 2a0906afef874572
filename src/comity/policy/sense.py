"""Owns what a well-shaped policy may still get wrong by itself: dates, names, domains; must not know any rule.

Wrong is what cannot be meant: a country that there is not. What may be meant, though it is odd, is a warning.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Final

from comity.countries import countries
from comity.policy.document import RESERVED, Brand, Clause, Overlay, PolicyDocument
from comity.policy.files import default_policy
from comity.policy.places import Path
from comity.policy.problems import Problem, Severity
from comity.policy.sense_watching import nonsense_in_watching
from comity.policy.shape import nearest
from comity.policy.tree import LISTS, Tree
from comity.senders.read import BadSender, read_sender

_CLAUSE_ID: Final = re.compile(r"[A-Z]{1,3}[0-9]{1,3}")
_DOMAIN: Final = re.compile(
    r"(?=.{4,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,10}[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?"
)
_LONGEST_ENTRY: Final = 200
_LONGEST_VERSION: Final = 60
_SOON: Final = timedelta(days=30)
_WRITE_DOMAIN: Final = "Write the domain alone, in lower case: example.com, without https:// or a path."


def nonsense(tree: Tree, document: PolicyDocument, on: date) -> Iterator[Problem]:
    """Everything that makes no sense in a policy on a day (UTC), rules left aside."""
    yield from _of_head(tree, document)
    for clause_id, clause in document.clauses.items():
        yield from _of_clause(tree, clause_id, clause)
    known = document.clauses.keys() or default_policy().document.clauses.keys()
    for name, overlay in document.overlays.items():
        yield from _of_overlay(tree, name, overlay, known)
        yield from _of_overlays_dates(tree, name, overlay, on)
    for name, brand in document.brands.items():
        yield from _of_brand(tree, name, brand)
    for name, entries in document.lists.items():
        yield from _of_list(tree, name, entries)
    yield from nonsense_in_watching(tree, document, known)


def _of_head(tree: Tree, document: PolicyDocument) -> Iterator[Problem]:
    version = document.version
    if (
        not version.strip()
        or not version.isprintable()
        or len(version) > _LONGEST_VERSION
        or version != version.strip()
    ):
        what = "The version must be a short name that can be printed."
        yield tree.problem(("version",), what, 'Write one such as version = "2026-11".')
    elif version in RESERVED:
        what = f"{version!r} cannot be a version: commands mean another policy by it."
        yield tree.problem(("version",), what, 'Write one such as version = "2026-11".')
    if not document.title.strip():
        yield tree.problem(("title",), "The title is empty.", "Say in a few words whose policy it is.")


def _of_clause(tree: Tree, clause_id: str, clause: Clause) -> Iterator[Problem]:
    path: Path = ("clauses", clause_id)
    if not _CLAUSE_ID.fullmatch(clause_id):
        what = f"{clause_id!r} is not the id of a clause."
        yield tree.problem(path, what, "Write capital letters and a number: U7.")
    for field in ("title", "text"):
        if not getattr(clause, field).strip():
            yield tree.problem(
                (*path, field), f"Clause {clause_id} has no {field}.", "Say what it asks, in plain words."
            )


def _of_overlay(tree: Tree, name: str, overlay: Overlay, clauses: Iterable[str]) -> Iterator[Problem]:
    path: Path = ("overlays", name)
    for place, clause_id in enumerate(overlay.clauses):
        if clause_id not in set(clauses):
            what = f"Overlay {name} cites a clause that does not exist: {clause_id}."
            yield tree.problem((*path, "clauses", place), what, nearest(clause_id, clauses))
    yield from _unknown_countries(tree, (*path, "when", "countries"), overlay.when.countries, f"Overlay {name}")
    if not any(getattr(overlay.when, field) for field in overlay.when.__struct_fields__):
        what = f"Overlay {name} is for every message, since its `when` names nothing."
        yield tree.problem(
            (*path, "when"), what, "Name what it is for, or change the rules themselves.", Severity.WARNING
        )
    if not overlay.rules:
        what = f"Overlay {name} changes no rule."
        yield tree.problem(path, what, "Name the rules that it changes, or delete it.", Severity.WARNING)


def _of_overlays_dates(tree: Tree, name: str, overlay: Overlay, on: date) -> Iterator[Problem]:
    path: Path = ("overlays", name, "until")
    if overlay.until is None:
        return
    if overlay.since is not None and overlay.until < overlay.since:
        what = f"Overlay {name} ends on {overlay.until}, before it begins on {overlay.since}."
        yield tree.problem(path, what, "Exchange the dates.")
    elif overlay.until < on:
        what = f"Overlay {name} ended on {overlay.until}."
        yield tree.problem(path, what, "Delete it, or move its end.", Severity.WARNING)
    elif overlay.until <= on + _SOON:
        what = f"Overlay {name} ends on {overlay.until}."
        yield tree.problem(path, what, "Say what is to hold from then on.", Severity.WARNING)


def _of_brand(tree: Tree, name: str, brand: Brand) -> Iterator[Problem]:
    path: Path = ("brands", name)
    if not any(written.strip() for written in brand.names):
        remedy = 'Add the full one first: names = ["Example Bank"].'
        yield tree.problem((*path, "names"), f"Brand {name} has no name.", remedy)
    for field, domains in (("domains", brand.domains), ("proof_domains", brand.proof_domains)):
        for place, domain in enumerate(domains):
            if not _DOMAIN.fullmatch(domain):
                what = f"Brand {name} has a malformed domain: {domain!r}."
                yield tree.problem((*path, field, place), what, _WRITE_DOMAIN)
    for place, sender in enumerate(brand.senders):
        if isinstance(read_sender(sender), BadSender):
            what = f"Brand {name} has a sender that nobody can send as: {sender!r}."
            remedy = "Write at most 11 letters and digits, a short code, or + and a number."
            yield tree.problem((*path, "senders", place), what, remedy)
    yield from _unknown_countries(tree, (*path, "countries"), brand.countries, f"Brand {name}")
    if not brand.domains:
        what = f"Brand {name} has no domains, so no link can be known as its own."
        yield tree.problem(path, what, "Add the domains that are its own.", Severity.WARNING)


def _of_list(tree: Tree, name: str, entries: tuple[str, ...]) -> Iterator[Problem]:
    counts = Counter(entry.casefold() for entry in entries)
    for place, entry in enumerate(entries):
        path: Path = (LISTS, name, place)
        if not entry.isprintable() or len(entry) > _LONGEST_ENTRY:
            what = f"List {name} has an entry that cannot be printed or has over {_LONGEST_ENTRY} characters."
            yield tree.problem(path, what, "Write one entry a line.")
        elif counts[entry.casefold()] > 1:
            counts[entry.casefold()] = 0
            what = f"List {name} has {entry!r} more than once."
            yield tree.problem(path, what, "Keep one of them.", Severity.WARNING)
    if not entries:
        what = f"List {name} is empty."
        yield tree.problem((LISTS, name), what, "Add entries, or delete the file.", Severity.WARNING)


def _unknown_countries(tree: Tree, path: Path, written: tuple[str, ...], whose: str) -> Iterator[Problem]:
    known = {one.iso2: one.name for one in countries()}
    for place, iso2 in enumerate(written):
        if iso2 not in known:
            by_name = next(
                (code for code, name in known.items() if iso2.casefold() in {code.casefold(), name.casefold()}), ""
            )
            remedy = f"Did you mean {by_name}?" if by_name else "Write ISO 3166-1 alpha-2 in capitals: BE."
            yield tree.problem((*path, place), f"{whose} names a country that does not exist: {iso2!r}.", remedy)
