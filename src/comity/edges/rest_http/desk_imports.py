"""Owns the desk's calls about imported lists of opt-ins: listed, released, dropped; must not know what looks bought."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

import asyncpg
from litestar import Response, get, post
from litestar.params import FromPath, FromQuery, QueryParameter

from comity.cases.life import Event
from comity.consent.life import COUNTING, ImportEvent, ImportState
from comity.edges.postgres import desk_store
from comity.edges.postgres.case_decisions import Decision, decide
from comity.edges.postgres.consent_imports import decide_import
from comity.edges.rest_http.desk_named import found_account, number_named
from comity.edges.rest_http.desk_shapes import ImportLine, ImportReason
from comity.edges.rest_http.desk_words import as_problems, shaped
from comity.edges.rest_http.paging import Page, cursor_of, place_of, size_of
from comity.edges.rest_http.problems import NOT_FOUND, ProblemError
from comity.edges.rest_http.repeated import once
from comity.edges.rest_http.services import AnyRequest, Work, read_json
from comity.edges.rest_http.shown import BODY_ANSWERS, ENTRY_ANSWERS, spec
from comity.edges.rest_http.staff import Staff, Staffer

_MOST_BODY: Final = 16 * 1024
_TAGS: Final = ["Desk: imports"]
_LIST: Final = "/api/desk/imports"
_DEEDS: Final = {"release": (Event.OVERTURN, ImportEvent.RELEASE), "drop": (Event.CONFIRM, ImportEvent.DROP)}
"""What is decided about the case that a held import waits in, and about one that waits in none."""
Deed = Literal["release", "drop"]


@get(
    _LIST,
    tags=_TAGS,
    summary="Imported lists of opt-ins",
    response_description="A page of imports, the newest first.",
    responses={
        **ENTRY_ANSWERS,
        400: spec("limit or cursor cannot be one."),
        404: spec("There is no such account."),
    },
)
async def list_desk_imports(
    services: Work,
    staffer: Staff,
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
    of: Annotated[str, QueryParameter(name="account")] = "",
    only_held: FromQuery[bool] = True,
) -> Page[ImportLine]:
    """Those that are held; with `only_held=false`, all. With what was found of their lists."""
    del staffer
    most, before = size_of(limit), place_of(cursor, int)
    state = ImportState.HELD.value if only_held else ""
    async with services.road.connection() as connection:
        account_id = (await found_account(connection, of))[0] if of else None
        rows = await desk_store.imports(connection, account_id, state, (before, most + 1))
    more = cursor_of(rows[most - 1]["import_id"]) if len(rows) > most else None
    return Page([_line(row) for row in rows[:most]], more)


def _call(deed: Deed, summary: str, says: str) -> Any:  # noqa: ANN401  a handler
    """A call that decides about a held import."""

    async def settle(request: AnyRequest, services: Work, staffer: Staff, id_: FromPath[str]) -> Response[ImportLine]:
        body = await read_json(request, _MOST_BODY)
        asked: ImportReason = shaped(body, ImportReason)
        number = number_named(id_, _LIST)

        async def work(connection: asyncpg.Connection) -> ImportLine:
            now = services.clock.now()
            case = await desk_store.import_case(connection, number)
            if case is None:
                # Never opened, or decided already: what is not held says so itself.
                state = await decide_import(connection, number, _DEEDS[deed][1], staffer.person, now)
                if state is None:
                    raise ProblemError(NOT_FOUND, "There is no such import.", f"See GET {_LIST}.")
            else:
                with as_problems():
                    await decide(connection, case, _decision(deed, staffer, asked.why), now)
            (row,) = await desk_store.imports(connection, None, "", (None, 1), number)
            return _line(row)

        return await once(request, services, staffer.holder, body, work)

    settle.__name__ = settle.__qualname__ = f"{deed}_import"
    settle.__doc__ = says
    return post(
        f"{_LIST}/{{id_:str}}/{deed}",
        opt={"body": (ImportReason,)},
        status_code=200,
        tags=_TAGS,
        summary=summary,
        response_description="The import.",
        responses={
            **BODY_ANSWERS,
            **ENTRY_ANSWERS,
            404: spec("There is no such import."),
            409: spec("It is not held."),
        },
    )(settle)


def _decision(deed: Deed, staffer: Staffer, why: str) -> Decision:
    return Decision(_DEEDS[deed][0], staffer.person, staffer.role, words=why.strip())


def _line(row: desk_store.Row) -> ImportLine:
    rest = {name: row[name] for name in row if name not in {"import_id", "reasons", "state"}}
    state = ImportState(row["state"])
    return ImportLine(
        number=row["import_id"], state=state.value, counts=state in COUNTING, signals=row["reasons"] or [], **rest
    )


CALLS: Final[tuple[Any, ...]] = (
    list_desk_imports,
    _call("release", "Let a list of opt-ins count", "Decides its case with your reason, which the account reads."),
    _call("drop", "Let a list of opt-ins never count", "Decides its case with your reason, which the account reads."),
)
