"""Owns the people of an account in PostgreSQL: invited, joined, changed, gone, forgotten; must not know any door.

Functions run in the caller's transaction. That somebody came or went is kept as evidence by an id, never by a name.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

import asyncpg
import msgspec

from comity.accounts.keys import hash_secret, new_client_id, new_secret
from comity.accounts.team import (
    EMPTIED_AFTER,
    INVITED_FOR,
    MOST_PEOPLE,
    ROLE_SCOPES,
    Event,
    Role,
    State,
    TeamError,
    after,
    insist_on_an_owner,
    insist_within,
    new_token,
    token_hash,
)
from comity.base.errors import ComityError
from comity.base.ids import to_wire
from comity.edges.postgres.deadline_store import NewDeadline, drop_deadline, set_deadline
from comity.edges.postgres.evidence_store import append
from comity.edges.postgres.statements import load
from comity.edges.postgres.team_activity import Actor
from comity.edges.postgres.team_mail import leave_invitation
from comity.edges.postgres.team_members import MEMBER, Member, NewMember, member_of

INVITATION: Final = "team-invitation"
"""The kind of deadlines at which an invitation expires; the subject is the member's number."""
EMPTY: Final = "team-empty"
"""The kind of deadlines at which the name and address of somebody who left go."""


class NoInvitationError(ComityError):
    """Nobody was invited by this token, or not any more."""

    def __init__(self) -> None:
        super().__init__("This invitation is not there, or not any more.", "Ask for another one.")


class Change(msgspec.Struct, frozen=True):
    """What changes with a state; None leaves it as it is, but for the token, of which none is left."""

    role: Role | None = None
    token_hash: bytes | None = None
    expires_at: datetime | None = None
    joined_at: datetime | None = None
    ended_at: datetime | None = None


_NOTHING: Final = Change()


class Joined(msgspec.Struct, frozen=True):
    """A person with the key they were given; the secret is shown this once."""

    member: Member
    account: str
    client_id: str
    client_secret: str


async def invite(
    connection: asyncpg.Connection, account_id: int, new: NewMember, actor: Actor, now: datetime
) -> tuple[Member, str]:
    """Invite a person: who they are now, and the token that is mailed to them.

    Raises:
        TooWideError: the role is wider than what whoever invites may do.
        TeamError: somebody with that address is there, or there are too many.
    """
    insist_within(ROLE_SCOPES[new.role], actor.scopes)
    # Of two at a time only one is the last for whom there is room.
    await connection.execute("SELECT pg_advisory_xact_lock(hashtext('team'), $1::bigint::int)", account_id)
    people = await connection.fetchval(
        "SELECT count(*) FROM team_members WHERE account_id = $1 AND ended_at IS NULL", account_id
    )
    if people >= MOST_PEOPLE:
        raise TeamError(f"An account has up to {MOST_PEOPLE} people.", "Remove those who left.")
    token = new_token()
    row = await connection.fetchrow(
        load("team_invite"),
        *(account_id, new.name, new.email, new.role, token_hash(token), now, now + INVITED_FOR),
    )
    if row is None:
        raise TeamError("Somebody with this address is there already.", "See GET /api/team.")
    member = member_of(row)
    await _tell(connection, member, token, now)
    await _keep(connection, member, "invited", actor, now)
    return member, token


async def invite_again(
    connection: asyncpg.Connection, member: Member, actor: Actor, now: datetime
) -> tuple[Member, str]:
    """Mail a new token to somebody who did not join; the one before is worth nothing.

    Raises:
        TeamError: they joined, or left.
        TooWideError: their role is wider than what whoever invites may do.
    """
    insist_within(ROLE_SCOPES[member.role], actor.scopes)
    token = new_token()
    change = Change(token_hash=token_hash(token), expires_at=now + INVITED_FOR)
    moved = await move(connection, member, Event.INVITE, change)
    await _tell(connection, moved, token, now)
    await _keep(connection, moved, "invited again", actor, now)
    return moved, token


async def join(connection: asyncpg.Connection, token: str, network: str, now: datetime) -> Joined:
    """Somebody accepts an invitation: their first key, which may do what their role may.

    Raises:
        NoInvitationError: there is none, or not any more.
    """
    row = await connection.fetchrow(
        f"{MEMBER} WHERE token_hash = $1 AND expires_at > $2 FOR UPDATE", *(token_hash(token), now)
    )
    if row is None:
        raise NoInvitationError
    member = await move(connection, member_of(row), Event.JOIN, Change(joined_at=now))
    await drop_deadline(connection, INVITATION, member.subject)
    client_id, secret = new_client_id(), new_secret()
    hash_key: bytes = await connection.fetchval("SELECT hash_key FROM installation")
    account: str = await connection.fetchval(
        load("team_first_key"),
        *(client_id, member.account_id, hash_secret(secret, hash_key), list(ROLE_SCOPES[member.role])),
        *(member.member_id, now),
    )
    await _keep(connection, member, "joined", Actor(client_id, member.member_id, network), now)
    return Joined(member, account, client_id, secret)


