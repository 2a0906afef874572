"""Owns finding the policy that a command names: a file, a version, a digest; must not know what is done with it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import msgspec

from comity.base.errors import SettingsError
from comity.edges.cli.console import fail, runtime, with_connection
from comity.policy.document import IN_FORCE, SHIPPED

if TYPE_CHECKING:
    from comity.edges.postgres.policy_store import StoredPolicy


class Named(msgspec.Struct, frozen=True):
    """A policy's files, what to call them, where they came from in words, and where they lie if they do."""

    files: Mapping[str, str]
    name: str
    origin: str
    path: Path | None = None


def find_policy(name: str, data: str, database: str) -> Named:
    """The policy that is named: a path, `shipped`, `in-force`, a version, a digest or its beginning.

    Without a name it is the one in force, or the shipped one where there is no store. Ends the command when there is
    none.
    """
    from comity.policy.files import default_files, files_at, name_at, unbundle

    try:
        if name and Path(name).exists():
            return Named(files_at(Path(name)), name_at(Path(name)), "not published by this command", Path(name))
        if name == SHIPPED or (name in {"", IN_FORCE} and not runtime().has_store(data, database)):
            return Named(default_files(), "shipped", "shipped with Comity")
        stored = _stored(name, data, database)
        return Named(unbundle(stored.source), stored.version, _origin(stored, name))
    except SettingsError as error:
        fail(str(error))


def write_files(files: Mapping[str, str], folder: Path) -> None:
    """Write a policy's files into a new or empty directory.

    Raises:
        SettingsError: it holds something, or cannot be written.
    """
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise SettingsError(f"{folder} is not an empty directory.", "Name a new one.")
        for name, text in sorted(files.items()):
            path = PurePosixPath(name)
            if path.is_absolute() or ".." in path.parts:
                raise SettingsError(f"The policy has a file that would lie elsewhere: {name}.")
            target = folder.joinpath(*path.parts)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, "utf-8", newline="\n")
    except OSError as error:
        raise SettingsError(f"{folder} cannot be written: {error.strerror}.") from None


def _stored(name: str, data: str, database: str) -> StoredPolicy:
    from comity.edges.postgres import policy_store

    if not runtime().has_store(data, database):
        fail(f"There is no file {name}, and no store that could hold a version of that name.")
    if name in {"", IN_FORCE}:
        found = with_connection(data, database, policy_store.in_force)
    else:
        found = with_connection(data, database, lambda connection: policy_store.find(connection, name))
    if found is None:
        fail(f"There is no file, version or digest {name}. See `comity policy versions`.")
    return found


def _origin(stored: StoredPolicy, name: str) -> str:
    if name in {"", IN_FORCE}:
        return "in force"
    return f"{'withdrawn before its day' if stored.withdrawn else 'published, effective'} {stored.effective}"
