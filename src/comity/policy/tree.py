"""Owns joining a policy's files into one tree that knows where each of its keys stands; must not know the rules.

What keeps a file from being read is noted, and the others are read all the same: whoever mends a policy wants to hear
of everything at once.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any, Final

from comity.policy.document import PolicyDocument
from comity.policy.places import Path, lines_of
from comity.policy.problems import Problem, Severity
from comity.policy.shape import flaws_of

ROOT: Final = "policy.toml"
TABLES: Final = ("rules", "clauses", "brands", "triggers", "disclosure", "complaints")
OVERLAYS: Final = "overlays"
LISTS: Final = "lists"
_AT_LINE: Final = re.compile(r" \(at line (\d+), column \d+\)")
_AT_END: Final = " (at end of document)"
_MISSING: Final = {
    "effective": "Add the date from which it holds: effective = 2026-11-01",
    "version": 'Give it a name of its own: version = "2026-11"',
    "title": 'Add words for people: title = "Acceptable use policy"',
}


class Tree:
    """The files of a policy as one tree.

    Attributes:
        files: by path.
        table: the document as plain values.
        problems: what kept files from being read.
    """

    def __init__(self, files: Mapping[str, str], name: str) -> None:
        self.files = dict(files)
        self.table: dict[str, Any] = {}
        self.problems: list[Problem] = []
        self._name = name
        self._alone = files.keys() == {ROOT}
        self._from: dict[Path, tuple[str, Path]] = {}  # a file's part of the tree: the file, the keys it stands under

    def shown(self, file: str) -> str:
        """A file as the one who wrote it would name it."""
        return self._name if self._alone and file == ROOT else f"{self._name}/{file}"

    def place(self, path: Path) -> tuple[str, int]:
        """The file and line of a key, or of the nearest key above it that stands anywhere."""
        for length in range(len(path), 0, -1):
            found = self._places.get(path[:length])
            if found is not None:
                return found
        return self.shown(ROOT), 1

    def problem(self, path: Path, what: str, remedy: str, severity: Severity = Severity.ERROR) -> Problem:
        """Something that is wrong with what stands at a path."""
        file, line = self.place(path)
        return Problem(file, line, what, remedy, severity)

    def misshapen(self, advice: Callable[[Path], str] = lambda _: "") -> list[Problem]:
        """All that does not fit the shape of a policy; `advice` may know better how to mend what is at a path."""
        return [
            self.problem(
                flaw.path,
                flaw.what,
                doubled(flaw.path) or advice(flaw.path) or self._lacking(flaw.what) or flaw.remedy,
            )
            for flaw in flaws_of(self.table, PolicyDocument)
        ]

    def header(self, table: str, name: str) -> str:
        """How to write a table's header, and where."""
        return f"[{table}.{name}]" if self._alone else f"[{name}] to a file in {table}/"

    def _lacking(self, what: str) -> str:
        """Advice for a field of the document itself that is not there."""
        found = re.fullmatch(r"The document lacks '(\w+)'\.", what)
        if found and found[1] == "rules":
            return f"Add a table for each rule that is to be on: {self.header('rules', 'repeated-text')}"
        return _MISSING.get(found[1], "") if found else ""

    def add(self, file: str, prefix: Path, table: Mapping[str, Any]) -> None:
        """Join a file's table under a prefix; what is there already stays and is a problem."""
        held = self.table
        for step in prefix:
            held = held.setdefault(str(step), {})
        for key, value in table.items():
            self._join(held, (*prefix, key), value, file)

    def _join(self, held: dict[str, Any], path: Path, value: Any, file: str) -> None:  # noqa: ANN401  whatever TOML holds
        key = str(path[-1])
        if key not in held:
            held[key] = dict(value) if isinstance(value, dict) else value
            self._from[path] = (file, path)
            return
        if len(path) == 1 and isinstance(value, dict) and isinstance(held[key], dict):
            for name, inner in value.items():  # [rules.x] in policy.toml beside rules/*.toml
                self._join(held[key], (*path, name), inner, file)
            return
        where = self._from.get(path, (file, path))[0]
        line = self._own_line(file, path)
        what = f"{'.'.join(map(str, path))} stands here a second time; the first is in {self.shown(where)}."
        self.problems.append(Problem(self.shown(file), line, what, "Keep one of the two."))

    @cached_property
    def _places(self) -> dict[Path, tuple[str, int]]:
        found: dict[Path, tuple[str, int]] = {}
        for file, text in self.files.items():
            for path, line in self._lines(file, text):
                owner = next((self._from[path[:n]][0] for n in range(len(path), 0, -1) if path[:n] in self._from), file)
                if owner == file:
                    found.setdefault(path, (self.shown(file), line))
        return found

    def _own_line(self, file: str, path: Path) -> int:
        return next((line for other, line in self._lines(file, self.files[file]) if other == path), 1)

    @staticmethod
    def _lines(file: str, text: str) -> Iterator[tuple[Path, int]]:
        prefix = _prefix(file)
        if prefix is None:
            return
        if prefix:
            yield prefix, 1
        if prefix[:1] == (LISTS,):
            yield from (((*prefix, place), line) for place, (line, _) in enumerate(_entries(text)))
        else:
            yield from (((*prefix, *path), line) for path, line in lines_of(text).items())


