"""Owns the commands about policies: shown, checked, compared, published; must not know SQL or how rules judge."""

from __future__ import annotations

import getpass
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, NoReturn

import asyncpg
import msgspec
import typer

from comity.base.errors import SettingsError
from comity.edges.cli.console import (
    FAILED,
    DatabaseOption,
    DataOption,
    JsonOption,
    fail,
    print_json,
    print_rows,
    with_connection,
)
from comity.edges.cli.policy_files import Named, find_policy, write_files
from comity.edges.cli.policy_publishing import publish_version, today, what_changes, withdraw_version

if TYPE_CHECKING:
    from comity.edges.postgres.policy_store import PolicyVersion
    from comity.policy.document import Policy, PolicyDocument
    from comity.policy.problems import Problem

policy = typer.Typer(no_args_is_help=True, help="The acceptable use policy: shown, checked, compared, published.")

_DIGEST_SHOWN: Final = 12
_TODAY: Final = "today"
_WHICH: Final = "A directory, a .toml file, a version, a digest, `shipped` or `in-force`."

PolicyArgument = Annotated[
    str, typer.Argument(metavar="POLICY", help=f"{_WHICH} The one in force when left out.", show_default=False)
]


ByOption = Annotated[
    str,
    typer.Option("--by", metavar="PERSON", help="Who does it; the system's user when left out.", show_default=False),
]


@policy.command("show")
def show(
    name: PolicyArgument = "",
    clause: Annotated[str, typer.Option(help="Show this clause in full, such as U7.")] = "",
    rule: Annotated[str, typer.Option(help="Show what the policy says of this rule.")] = "",
    data: DataOption = "",
    database: DatabaseOption = "",
    as_json: JsonOption = False,
) -> None:
    """Show a policy, or one clause or rule of it. Without a store it is the policy that ships with Comity."""
    from comity.edges.cli import policy_text
    from comity.screening.explicit import with_defaults
    from comity.screening.rulebook import RULEBOOK

    named = find_policy(name, data, database)
    read = _read(named)
    document = with_defaults(read.document, RULEBOOK)
    if clause:
        _known(clause.upper(), document.clauses, "clause")
        text: Iterable[str] = policy_text.clause(document, RULEBOOK, clause.upper())
    elif rule:
        rules = {one.id: one for one in RULEBOOK}
        _known(rule, rules, "rule")
        text = policy_text.rule(document, rules[rule])
    else:
        text = policy_text.whole(read, named.origin, RULEBOOK)
    if as_json:
        print_json(_as_json(read, document, clause.upper(), rule))
    else:
        print("\n".join(text))


@policy.command("export")
def export(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty directory.")],
    name: PolicyArgument = "",
    data: DataOption = "",
    database: DatabaseOption = "",
) -> None:
    """Write a policy as files, to adapt them and publish the result."""
    named = find_policy(name, data, database)
    try:
        write_files(named.files, folder)
    except SettingsError as error:
        fail(str(error))
    print(f"{len(named.files)} files written to {folder} ({named.origin}).")
    print("Give policy.toml a version of its own before you publish.")


@policy.command("lint")
def lint(
    name: PolicyArgument = "", data: DataOption = "", database: DatabaseOption = "", as_json: JsonOption = False
) -> None:
    """Say all that is wrong with a policy, by file and line, and how to mend it; exit code 1 if it cannot hold."""
    from comity.policy.problems import errors_among

    named = find_policy(name, data, database)
    problems = _problems(named)
    errors = errors_among(problems)
    if as_json:
        print_json(problems)
    else:
        for problem in problems:
            print(problem)
        warnings = len(problems) - len(errors)
        print(f"{named.name}: {_count(len(errors), 'error')}, {_count(warnings, 'warning')}.")
    if errors:
        raise typer.Exit(FAILED)


@policy.command("diff")
def diff(
    before: Annotated[str, typer.Argument(metavar="A", help=_WHICH)],
    after: Annotated[str, typer.Argument(metavar="B", help=_WHICH)],
    data: DataOption = "",
    database: DatabaseOption = "",
    as_json: JsonOption = False,
) -> None:
    """Say what changes for those who send, from one policy to another; order and comments change nothing."""
    from comity.policy.telling import changes

    old, new = (_read(find_policy(one, data, database)) for one in (before, after))
    found = what_changes(old.document, new.document)
    if as_json:
        heads = {word: _head(one) for word, one in (("before", old), ("after", new))}
        print_json({**heads, "changes": found})
        return
    print(f"{_named(old)} -> {_named(new)}")
    print("\n".join(changes(found)) if found else "Nothing changes.")


