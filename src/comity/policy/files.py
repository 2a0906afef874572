"""Owns how a policy lies in files and travels as one text; must not know what any rule makes of it.

A policy is a directory, or one file with everything in it:

    policy.toml           version, title, dates, and whatever else one likes to keep there
    rules/*.toml          a table for each rule
    clauses/*.toml        a table for each clause
    overlays/NAME.toml    one overlay
    brands/*.toml         a table for each protected name
    lists/NAME.txt        one entry a line; "#" begins a comment

As one text it is a JSON object of these files, sorted by path; its SHA-256 is the policy's digest.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path, PurePosixPath
from typing import Any, Final

import msgspec

from comity.base.errors import SettingsError
from comity.policy.document import Policy, PolicyDocument

ROOT: Final = "policy.toml"
_TABLES: Final = ("rules", "clauses", "brands")
_OVERLAYS: Final = "overlays"
_LISTS: Final = "lists"
_ENCODER: Final = msgspec.json.Encoder(order="sorted")


def read_policy(source: str, name: str = "the policy") -> Policy:
    """The policy in one text: a bundle of files, or one TOML file.

    Raises:
        SettingsError: it is not a policy; says where and how to mend it.
    """
    return policy_of(unbundle(source), name)


def read_directory(path: Path) -> Policy:
    """The policy in a directory, or in one TOML file.

    Raises:
        SettingsError: it is not there or not a policy.
    """
    try:
        files = {ROOT: path.read_text("utf-8")} if path.is_file() else dict(_files_under(path))
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} cannot be read: {error}.", "Name a policy directory or a .toml file.") from None
    return policy_of(files, str(path))


@cache
def default_policy() -> Policy:
    """The policy that ships with Comity."""
    return policy_of(dict(_files_under(resources.files(__package__).joinpath("default"))), "the default policy")


def unbundle(source: str) -> dict[str, str]:
    """The files in a policy's one text."""
    if source.lstrip().startswith("{"):
        return msgspec.json.decode(source, type=dict[str, str])
    return {ROOT: source}


def bundle(files: Mapping[str, str]) -> str:
    """The one text of these files."""
    return _ENCODER.encode(dict(files)).decode()


def policy_of(files: Mapping[str, str], name: str) -> Policy:
    """The policy in these files, by path.

    Raises:
        SettingsError: a file is not TOML, or they are not a policy together.
    """
    if ROOT not in files:
        raise SettingsError(f"{name} has no {ROOT}.", f"A policy directory holds {ROOT}; see docs/reference/policy.md.")
    try:
        document = msgspec.convert(_merged(files, name), PolicyDocument)
    except msgspec.ValidationError as error:
        raise SettingsError(
            f"{name} is not a policy: {error}.", "See docs/reference/policy.md for its fields."
        ) from None
    source = bundle(files)
    return Policy(document, hashlib.sha256(source.encode()).hexdigest(), source)


def _merged(files: Mapping[str, str], name: str) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for path in sorted(files, key=lambda path: (path != ROOT, path)):
        for field, value in _part(path, files[path], f"{name}/{path}"):
            _put(tree, field, value, path)
    return tree


def _part(path: str, text: str, where: str) -> Iterator[tuple[str, Any]]:
    """What one file adds to the document, as fields with their values."""
    folder, stem, suffix = PurePosixPath(path).parent.name, PurePosixPath(path).stem, PurePosixPath(path).suffix
    if folder == _LISTS and suffix == ".txt":
        yield _LISTS, {stem: tuple(_entries(text))}
        return
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{where} is not valid TOML: {error}.", "Mend the line it names.") from None
    if path == ROOT:
        yield from table.items()
    elif folder == _OVERLAYS:
        yield _OVERLAYS, {stem: table}
    elif folder in _TABLES:
        yield folder, table
    else:
        raise SettingsError(
            f"{where} has no place in a policy.", f"Files lie in {', '.join((*_TABLES, _OVERLAYS, _LISTS))}."
        )


def _put(tree: dict[str, Any], field: str, value: Any, path: str) -> None:  # noqa: ANN401  whatever TOML holds
    held = tree.setdefault(field, {} if isinstance(value, dict) else value)
    if not isinstance(value, dict):
        return
    twice = held.keys() & value.keys()
    if twice:
        raise SettingsError(f"{path} names {field} {min(twice)} a second time.", "Keep one of the two.")
    held.update(value)


def _entries(text: str) -> Iterator[str]:
    for line in text.splitlines():
        entry = line.partition("#")[0].strip()
        if entry:
            yield entry


def _files_under(root: Traversable, prefix: str = "") -> Iterator[tuple[str, str]]:
    for entry in sorted(root.iterdir(), key=lambda entry: entry.name):
        if entry.name.startswith((".", "__")):
            continue
        if entry.is_dir():
            yield from _files_under(entry, f"{prefix}{entry.name}/")
        elif entry.name.endswith((".toml", ".txt")):
            yield f"{prefix}{entry.name}", entry.read_text("utf-8")
