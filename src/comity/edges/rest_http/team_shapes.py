"""Owns the shapes of the calls about people, keys and what was done; must not know how any of it is kept."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec

from comity.accounts.team import ROLE_SCOPES
from comity.base.ids import to_wire
from comity.edges.postgres.team_keys import Key
from comity.edges.postgres.team_members import Member

RoleName = Literal["owner", "developer", "sender", "compliance", "billing", "reader"]
ScopeName = Literal["read", "send", "consents", "cases", "billing", "subaccounts", "keys", "team"]
_Line = Annotated[str, msgspec.Meta(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]*$")]
_Email = Annotated[str, msgspec.Meta(min_length=3, max_length=254)]


class NewPersonBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A person to invite.

    Attributes:
        name: how you call them.
        email: where the invitation is mailed.
        role: owner (all), developer (reads, sends, consents, cases, keys), sender (reads, sends), compliance (reads,
            consents, cases), billing (reads, what is owed), or reader.
    """

    name: _Line
    email: _Email
    role: RoleName


class RoleBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Another role for a person.

    Attributes:
        role: which.
    """

    role: RoleName


class NothingBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Nothing is to be said."""


class AcceptBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The acceptance of an invitation.

    Attributes:
        token: what was mailed.
    """

    token: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class Person(msgspec.Struct, frozen=True):
    """A person of the account.

    Attributes:
        id: their id.
        name: their name; "" once it was forgotten, 30 days after they left.
        email: their address; the same.
        role: what they do for the account.
        scopes: what their keys may do.
        state: invited, active, expired (the invitation), left or removed.
        invited_at: when they were invited first.
        invited_until: how long the invitation can be accepted.
        joined_at: when they accepted it; null before.
        ended_at: when they left or were removed; null before.
    """

    id: str
    name: str
    email: str
    role: str
    scopes: tuple[str, ...]
    state: str
    invited_at: datetime
    invited_until: datetime
    joined_at: datetime | None
    ended_at: datetime | None


class RemovedPerson(Person, frozen=True):
    """A person who is gone.

    Attributes:
        knows_keys: client ids of programs' keys in force of which they were shown a secret that works, and of those
            that such keys made: give these new secrets.
    """

    knows_keys: tuple[str, ...] = ()


class ChangedPerson(Person, frozen=True):
    """A person who has another role.

    Attributes:
        knows_keys: client ids of programs' keys in force that may do what the role may not, whose secret they were
            shown: give those new secrets.
    """

    knows_keys: tuple[str, ...] = ()


class FirstKey(msgspec.Struct, frozen=True):
    """The key of a person who accepted an invitation.

    Attributes:
        account: the account's name.
        person: the person's id.
        role: what they do for the account.
        client_id: what the key is known by.
        client_secret: its secret, shown this once.
        scopes: what it may do.
    """

    account: str
    person: str
    role: str
    client_id: str
    client_secret: str
    scopes: tuple[str, ...]


class Myself(msgspec.Struct, frozen=True):
    """Who calls.

    Attributes:
        account: the account's name.
        client_id: the key that is used.
        key: how the key is called.
        scopes: what it may do.
        person: whose own key it is; null for a program's.
        role: what they do for the account; null for a program's key.
        expires_at: when the key ends by itself; null for never.
    """

    account: str
    client_id: str
    key: str
    scopes: tuple[str, ...]
    person: str | None
    role: str | None
    expires_at: datetime | None


class NewProgramKeyBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A key of a program to make.

    Attributes:
        name: how you call it: the program, or where it runs.
        scopes: what it may do; nothing that your own key may not.
        expires_at: when it ends by itself; when left out, or later, it ends with your own key.
        networks: from where it may be used, as 192.0.2.0/24, within what the account and your own key allow; when
            empty, from where your own key may.
    """

    name: _Line
    scopes: Annotated[tuple[ScopeName, ...], msgspec.Meta(min_length=1, max_length=8)]
    expires_at: Annotated[datetime, msgspec.Meta(tz=True)] | None = None
    networks: Annotated[
        tuple[Annotated[str, msgspec.Meta(min_length=1, max_length=50)], ...], msgspec.Meta(max_length=100)
    ] = ()


class RotateBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A new secret for a key.

    Attributes:
        overlap_hours: how long the secret before works too, from 0 to 168 hours.
    """

    overlap_hours: Annotated[int, msgspec.Meta(ge=0, le=168)] = 24


class AccountKey(msgspec.Struct, frozen=True):
    """A key of the account, without its secret.

    Attributes:
        client_id: what it is known by.
        name: how it is called; "" for one without a name.
        scopes: what it may do.
        person: the id of whose own it is; null for a program's.
        person_name: their name.
        made_by: the client id of the key that made it, or of another that gave it its secret, or operator; "" where
            that was not kept.
        made_at: when it was made.
        expires_at: when it ends by itself; null for never.
        revoked_at: since when it opens nothing; null while it does.
        in_force: whether it opens anything now.
        networks: from where it may be used, within what the account allows; empty for anywhere.
        former_until: until when the secret before works too; null where none does.
        last_used: the last day on which it let somebody in (UTC), written at most a minute later; null for none.
    """

    client_id: str
    name: str
    scopes: tuple[str, ...]
    person: str | None
    person_name: str
    made_by: str
    made_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    in_force: bool
    networks: tuple[str, ...]
    former_until: datetime | None
    last_used: str | None


class ProgramKey(msgspec.Struct, frozen=True):
    """A key that was made.

    Attributes:
        client_id: what it is known by.
        client_secret: its secret, shown this once.
        scopes: what it may do.
        expires_at: when it ends by itself, no later than your own key; null for never.
        networks: from where it may be used, within what the account allows; empty for anywhere.
    """

    client_id: str
    client_secret: str
    scopes: tuple[str, ...]
    expires_at: datetime | None
    networks: tuple[str, ...]


class NewSecret(msgspec.Struct, frozen=True):
    """A key's new secret.

    Attributes:
        client_id: what the key is known by; it stays.
        client_secret: its new secret, shown this once.
        former_until: until when the secret before works too.
    """

    client_id: str
    client_secret: str
    former_until: datetime


def person_shown(member: Member) -> Person:
    """A person as the account sees them."""
    return Person(**_person(member))


def removed_shown(member: Member, knows: list[str]) -> RemovedPerson:
    """A person who is gone."""
    return RemovedPerson(**_person(member), knows_keys=tuple(knows))


def changed_shown(member: Member, knows: list[str]) -> ChangedPerson:
    """A person who has another role."""
    return ChangedPerson(**_person(member), knows_keys=tuple(knows))


def key_shown(key: Key, now: datetime, today_by: str = "") -> AccountKey:
    """A key as the account sees it; the one that asks is in use today, whether that is written yet or not."""
    is_former = key.former_until is not None and key.former_until > now
    ended = key.revoked_at is not None or (key.expires_at is not None and key.expires_at <= now)
    return AccountKey(
        client_id=key.client_id,
        name=key.name,
        scopes=key.scopes,
        person=to_wire(key.person) if key.person else None,
        person_name=key.person_name,
        made_by=key.made_by,
        made_at=key.created_at,
        expires_at=key.expires_at,
        revoked_at=key.revoked_at,
        in_force=not ended,
        networks=key.networks,
        former_until=key.former_until if is_former and not ended else None,
        last_used=now.date().isoformat() if key.client_id == today_by else key.last_used,
    )


def _person(member: Member) -> dict[str, Any]:
    return {
        "id": to_wire(member.public_id),
        "name": member.name,
        "email": member.email,
        "role": member.role.value,
        "scopes": ROLE_SCOPES[member.role],
        "state": member.state.value,
        "invited_at": member.invited_at,
        "invited_until": member.expires_at,
        "joined_at": member.joined_at,
        "ended_at": member.ended_at,
    }
