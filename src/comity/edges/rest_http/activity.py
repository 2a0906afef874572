"""Owns the call that shows an account what was done in its name, and by whom; must not know what any of it means."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import msgspec
from litestar import get
from litestar.params import FromQuery

from comity.base.ids import from_wire, to_wire
from comity.edges.postgres import team_activity
from comity.edges.postgres.team_activity import Wanted
from comity.edges.rest_http.paging import Page, cursor_of, place_of, size_of
from comity.edges.rest_http.services import Caller, Work
from comity.edges.rest_http.shown import ENTRY_ANSWERS, spec

_LONGEST: Final = 100


class ActivityEntry(msgspec.Struct, frozen=True):
    """Something that was done in the account's name.

    Attributes:
        at: when.
        operation: what, by the name of the call in this document (`operationId`).
        subject: the ids that the call named, if any.
        by: person, key (a program's), or operator.
        client_id: the key that was used; "" for the operator.
        person: the id of the person whose own key it was; null for none.
        name: their name; "" for none, or once it was forgotten.
        network: whence, without what tells one machine; "" where that is not known.
    """

    at: datetime
    operation: str
    subject: str
    by: str
    client_id: str
    person: str | None
    name: str
    network: str


@get(
    "/api/activity",
    tags=["People and keys"],
    summary="What was done in your name",
    response_description="A page of entries, the newest first.",
    responses={**ENTRY_ANSWERS, 400: spec("limit or cursor cannot be one.")},
)
async def list_account_activity(
    services: Work,
    account: Caller,
    operation: FromQuery[str] = "",
    by: FromQuery[str] = "",
    limit: FromQuery[int | None] = None,
    cursor: FromQuery[str | None] = None,
) -> Page[ActivityEntry]:
    """Each call of this door that changed something, with the key, the person and the masked network, for two years.

    So are webhooks and opt-outs that were made or taken back at /v1 (`v1_create_webhook`, `v1_delete_webhook`,
    `v1_add_opt_out`, `v1_remove_opt_out`). Messages that were sent are not: each names its own. With `operation` (a
    call by its `operationId`) or `by` (a person's id, or a key's client id) only those.
    """
    most, before = size_of(limit), place_of(cursor, int)
    wanted = _wanted(operation, by)
    async with services.tenants.account(account.account_id) as connection:
        rows = await team_activity.list_activity(connection, account.account_id, wanted, before, most + 1)
    more = cursor_of(rows[most - 1]["number"]) if len(rows) > most else None
    return Page([_entry(row) for row in rows[:most]], more)


def _wanted(operation: str, by: str) -> Wanted:
    """What no entry can hold finds none; PostgreSQL takes no NUL."""
    person = from_wire(by)
    operation, by = (one.replace("\0", " ")[:_LONGEST] for one in (operation, by))
    return Wanted(operation, "" if person else by, person)


def _entry(row: dict[str, Any]) -> ActivityEntry:
    by = "person" if row["person"] else "key" if row["client_id"] else "operator"
    return ActivityEntry(
        at=row["at"],
        operation=row["operation"],
        subject=row["subject"],
        by=by,
        client_id=row["client_id"],
        person=to_wire(row["person"]) if row["person"] else None,
        name=row["name"],
        network=row["network"],
    )


CALLS: Final[tuple[Any, ...]] = (list_account_activity,)
