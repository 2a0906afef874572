"""Owns reading challenges from PostgreSQL, and what the policy in force says of them; must not change any."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

import asyncpg
import msgspec

from comity.accounts.challenges import CountryTerms, Kind, State, VolumeTerms
from comity.base.errors import ComityError
from comity.edges.postgres.statements import load
from comity.policy.document import Mode, PolicyDocument
from comity.policy.files import read_policy

_RULES: Final = {Kind.COUNTRY: "key-from-new-country", Kind.VOLUME: "sudden-volume"}


class ChallengeError(ComityError):
    """What was asked does not happen to a challenge in its state, or not by whoever asked."""


class Challenge(msgspec.Struct, frozen=True):
    """A challenge as it stands.

    Attributes:
        key: the client id or system id that is used from a new country; "" for a volume.
        network: where it is used, as a network; the whole address is not kept.
        facts: what was seen.
        case_id: the case in which what is held waits.
        answer_by: until when the account may answer; None until it was told.
        how: how it was answered, a value of `comity.accounts.challenges.Event`.
        free_until: of a confirmed volume, until when more is let through.
    """

    challenge_id: UUID
    account_id: int
    kind: Kind
    state: State
    key: str
    country: str
    network: str
    facts: dict[str, Any]
    case_id: int
    opened_at: datetime
    answer_by: datetime | None
    ended_at: datetime | None
    how: str
    ended_by: str
    why: str
    free_until: datetime | None


class Terms(msgspec.Struct, frozen=True):
    """What the policy in force says of challenges; None where it does not hold anything by the rule."""

    country: CountryTerms | None
    volume: VolumeTerms | None

    def answer_hours(self, kind: Kind) -> int:
        """How long an account has to answer; as usual where the rule is off by now."""
        asked = (self.country or CountryTerms()) if kind is Kind.COUNTRY else (self.volume or VolumeTerms())
        return asked.answer_hours


async def terms(connection: asyncpg.Connection) -> Terms:
    """What the policy in force says."""
    row = await connection.fetchrow(load("policy_in_force"))
    return _terms_of(row["source"]) if row is not None else Terms(None, None)


@lru_cache(maxsize=4)
def _terms_of(source: str) -> Terms:
    return terms_of(read_policy(source).document)


def terms_of(document: PolicyDocument) -> Terms:
    """What a policy says."""
    rules = document.rules
    settings = {
        kind: rules[rule].settings
        for kind, rule in _RULES.items()
        if rule in rules and rules[rule].mode is Mode.ENFORCE
    }
    return Terms(
        msgspec.convert(settings[Kind.COUNTRY], CountryTerms) if Kind.COUNTRY in settings else None,
        msgspec.convert(settings[Kind.VOLUME], VolumeTerms) if Kind.VOLUME in settings else None,
    )


async def find_challenge(connection: asyncpg.Connection, account_id: int | None, id_: UUID) -> Challenge | None:
    """A challenge; of one account where that is given."""
    row = await connection.fetchrow(
        "SELECT * FROM challenges WHERE challenge_id = $2 AND ($1::bigint IS NULL OR account_id = $1)", account_id, id_
    )
    return challenge_of(row) if row is not None else None


async def lock_challenge(connection: asyncpg.Connection, account_id: int | None, id_: UUID) -> Challenge:
    """A challenge that nobody else changes until the transaction ends, nor its case, which is locked before it.

    Raises:
        ChallengeError: there is none.
    """
    await connection.execute(
        "SELECT FROM cases c WHERE c.case_id = (SELECT o.case_id FROM challenges o WHERE o.challenge_id = $1)"
        " FOR NO KEY UPDATE OF c",
        id_,
    )
    row = await connection.fetchrow(
        "SELECT * FROM challenges WHERE challenge_id = $2 AND ($1::bigint IS NULL OR account_id = $1)"
        " FOR NO KEY UPDATE",
        account_id,
        id_,
    )
    if row is None:
        raise ChallengeError("There is no such challenge.", "See /api/challenges.")
    return challenge_of(row)


async def list_challenges(
    connection: asyncpg.Connection, account_id: int | None, *, only_open: bool, before: UUID | None, most: int
) -> list[dict[str, Any]]:
    """Challenges, the newest first, each with its account's name, its case's id and how many messages it holds."""
    rows = await connection.fetch(load("challenge_list"), account_id, only_open, before, most)
    return [dict(row) for row in rows]


async def show_challenge(connection: asyncpg.Connection, account_id: int | None, id_: UUID) -> dict[str, Any] | None:
    """As `list_challenges`, one."""
    row = await connection.fetchrow(load("challenge_show"), account_id, id_)
    return dict(row) if row is not None else None


async def is_stopping(connection: asyncpg.Connection, case: Mapping[str, Any]) -> bool:
    """Whether a case holds what a challenge stops that nobody has answered."""
    return bool(
        await connection.fetchval(
            "SELECT EXISTS (SELECT FROM challenges WHERE case_id = $1 AND ended_at IS NULL)", case["case_id"]
        )
    )


def challenge_of(row: Mapping[str, Any]) -> Challenge:
    """A row of `challenges`."""
    return msgspec.convert(dict(row), Challenge, strict=False)