def read_tree(files: Mapping[str, str], name: str) -> Tree:
    """The tree of these files. Never raises: what cannot be read is among its problems.

    Args:
        files: by path in the policy.
        name: what the policy is called by whoever reads of a problem: its directory, its file, its version.
    """
    tree = Tree(files, name)
    if ROOT not in files:
        what = f"There is no {ROOT} in {name}."
        tree.problems.append(Problem(name, 0, what, f"A policy directory holds {ROOT}; see docs/reference/policy.md."))
    for file in sorted(files, key=lambda path: (path != ROOT, path)):
        prefix = _prefix(file)
        if prefix is None:
            places = ", ".join((*TABLES, OVERLAYS, LISTS))
            what = "This file has no place in a policy."
            tree.problems.append(Problem(tree.shown(file), 0, what, f"Files lie in {places}; lists end in .txt."))
        elif prefix[:1] == (LISTS,):
            tree.add(file, (LISTS,), {str(prefix[1]): [entry for _, entry in _entries(files[file])]})
        else:
            _add_toml(tree, file, prefix)
    return tree


def _add_toml(tree: Tree, file: str, prefix: Path) -> None:
    text = tree.files[file]
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        tree.problems.append(_bad_toml(tree.shown(file), text, str(error)))
    except RecursionError:
        what = "This file is not valid TOML: it is nested too deep."
        tree.problems.append(Problem(tree.shown(file), 0, what, "Write fewer brackets into each other."))
    else:
        # An overlay is one table, the others hold one for each entry.
        if prefix[:1] == (OVERLAYS,):
            tree.add(file, (OVERLAYS,), {str(prefix[1]): table})
        else:
            tree.add(file, prefix, table)


def _bad_toml(shown: str, text: str, said: str) -> Problem:
    at = _AT_LINE.search(said)
    line = int(at[1]) if at else text.rstrip("\n").count("\n") + 1
    words = _AT_LINE.sub("", said).replace(_AT_END, "")
    twice = "overwrite" in words or "twice" in words
    remedy = "A key stands once in its table: keep one of the two." if twice else "Mend this line or the one before it."
    return Problem(shown, line, f"This is not valid TOML: {words[:1].lower()}{words[1:]}.", remedy)


def _prefix(file: str) -> Path | None:
    """Under which keys a file's own keys stand; None for a file that has no place."""
    path = PurePosixPath(file)
    folder = str(path.parent)
    if file == ROOT:
        return ()
    if folder == LISTS and path.suffix == ".txt":
        return (LISTS, path.stem)
    if path.suffix != ".toml":
        return None
    if folder == OVERLAYS:
        return (OVERLAYS, path.stem)
    return (folder,) if folder in TABLES else None


def _entries(text: str) -> Iterator[tuple[int, str]]:
    """The entries of a list, each with its line."""
    for number, line in enumerate(text.splitlines(), start=1):
        entry = line.partition("#")[0].strip()
        if entry:
            yield number, entry


def doubled(path: Path) -> str:
    """Advice where a file in `rules/` says `[rules.NAME]`; "" anywhere else."""
    folder = path[0] if path else ""
    if folder not in TABLES or path[1:2] != (folder,):
        return ""
    return f"In {folder}/*.toml a header is the name alone: [NAME], not [{folder}.NAME]."