@policy.command("publish")
def publish(
    file: Annotated[Path, typer.Argument(help="A policy directory or a .toml file.")],
    effective: Annotated[
        str,
        typer.Option(
            metavar="DATE", help="Hold from this day (UTC) instead of the one in the file: 2027-01-31, or `today`."
        ),
    ] = "",
    by: ByOption = "",
    data: DataOption = "",
    database: DatabaseOption = "",
    as_json: JsonOption = False,
) -> None:
    """Publish a version. It is checked first, never changes afterwards, and comes into force by itself on its day."""
    from comity.policy.dating import with_effective
    from comity.policy.files import files_at, name_at, policy_of
    from comity.policy.problems import PolicyError, errors_among

    try:
        files = files_at(file)
        files = with_effective(files, _day(effective)) if effective else files
        named = Named(files, name_at(file), "")
        errors = errors_among(_problems(named))
        if errors:
            raise PolicyError(errors)
        read = policy_of(files, named.name)
    except SettingsError as error:
        fail(str(error))

    async def work(connection: asyncpg.Connection) -> tuple[bool, PolicyVersion, list[str]]:
        return await publish_version(connection, read, _person(by))

    new, version, notes = with_connection(data, database, work)
    if as_json:
        print_json({**msgspec.to_builtins(version), "published": new, "notes": notes})
        return
    print(
        f"{'Published' if new else 'Published already, with this very text:'} version {version.version}, "
        f"effective {version.effective}, {version.state}.\ndigest {version.digest}"
    )
    for note in notes:
        print(f"Note: {note}")


@policy.command("withdraw")
def withdraw(
    version: Annotated[str, typer.Argument(metavar="VERSION", help="A version, or the beginning of its digest.")],
    by: ByOption = "",
    data: DataOption = "",
    database: DatabaseOption = "",
) -> None:
    """Take back a published version before its day. That it was published stays on record, and its name is used up."""
    gone, _ = with_connection(data, database, lambda connection: withdraw_version(connection, version, _person(by)))
    print(f"Version {gone.version}, which was to hold from {gone.effective}, is withdrawn.")


@policy.command("versions")
def versions(data: DataOption = "", database: DatabaseOption = "", as_json: JsonOption = False) -> None:
    """List the published versions, the latest to begin first, with from when until when each was in force (UTC)."""
    from comity.edges.cli.policy_text import version_row
    from comity.edges.postgres.policy_store import versions as stored

    found = with_connection(data, database, stored)
    rows = [msgspec.structs.asdict(one) if as_json else version_row(one) for one in found]
    print_rows(rows, as_json=as_json, empty="No version is published yet: comity policy publish FILE")


def _problems(named: Named) -> list[Problem]:
    from comity.policy.files import left_out
    from comity.screening.lint import lint as check
    from comity.screening.rulebook import RULEBOOK

    unread = left_out(named.path) if named.path is not None else []
    return sorted([*check(named.files, named.name, RULEBOOK, today()), *unread])


def _read(named: Named) -> Policy:
    from comity.policy.files import policy_of

    try:
        return policy_of(named.files, named.name)
    except SettingsError as error:
        fail(str(error))


def _as_json(read: Policy, document: PolicyDocument, clause: str, rule: str) -> dict[str, Any]:
    from comity.edges.cli.policy_text import judging
    from comity.screening.rulebook import RULEBOOK

    if clause:
        return {
            "clause": clause,
            **msgspec.to_builtins(document.clauses[clause]),
            "rules": judging(document, RULEBOOK, clause),
        }
    if rule:
        (one,) = (one for one in RULEBOOK if one.id == rule)
        said = msgspec.to_builtins(document.rules[rule])
        overlays = {name: msgspec.to_builtins(over) for name, over in document.overlays.items() if rule in over.rules}
        return {"rule": rule, "title": one.title, "clauses": one.clauses, **said, "overlays": overlays}
    return {**_head(read), "policy": msgspec.to_builtins(document)}


def _head(read: Policy) -> dict[str, Any]:
    return {"version": read.document.version, "digest": read.digest, "effective": read.document.effective}


def _known(name: str, known: Iterable[str], what: str) -> None:
    from comity.policy.shape import nearest

    if name not in set(known):
        _unknown(name, what, nearest(name, known))


def _unknown(name: str, what: str, remedy: str) -> NoReturn:
    fail(f"The policy has no {what} {name}. {remedy}")


def _person(written: str) -> str:
    """Who does it: as was said, or by whom the command runs, which may have no name."""
    try:
        return written.strip() or getpass.getuser()
    except (OSError, KeyError):
        return ""


def _day(written: str) -> date:
    if written == _TODAY:
        return today()
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise SettingsError(f"--effective {written!r} is not a day.", "Write 2027-01-31, or today.") from None


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _named(read: Policy) -> str:
    return f"{read.document.version} ({read.digest[:_DIGEST_SHOWN]})"
