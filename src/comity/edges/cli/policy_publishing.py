"""Owns what publishing a policy asks for: notice where it is due, words to the operator; must not know SQL."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Final

import asyncpg

from comity.base.errors import SettingsError

if TYPE_CHECKING:
    from comity.edges.postgres.acceptance_deeds import Announcement
    from comity.edges.postgres.policy_store import PolicyVersion, StoredPolicy
    from comity.policy.diff import Change
    from comity.policy.document import Policy, PolicyDocument


_OWN_TO_EACH: Final = frozenset({"version", "title", "effective"})
_NAMED: Final = 4
_WRAPPED: Final = " " * 6


async def publish_version(
    connection: asyncpg.Connection, read: Policy, by: str
) -> tuple[bool, PolicyVersion, list[str]]:
    """Publish in a person's name, if notice is given where it is due; with what the operator should know."""
    from comity.edges.postgres import policy_store
    from comity.edges.postgres.acceptance_deeds import announce

    document = read.document
    if await policy_store.find(connection, read.digest) is None:
        await _insist_on_notice(connection, document)
    notes = await _notes(connection, document)
    held = await policy_store.in_force(connection)
    # Published and told to everybody in one commit: there is no version that nobody was told of.
    async with connection.transaction():
        new = await policy_store.publish(connection, read, by)
        if new:
            told = await announce(connection, _announcement(read, held), datetime.now(UTC))
            if told:
                notes.append(f"{count(told, 'account')} told; see `comity policy notices {document.version}`.")
    listed = await policy_store.versions(connection)
    return new, next(one for one in listed if one.digest == read.digest), notes


async def withdraw_version(connection: asyncpg.Connection, name: str, by: str) -> tuple[StoredPolicy, int]:
    """Take a version back in a person's name, and tell everybody who was told of it; how many that were."""
    from comity.edges.postgres import policy_store
    from comity.edges.postgres.acceptance_deeds import take_back

    async with connection.transaction():
        gone = await policy_store.withdraw(connection, name, by)
        return gone, await take_back(connection, gone.version, datetime.now(UTC))


def _announcement(read: Policy, held: StoredPolicy | None) -> Announcement:
    from comity.edges.cli import policy_text
    from comity.edges.postgres.acceptance_deeds import Announcement

    document = read.document
    found = what_changes(_document_of(held.source), document) if held is not None else []
    mine = [one for one in found if one.name not in _OWN_TO_EACH]
    return Announcement(
        version=document.version,
        digest=read.digest,
        effective=document.effective,
        substantial=document.substantial,
        changes=_lines(policy_text.changes(mine)),
    )


def _lines(written: Iterable[str]) -> list[str]:
    """One line a change, without headings: each says itself what it is about; what was wrapped is whole again."""
    found: list[str] = []
    for line in written:
        if line.startswith(_WRAPPED) and found:
            found[-1] = f"{found[-1]} {line.strip()}"
        elif line.startswith(" "):
            found.append(line.strip())
    return found


async def _insist_on_notice(connection: asyncpg.Connection, document: PolicyDocument) -> None:
    """A substantial version is announced ahead, by the days that customers were promised (G6), if there are any."""
    from comity.edges.postgres import policy_store

    held = await policy_store.in_force(connection)
    if not document.substantial or held is None or not await policy_store.anybody_accepted(connection):
        return
    days = max(document.notice_days, _document_of(held.source).notice_days)
    earliest = today() + timedelta(days=days)
    if document.effective < earliest:
        raise SettingsError(
            f"A substantial version is announced {days} days ahead (G6), not for {document.effective}.",
            f"Give --effective {earliest} or a later day.",
        )


async def _notes(connection: asyncpg.Connection, document: PolicyDocument) -> list[str]:
    from comity.edges.postgres import policy_store

    notes = []
    if document.effective < today():
        notes.append(
            f"its day, {document.effective}, has passed: it holds from now on, not from then (--effective today)."
        )
    overlays = document.overlays.values()
    accounts = {name for one in overlays for name in one.when.accounts}
    carriers = {name for one in overlays for name in one.when.carriers}
    for what, names in zip(
        ("account", "carrier"), await policy_store.unknown_names(connection, accounts, carriers), strict=True
    ):
        notes += [f"an overlay is for the {what} {name}, which does not exist." for name in names]
    held = await policy_store.in_force(connection)
    if held is not None and not document.substantial:
        stricter = [one for one in what_changes(_document_of(held.source), document) if one.effect == "stricter"]
        if stricter:
            changes = count(len(stricter), "change")
            notes.append(f"it is stricter than version {held.version} ({changes}) and not marked substantial.")
    if held is not None:
        notes += await _undone_later(connection, document, _document_of(held.source))
    return notes


async def _undone_later(connection: asyncpg.Connection, new: PolicyDocument, held: PolicyDocument) -> list[str]:
    """Versions that begin later and lack what this one changes: on their day it would be gone again."""
    from comity.edges.postgres import policy_store

    mine, notes = what_changes(held, new), []
    for one in await policy_store.versions(connection):
        if one.state != "coming" or one.effective <= new.effective or one.version == new.version:
            continue
        stored = await policy_store.find(connection, one.version)
        theirs = what_changes(held, _document_of(stored.source)) if stored is not None else []
        lost = [change for change in mine if change not in theirs and change.name not in _OWN_TO_EACH]
        if lost:
            named = list(dict.fromkeys(f"{change.part} {change.name}" for change in lost))
            more = ", ..." if len(named) > _NAMED else ""
            notes.append(
                f"version {one.version} comes into force on {one.effective} and lacks {count(len(lost), 'change')} of"
                f" this one ({', '.join(named[:_NAMED])}{more}). Publish it anew with them under a version of its own,"
                f" and withdraw it: comity policy withdraw {one.version}"
            )
    return notes


def what_changes(old: PolicyDocument, new: PolicyDocument) -> list[Change]:
    """What changes from one policy to another, with the rules' defaults written out."""
    from comity.policy.diff import differences
    from comity.screening.explicit import with_defaults
    from comity.screening.rulebook import RULEBOOK

    return differences(with_defaults(old, RULEBOOK), with_defaults(new, RULEBOOK))


def today() -> date:
    """The present day, UTC."""
    return datetime.now(UTC).date()


def count(number: int, what: str) -> str:
    """So many of something, in words."""
    return f"{number} {what}{'' if number == 1 else 's'}"


def _document_of(source: str) -> PolicyDocument:
    from comity.policy.files import read_policy

    return read_policy(source, "the policy in force").document
