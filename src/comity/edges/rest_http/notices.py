"""Owns the calls about notices: listed, and opened, which is kept as proof; must not know what leaves or mails them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec
from litestar import get
from litestar.params import FromPath, FromQuery

from comity.base.ids import from_wire, to_wire
from comity.edges.postgres.notice_store import Notice, find_notice, list_notices, open_notice
from comity.edges.rest_http.paging import cursor_of, place_of, size_of
from comity.edges.rest_http.problems import NOT_FOUND, ProblemError
from comity.edges.rest_http.services import Caller, Work
from comity.edges.rest_http.shown import ENTRY_ANSWERS, spec

_LIST: Final = {**ENTRY_ANSWERS, 400: spec("The cursor is none of this list, or limit is out of bounds.")}


class OwnNotice(msgspec.Struct, frozen=True):
    """A word of the operator to your account.

    Attributes:
        id: its id.
        kind: what it is about, such as policy-change, standing, account-closed.
        at: when it was left.
        read_at: when your account first asked for it by its id; null while it has not.
        version: the version of the policy that it is about; empty for none.
        notice: what it says; its fields depend on its kind.
    """

    id: str
    kind: str
    at: datetime
    read_at: datetime | None
    version: str
    notice: dict[str, Any]


class NoticePage(msgspec.Struct, frozen=True):
    """A page of notices.

    Attributes:
        items: the newest first.
        next: the cursor of the next page; null on the last.
    """

    items: list[OwnNotice]
    next: str | None = None


@get(
    "/api/notices",
    opt={"scope": "read"},
    tags=["Notices"],
    summary="The operator's notices to your account",
    response_description="A page of notices, the newest first.",
    responses=_LIST,
)
async def list_own_notices(
    services: Work,
    account: Caller,
    limit: FromQuery[int | None] = None,
    cursor: FromQuery[str | None] = None,
    unread: FromQuery[bool] = False,
) -> NoticePage:
    """New policies, decisions about your account, payments; with `unread=true` those that you have not opened."""
    most, before = size_of(limit), place_of(cursor, int)
    async with services.tenants.account(account.account_id) as connection:
        rows = await list_notices(connection, account.account_id, before=before, most=most + 1, unread=unread)
    place = cursor_of(rows[most - 1].number) if len(rows) > most else None
    return NoticePage([_own(one) for one in rows[:most]], place)


@get(
    "/api/notices/{id_:str}",
    opt={"scope": "read"},
    tags=["Notices"],
    summary="One notice; asking for it marks it as read",
    response_description="The notice.",
    responses={**ENTRY_ANSWERS, 404: spec("You have no such notice.")},
)
async def show_own_notice(services: Work, account: Caller, id_: FromPath[str]) -> OwnNotice:
    """That your account read it, and when, is kept."""
    notice_id = _notice_id(id_)
    async with services.tenants.account(account.account_id) as connection:
        found = await find_notice(connection, account.account_id, notice_id) if notice_id else None
    if found is None:
        raise ProblemError(NOT_FOUND, "You have no notice of this id.", "See /api/notices.")
    if found.read_at is None:
        now = services.clock.now()
        async with services.road.connection() as connection:
            await open_notice(connection, account.account_id, found.notice_id, now)
        found = msgspec.structs.replace(found, read_at=now)
    return _own(found)


CALLS: Final[tuple[Any, ...]] = (list_own_notices, show_own_notice)


def _own(one: Notice) -> OwnNotice:
    return OwnNotice(to_wire(one.notice_id), one.kind, one.left_at, one.read_at, one.version, one.body)


def _notice_id(written: str) -> UUID | None:
    """The id as this door writes it, or as webhooks and mails do."""
    found = from_wire(written)
    if found is None and len(written) == len(str(UUID(int=0))):
        try:
            found = UUID(written)
        except ValueError:
            return None
    return found