async def change_role(
    connection: asyncpg.Connection, member: Member, role: Role, actor: Actor, now: datetime
) -> Member:
    """Give somebody another role: their keys may do what that may, within a second.

    Raises:
        TeamError: they did not join, or left, or are the last owner.
        TooWideError: either role is wider than what whoever asks may do.
    """
    insist_within({*ROLE_SCOPES[role], *ROLE_SCOPES[member.role]}, actor.scopes)
    if role is not Role.OWNER:
        await _insist_on_an_owner(connection, member)
    moved = await move(connection, member, Event.CHANGE, Change(role=role))
    await connection.execute(
        "UPDATE api_keys SET scopes = $3 WHERE account_id = $1 AND member_id = $2 AND revoked_at IS NULL",
        *(member.account_id, member.member_id, list(ROLE_SCOPES[role])),
    )
    await _keep(connection, moved, "changed", actor, now)
    return moved


async def remove(connection: asyncpg.Connection, member: Member, actor: Actor, now: datetime) -> Member:
    """Take somebody's keys back, or an invitation; they open nothing within a second.

    Raises:
        TeamError: they left already, or are the last owner.
        TooWideError: their role is wider than what whoever asks may do.
    """
    insist_within(ROLE_SCOPES[member.role], actor.scopes)
    return await _end(connection, member, Event.REMOVE, actor, now)


async def leave(connection: asyncpg.Connection, member: Member, actor: Actor, now: datetime) -> Member:
    """Somebody goes by themselves.

    Raises:
        TeamError: they are the last owner.
    """
    return await _end(connection, member, Event.LEAVE, actor, now)


async def _end(connection: asyncpg.Connection, member: Member, event: Event, actor: Actor, now: datetime) -> Member:
    await _insist_on_an_owner(connection, member)
    moved = await move(connection, member, event, Change(ended_at=now))
    await connection.execute("DELETE FROM team_mails WHERE member_id = $1", member.member_id)
    await drop_deadline(connection, INVITATION, member.subject)
    await connection.execute(
        "UPDATE api_keys SET revoked_at = $3 WHERE account_id = $1 AND member_id = $2 AND revoked_at IS NULL",
        *(member.account_id, member.member_id, now),
    )
    await set_deadline(connection, NewDeadline(EMPTY, member.subject, member.account_id, now + EMPTIED_AFTER))
    await _keep(connection, moved, moved.state.value, actor, now)
    return moved


async def _insist_on_an_owner(connection: asyncpg.Connection, leaving: Member) -> None:
    """Locks the owners: of two who go at a time, the second sees that the first went."""
    if leaving.role is not Role.OWNER or leaving.state is not State.ACTIVE:
        return
    await connection.execute("SELECT pg_advisory_xact_lock(hashtext('team'), $1::bigint::int)", leaving.account_id)
    rows = await connection.fetch(
        "SELECT member_id FROM team_members WHERE account_id = $1 AND role = 'owner' AND state = 'active'",
        leaving.account_id,
    )
    insist_on_an_owner([row["member_id"] for row in rows], leaving.member_id)


async def move(connection: asyncpg.Connection, member: Member, event: Event, change: Change = _NOTHING) -> Member:
    """Take somebody who is locked to their next state, with what else changes.

    Raises:
        TeamError: that does not happen to them.
    """
    row = await connection.fetchrow(
        load("team_move"),
        *(member.account_id, member.member_id, after(member.state, event), change.role, change.token_hash),
        *(change.expires_at, change.joined_at, change.ended_at),
    )
    return member_of(row)


async def _tell(connection: asyncpg.Connection, member: Member, token: str, now: datetime) -> None:
    await drop_deadline(connection, EMPTY, member.subject)
    await set_deadline(connection, NewDeadline(INVITATION, member.subject, member.account_id, member.expires_at))
    account: str = await connection.fetchval("SELECT name FROM accounts WHERE account_id = $1", member.account_id)
    await leave_invitation(connection, (member.member_id, member.email), (account, member.role.value, token), now)


async def _keep(connection: asyncpg.Connection, member: Member, event: str, actor: Actor, now: datetime) -> None:
    told = {"person": to_wire(member.public_id), "event": event, "role": member.role.value, "by": actor.word}
    await append(connection, member.account_id, "access", told, now)
