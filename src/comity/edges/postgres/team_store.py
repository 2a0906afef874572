"""Owns the people of an account in PostgreSQL: invited, joined, changed, gone, forgotten; must not know any door.

Functions run in the caller's transaction. That somebody came or went is kept as evidence by an id, never by a name.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

import asyncpg
import msgspec

from comity.accounts.fences import insist_unfenced
from comity.accounts.keys import hash_secret, new_client_id, new_secret
from comity.accounts.team import (
    EMPTIED_AFTER,
    ENDED,
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
from comity.edges.mail.plain_letters import LetterKind
from comity.edges.postgres.deadline_store import NewDeadline, drop_deadline, set_deadline
from comity.edges.postgres.evidence_store import append
from comity.edges.postgres.letter_store import drop_letters
from comity.edges.postgres.statements import load
from comity.edges.postgres.team_activity import Actor
from comity.edges.postgres.team_mail import leave_invitation
from comity.edges.postgres.team_members import MEMBER, Member, NewMember, member_of
from comity.edges.postgres.team_rights import lock_team, still

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
        TooWideError: the role is wider than what whoever invites may do, or their key ends or has networks of its own.
        TeamError: somebody with that address is there, or there are too many.
    """
    actor = await still(connection, account_id, actor)
    insist_unfenced(actor.fence)
    insist_within(ROLE_SCOPES[new.role], actor.scopes)
    people = await connection.fetchval(
        "SELECT count(*) FROM team_members WHERE account_id = $1 AND ended_at IS NULL", account_id
    )
    if people >= MOST_PEOPLE:
        raise TeamError(f"An account has up to {MOST_PEOPLE} people.", "Remove those who left.")
    token = new_token()
    row = await connection.fetchrow(
        load("team_invite"),
        *(account_id, new.name, new.email, new.role, token_hash(token), now, now + INVITED_FOR),
        *(actor.member_id, actor.word),
    )
    if row is None:
        raise TeamError("Somebody with this address is there already.", "Invite them again: see GET /api/team.")
    member = member_of(row)
    await _tell(connection, member, token, now)
    await _keep(connection, member, "invited", actor, now)
    return member, token


async def invite_again(
    connection: asyncpg.Connection, member: Member, actor: Actor, now: datetime
) -> tuple[Member, str]:
    """Mail a new token to somebody who did not join, or has no key any more; the one before is worth nothing.

    Raises:
        TeamError: they left.
        TooWideError: as `invite`.
    """
    actor = await still(connection, member.account_id, actor)
    insist_unfenced(actor.fence)
    insist_within(ROLE_SCOPES[member.role], actor.scopes)
    token = new_token()
    change = Change(token_hash=token_hash(token), expires_at=now + INVITED_FOR)
    moved = await move(connection, member, Event.INVITE, change)
    await connection.execute(
        load("team_invited_again"), *(member.account_id, member.member_id, actor.member_id, actor.word)
    )
    await _tell(connection, moved, token, now)
    await _keep(connection, moved, "invited again", actor, now)
    return moved, token


async def join(connection: asyncpg.Connection, token: str, network: str, now: datetime) -> Joined:
    """Somebody accepts an invitation: a key that may do what their role may, and none that they had before.

    Raises:
        NoInvitationError: there is none, or not any more.
    """
    row = await connection.fetchrow(
        f"{MEMBER} WHERE token_hash = $1 AND expires_at > $2 FOR UPDATE", *(token_hash(token), now)
    )
    if row is None:
        raise NoInvitationError
    was = member_of(row)
    member = await move(connection, was, Event.JOIN, Change(joined_at=was.joined_at or now))
    await drop_deadline(connection, INVITATION, member.subject)
    await _revoke_all(connection, member, now)
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
        TooWideError: either role is wider than what whoever asks may do, or their key ends or has networks of its own.
    """
    actor = await still(connection, member.account_id, actor)
    insist_unfenced(actor.fence)
    insist_within({*ROLE_SCOPES[role], *ROLE_SCOPES[member.role]}, actor.scopes)
    if role is not Role.OWNER:
        await _insist_on_an_owner(connection, member, now)
    moved = await move(connection, member, Event.CHANGE, Change(role=role))
    await _end_invitation(connection, moved)
    await _end_invitations_by(connection, moved, actor, now)
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
    actor = await still(connection, member.account_id, actor)
    insist_within(ROLE_SCOPES[member.role], actor.scopes)
    return await _end(connection, member, Event.REMOVE, actor, now)


async def leave(connection: asyncpg.Connection, member: Member, actor: Actor, now: datetime) -> Member:
    """Somebody goes by themselves.

    Raises:
        TeamError: they are the last owner.
    """
    return await _end(connection, member, Event.LEAVE, actor, now)


async def _end(connection: asyncpg.Connection, member: Member, event: Event, actor: Actor, now: datetime) -> Member:
    await _insist_on_an_owner(connection, member, now)
    moved = await _gone(connection, member, event, actor, now)
    await _end_invitations_by(connection, moved, actor, now)
    return moved


async def _gone(connection: asyncpg.Connection, member: Member, event: Event, actor: Actor, now: datetime) -> Member:
    moved = await move(connection, member, event, Change(ended_at=now))
    await _end_invitation(connection, moved)
    await _revoke_all(connection, moved, now)
    await set_deadline(connection, NewDeadline(EMPTY, member.subject, member.account_id, now + EMPTIED_AFTER))
    await _keep(connection, moved, moved.state.value, actor, now)
    return moved


async def _end_invitation(connection: asyncpg.Connection, member: Member) -> None:
    """What was mailed to somebody is worth nothing; a change of state took the token."""
    await drop_letters(connection, LetterKind.TEAM_INVITATION, member.member_id)
    await drop_deadline(connection, INVITATION, member.subject)


async def _end_invitations_by(connection: asyncpg.Connection, member: Member, actor: Actor, now: datetime) -> None:
    """Whoever somebody invited and who has not joined does not come in, but for what that somebody may still do."""
    rows = await connection.fetch(
        f"{MEMBER} WHERE account_id = $1 AND invited_by = $2 AND state = 'invited' ORDER BY member_id FOR UPDATE",
        *(member.account_id, member.member_id),
    )
    own = () if member.state in ENDED else ROLE_SCOPES[member.role]
    for one in map(member_of, rows):
        if "team" not in own or not set(ROLE_SCOPES[one.role]) <= set(own):
            await _gone(connection, one, Event.REMOVE, actor, now)


async def _revoke_all(connection: asyncpg.Connection, member: Member, now: datetime) -> None:
    await connection.execute(
        "UPDATE api_keys SET revoked_at = $3 WHERE account_id = $1 AND member_id = $2 AND revoked_at IS NULL",
        *(member.account_id, member.member_id, now),
    )


async def _insist_on_an_owner(connection: asyncpg.Connection, leaving: Member, now: datetime) -> None:
    """An owner stays, and one who has a key: of two who go at a time, the second sees that the first went."""
    if leaving.role is not Role.OWNER or leaving.state is not State.ACTIVE:
        return
    await lock_team(connection, leaving.account_id)
    rows = await connection.fetch(load("team_owners"), leaving.account_id, now)
    insist_on_an_owner([row["member_id"] for row in rows], leaving.member_id)
    insist_on_an_owner([row["member_id"] for row in rows if row["has_key"]], leaving.member_id)


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
