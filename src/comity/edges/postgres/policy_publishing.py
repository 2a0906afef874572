"""Owns what publishing a version of the policy asks for: checks, notice where it is due, what its operator should know.

It must not know doors. Published and told to everybody in one commit: there is no version that nobody was told of.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final

import asyncpg
import msgspec

from comity.base.errors import SettingsError
from comity.edges.postgres import policy_store
from comity.edges.postgres.acceptance_deeds import Announcement, announce, take_back
from comity.edges.postgres.policy_store import PolicyVersion, StoredPolicy
from comity.policy.diff import Change, differences
from comity.policy.document import Policy, PolicyDocument
from comity.policy.files import policy_of, read_policy
from comity.policy.problems import PolicyError, Problem, errors_among
from comity.policy.telling import lines
from comity.screening.explicit import with_defaults
from comity.screening.lint import lint
from comity.screening.rulebook import RULEBOOK

_OWN_TO_EACH: Final = frozenset({"version", "title", "effective"})
_NAMED: Final = 4


class Published(msgspec.Struct, frozen=True):
    """What became of publishing a version.

    Attributes:
        new: False when the very same text was published before; then nothing was done.
        version: as it stands in the list of versions.
        told: how many accounts were told of it now.
        notes: what its operator should know, in sentences.
    """

    new: bool
    version: PolicyVersion
    told: int
    notes: list[str]


def checked(files: Mapping[str, str], name: str, today: date) -> tuple[Policy | None, list[Problem]]:
    """The policy in these files, None where it cannot hold, and all that is wrong with it; takes half a second."""
    problems = sorted(lint(files, name, RULEBOOK, today))
    return (None if errors_among(problems) else policy_of(files, name)), problems


def fit(files: Mapping[str, str], name: str, today: date) -> Policy:
    """The policy in these files.

    Raises:
        PolicyError: it cannot hold; with all errors.
    """
    read, problems = checked(files, name, today)
    if read is None:
        raise PolicyError(errors_among(problems))
    return read


async def publish_version(connection: asyncpg.Connection, read: Policy, by: str, now: datetime) -> Published:
    """Publish in a person's name, in one transaction with the notices to all accounts.

    Raises:
        SettingsError: a substantial change lacks its notice.
        VersionTakenError, NeverInForceError: another text has the version, or it would never hold.
    """
    document = read.document
    if await policy_store.find(connection, read.digest) is None:
        await _insist_on_notice(connection, document, now.date())
    notes = await notes_on(connection, document, now.date())
    held = await policy_store.in_force(connection)
    told = 0
    async with connection.transaction():
        new = await policy_store.publish(connection, read, by)
        if new:
            told = await announce(connection, _announcement(read, held), now)
    listed = await policy_store.versions(connection)
    return Published(new, next(one for one in listed if one.digest == read.digest), told, notes)


async def refusal(connection: asyncpg.Connection, read: Policy, now: datetime) -> str:
    """Why publishing this would be refused now; "" where it would not be. Publishes it, and takes that back."""
    tried = connection.transaction()
    await tried.start()
    try:
        if await policy_store.find(connection, read.digest) is None:
            await _insist_on_notice(connection, read.document, now.date())
        await policy_store.publish(connection, read)
    except (SettingsError, policy_store.VersionTakenError, policy_store.NeverInForceError) as error:
        return str(error)
    finally:
        await tried.rollback()
    return ""


async def withdraw_version(
    connection: asyncpg.Connection, name: str, by: str, now: datetime
) -> tuple[StoredPolicy, int]:
    """Take a version back in a person's name, and tell everybody who was told of it; how many that were.

    Raises:
        NotComingError: it has begun, or there is none.
    """
    async with connection.transaction():
        gone = await policy_store.withdraw(connection, name, by)
        return gone, await take_back(connection, gone.version, now)


def what_changes(old: PolicyDocument, new: PolicyDocument) -> list[Change]:
    """What changes from one policy to another, with the rules' defaults written out."""
    return differences(with_defaults(old, RULEBOOK), with_defaults(new, RULEBOOK))


async def changes_from_force(connection: asyncpg.Connection, new: PolicyDocument) -> tuple[str, list[Change]]:
    """The version in force, and what changes from it to another policy; "" and nothing where none is in force."""
    held = await policy_store.in_force(connection)
    return ("", []) if held is None else (held.version, what_changes(document_of(held.source), new))


@lru_cache(maxsize=4)
def document_of(source: str) -> PolicyDocument:
    """The document in a stored text. Reading it takes a tenth of a second, and publishing looks at it several times."""
    return read_policy(source, "the policy in force").document


async def notes_on(connection: asyncpg.Connection, document: PolicyDocument, today: date) -> list[str]:
    """What an operator should know of a version, in sentences; none of it forbids to publish it."""
    notes = []
    if document.effective < today:
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
        stricter = [one for one in what_changes(document_of(held.source), document) if one.effect == "stricter"]
        if stricter:
            changes = count(len(stricter), "change")
            notes.append(f"it is stricter than version {held.version} ({changes}) and not marked substantial.")
    if held is not None:
        notes += await _undone_later(connection, document, document_of(held.source))
    return notes


def count(number: int, what: str) -> str:
    """So many of something, in words."""
    return f"{number} {what}{'' if number == 1 else 's'}"


def _announcement(read: Policy, held: StoredPolicy | None) -> Announcement:
    document = read.document
    found = what_changes(document_of(held.source), document) if held is not None else []
    return Announcement(
        version=document.version,
        digest=read.digest,
        effective=document.effective,
        substantial=document.substantial,
        changes=lines([one for one in found if one.name not in _OWN_TO_EACH]),
    )


async def _insist_on_notice(connection: asyncpg.Connection, document: PolicyDocument, today: date) -> None:
    """A substantial version is announced ahead, by the days that customers were promised (G6), if there are any."""
    held = await policy_store.in_force(connection)
    if not document.substantial or held is None or not await policy_store.anybody_accepted(connection):
        return
    days = max(document.notice_days, document_of(held.source).notice_days)
    earliest = today + timedelta(days=days)
    if document.effective < earliest:
        raise SettingsError(
            f"A substantial version is announced {days} days ahead (G6), not for {document.effective}.",
            f"Give --effective {earliest} or a later day.",
        )


async def _undone_later(connection: asyncpg.Connection, new: PolicyDocument, held: PolicyDocument) -> list[str]:
    """Versions that begin later and lack what this one changes: on their day it would be gone again."""
    mine, notes = what_changes(held, new), []
    for one in await policy_store.versions(connection):
        if one.state != "coming" or one.effective <= new.effective or one.version == new.version:
            continue
        stored = await policy_store.find(connection, one.version)
        theirs = what_changes(held, document_of(stored.source)) if stored is not None else []
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
