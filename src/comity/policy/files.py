"""Owns how a policy lies in files and travels as one text; must not know what any rule makes of it.

A policy is a directory, or one file with everything in it:

    policy.toml           version, title, dates, and whatever else one likes to keep there
    rules/*.toml          a table for each rule
    clauses/*.toml        a table for each clause
    overlays/NAME.toml    one overlay
    brands/*.toml         a table for each protected name
    lists/NAME.txt        one entry a line; "#" begins a comment
    triggers/*.toml       tables strikes, rates, probing, drift
    disclosure/*.toml     a table for each legal basis
    complaints/*.toml     tables weights, linking, kinds, limits

As one text it is a JSON object of these files, sorted by path, or `policy.toml` as it is when there is no other. The
text's SHA-256 is the policy's digest.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

import msgspec

from comity.base.errors import SettingsError
from comity.policy.document import Policy, PolicyDocument
from comity.policy.problems import PolicyError, Problem, Severity
from comity.policy.tree import LISTS, OVERLAYS, ROOT, TABLES, Tree, read_tree

__all__ = [
    "ROOT",
    "bundle",
    "default_files",
    "default_policy",
    "files_at",
    "left_out",
    "name_at",
    "policy_of",
    "read_directory",
    "read_policy",
    "unbundle",
]
_TAKEN: Final = frozenset({".toml", ".txt", ".md"})
_ENCODER: Final = msgspec.json.Encoder(order="sorted")


def read_policy(source: str, name: str = "the policy") -> Policy:
    """The policy in one text: a bundle of files, or one TOML file.

    Raises:
        PolicyError: it is not a policy; says where and how to mend it.
    """
    return policy_of(unbundle(source), name)


def read_directory(path: Path) -> Policy:
    """The policy in a directory, or in one TOML file.

    Raises:
        SettingsError: it is not there or not a policy.
    """
    return policy_of(files_at(path), name_at(path))


def name_at(path: Path) -> str:
    """What problems call the policy at a path: the directory, or the only file."""
    only = path / ROOT
    return str(only) if path.is_dir() and [*path.rglob("*.t*")] == [only] else str(path)


@cache
def default_policy() -> Policy:
    """The policy that ships with Comity."""
    return policy_of(default_files(), "the default policy")


@cache
def default_files() -> Mapping[str, str]:
    """The files of the policy that ships with Comity, by path."""
    return dict(_files_under(resources.files(__package__).joinpath("default")))


def files_at(path: Path) -> dict[str, str]:
    """The files of a policy by their paths in it: of a directory, or the one TOML file as `policy.toml`.

    Raises:
        SettingsError: it is not there or cannot be read.
    """
    try:
        return {ROOT: _text(path)} if path.is_file() else dict(_files_under(path))
    except OSError as error:
        raise SettingsError(
            f"{path} cannot be read: {error.strerror}.", "Name a policy directory or a .toml file."
        ) from None


def left_out(path: Path) -> list[Problem]:
    """Files in a policy's folders that are not read, as warnings; notes (.md) and hidden files are meant to be left."""
    return [
        _not_read(file)
        for folder in (*TABLES, OVERLAYS, LISTS)
        for file in sorted((path / folder).glob("*"))
        if file.is_file() and not file.name.startswith((".", "__")) and file.suffix not in _TAKEN
    ]


def unbundle(source: str) -> dict[str, str]:
    """The files in a policy's one text.

    Raises:
        SettingsError: it begins like a bundle and is none.
    """
    if not source.lstrip().startswith("{"):
        return {ROOT: source}
    try:
        return msgspec.json.decode(source, type=dict[str, str])
    except msgspec.DecodeError:
        raise SettingsError(
            "The policy's text is neither a bundle of files nor TOML.", "Publish it again from its files."
        ) from None


def bundle(files: Mapping[str, str]) -> str:
    """The one text of these files."""
    if files.keys() == {ROOT}:
        return files[ROOT]
    return _ENCODER.encode(dict(files)).decode()


def policy_of(files: Mapping[str, str], name: str) -> Policy:
    """The policy in these files, by path.

    Raises:
        PolicyError: a file is not TOML, or they are not a policy together; with all problems.
    """
    tree = read_tree(files, name)
    if tree.problems:
        raise PolicyError(tree.problems)
    return policy_in(tree)


def policy_in(tree: Tree) -> Policy:
    """The policy in files that were read.

    Raises:
        PolicyError: they are not a policy together.
    """
    try:
        document = msgspec.convert(tree.table, PolicyDocument)
    except msgspec.ValidationError as error:
        problems = tree.misshapen() or [tree.problem((), f"This is not a policy: {error}.", "")]
        raise PolicyError(problems) from None
    source = bundle(tree.files)
    return Policy(document, hashlib.sha256(source.encode()).hexdigest(), source)


def _files_under(root: Traversable, prefix: str = "") -> Iterator[tuple[str, str]]:
    for entry in sorted(root.iterdir(), key=lambda entry: entry.name):
        if entry.name.startswith((".", "__")):
            continue
        if entry.is_dir():
            yield from _files_under(entry, f"{prefix}{entry.name}/")
        elif entry.name.endswith((".toml", ".txt")):
            yield f"{prefix}{entry.name}", _text(entry)


def _text(file: Traversable) -> str:
    """What a file says, alike on every machine: without a byte order mark, with plain line ends."""
    octets = file.read_bytes()
    try:
        return octets.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = octets.count(b"\n", 0, error.start) + 1
        raise SettingsError(f"{file}:{line} cannot be read: it is not UTF-8.", "Save the file as UTF-8.") from None


def _not_read(file: Path) -> Problem:
    ending = ".txt" if file.parent.name == LISTS else ".toml"
    remedy = f"Call it {file.stem}{ending}, or move it elsewhere."
    return Problem(str(file), 0, f"This file is not read: its name does not end in {ending}.", remedy, Severity.WARNING)
