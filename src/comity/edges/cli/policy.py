"""Owns the commands about policies: shown, checked, compared, published; must not know SQL or how rules judge."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
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
from comity.edges.cli.policy_files import Named, find_policy, with_effective, write_files

if TYPE_CHECKING:
    from comity.edges.postgres.policy_store import PolicyVersion
    from comity.policy.document import Policy, PolicyDocument
    from comity.policy.problems import Problem

policy = typer.Typer(no_args_is_help=True, help="The acceptable use policy: shown, checked, compared, published.")

_DIGEST_SHOWN: Final = 12
_WHICH: Final = "A directory, a .toml file, a version, a digest, `shipped` or `in-force`."

PolicyArgument = Annotated[
    str, typer.Argument(metavar="POLICY", help=f"{_WHICH} The one in force when left out.", show_default=False)
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
    from comity.edges.cli import policy_text

    old, new = (_read(find_policy(one, data, database)) for one in (before, after))
    found = _differences(old.document, new.document)
    if as_json:
        heads = {word: _head(one) for word, one in (("before", old), ("after", new))}
        print_json({**heads, "changes": found})
        return
    print(f"{_named(old)} -> {_named(new)}")
    print("\n".join(policy_text.changes(found)) if found else "Nothing changes.")


@policy.command("publish")
def publish(
    file: Annotated[Path, typer.Argument(help="A policy directory or a .toml file.")],
    effective: Annotated[
        str, typer.Option(metavar="DATE", help="Hold from this day (UTC) instead of the one in the file: 2027-01-31.")
    ] = "",
    data: DataOption = "",
    database: DatabaseOption = "",
    as_json: JsonOption = False,
) -> None:
    """Publish a version. It is checked first, never changes afterwards, and comes into force by itself on its day."""
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
        return await _publish(connection, read)

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


@policy.command("versions")
def versions(data: DataOption = "", database: DatabaseOption = "", as_json: JsonOption = False) -> None:
    """List the published versions, the latest to begin first."""
    from comity.edges.postgres.policy_store import versions as stored

    rows = [msgspec.structs.asdict(one) for one in with_connection(data, database, stored)]
    if not as_json:
        rows = [
            {**row, "digest": row["digest"][:_DIGEST_SHOWN], "published_at": f"{row['published_at']:%Y-%m-%d %H:%M}"}
            for row in rows
        ]
    print_rows(rows, as_json=as_json, empty="No version is published yet: comity policy publish FILE")


async def _publish(connection: asyncpg.Connection, read: Policy) -> tuple[bool, PolicyVersion, list[str]]:
    """Publish, if notice is given where it is due; with what the operator should know."""
    from comity.edges.postgres import policy_store

    document = read.document
    if await policy_store.find(connection, read.digest) is None:
        await _insist_on_notice(connection, document)
    notes = await _notes(connection, document)
    new = await policy_store.publish(connection, read)
    listed = await policy_store.versions(connection)
    return new, next(one for one in listed if one.digest == read.digest), notes


async def _insist_on_notice(connection: asyncpg.Connection, document: PolicyDocument) -> None:
    """A substantial version is announced ahead, by the days that customers were promised (G6), if there are any."""
    from comity.edges.postgres import policy_store

    held = await policy_store.in_force(connection)
    if not document.substantial or held is None or not await policy_store.anybody_accepted(connection):
        return
    days = max(document.notice_days, _document_of(held.source).notice_days)
    earliest = _today() + timedelta(days=days)
    if document.effective < earliest:
        raise SettingsError(
            f"A substantial version is announced {days} days ahead (G6), not for {document.effective}.",
            f"Give --effective {earliest} or a later day.",
        )


async def _notes(connection: asyncpg.Connection, document: PolicyDocument) -> list[str]:
    from comity.edges.postgres import policy_store

    notes = []
    if document.effective < _today():
        notes.append(f"its day, {document.effective}, has passed: it holds from now on, not from then.")
    overlays = document.overlays.values()
    accounts = {name for one in overlays for name in one.when.accounts}
    carriers = {name for one in overlays for name in one.when.carriers}
    for what, names in zip(
        ("account", "carrier"), await policy_store.unknown_names(connection, accounts, carriers), strict=True
    ):
        notes += [f"an overlay is for the {what} {name}, which does not exist." for name in names]
    held = await policy_store.in_force(connection)
    if held is not None and not document.substantial:
        stricter = [one for one in _differences(_document_of(held.source), document) if one.effect == "stricter"]
        if stricter:
            count = _count(len(stricter), "change")
            notes.append(f"it is stricter than version {held.version} ({count}) and not marked substantial.")
    return notes


def _problems(named: Named) -> list[Problem]:
    from comity.screening.lint import lint as check
    from comity.screening.rulebook import RULEBOOK

    return check(named.files, named.name, RULEBOOK, _today())


def _read(named: Named) -> Policy:
    from comity.policy.files import policy_of

    try:
        return policy_of(named.files, named.name)
    except SettingsError as error:
        fail(str(error))


def _document_of(source: str) -> PolicyDocument:
    from comity.policy.files import read_policy

    return read_policy(source, "the policy in force").document


def _differences(old: PolicyDocument, new: PolicyDocument) -> list[Any]:
    from comity.policy.diff import differences
    from comity.screening.explicit import with_defaults
    from comity.screening.rulebook import RULEBOOK

    return differences(with_defaults(old, RULEBOOK), with_defaults(new, RULEBOOK))


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


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise SettingsError(f"--effective {written!r} is not a day.", "Write 2027-01-31.") from None


def _today() -> date:
    return datetime.now(UTC).date()


def _named(read: Policy) -> str:
    return f"{read.document.version} ({read.digest[:_DIGEST_SHOWN]})"


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
