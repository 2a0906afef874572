"""Owns the desk's calls about people's decisions on texts, for training; must not know what is learned from them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final

import asyncpg
import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, FromQuery

from comity.base.ids import to_wire
from comity.content.scores import CATEGORIES
from comity.edges.postgres import label_store
from comity.edges.postgres.operator_store import NotThereError
from comity.edges.rest_http.desk_words import message_id, shaped
from comity.edges.rest_http.paging import Page, cursor_of, place_of, size_of
from comity.edges.rest_http.problems import NOT_FOUND, UNREADABLE, ProblemError
from comity.edges.rest_http.repeated import once
from comity.edges.rest_http.services import AnyRequest, Work, read_json
from comity.edges.rest_http.shown import BODY_ANSWERS, ENTRY_ANSWERS, spec
from comity.edges.rest_http.staff import Staff

_MOST_BODY: Final = 8 * 1024
_TAGS: Final = ["Desk"]


class NewLabel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What you decide about a message's text.

    Attributes:
        category: phishing, fraud, solicitation, spam, obscene, harassment, threat or hate.
        label: whether the text is of that category, whatever it scored.
        note: why, for colleagues.
    """

    category: Annotated[str, msgspec.Meta(min_length=1, max_length=50)]
    label: bool
    note: Annotated[str, msgspec.Meta(max_length=1_000)] = ""


class LabelKept(msgspec.Struct, frozen=True):
    """A decision that was kept.

    Attributes:
        message: the message's id.
        category: what was decided about.
        label: whether the text is of that category.
    """

    message: str
    category: str
    label: bool


class LabelLine(LabelKept, frozen=True):
    """A decision in force, without the text.

    Attributes:
        account: whose message it is.
        person: who decided.
        note: why.
        at: when.
    """

    account: str
    person: str
    note: str
    at: datetime


@get(
    "/api/desk/labels",
    tags=_TAGS,
    summary="What people decided about texts",
    response_description="A page of decisions in force, the newest first.",
    responses={**ENTRY_ANSWERS, 400: spec("limit or cursor cannot be one.")},
)
async def list_labels(
    services: Work, staffer: Staff, cursor: FromQuery[str | None] = None, limit: FromQuery[int | None] = None
) -> Page[LabelLine]:
    """Without texts, which `comity labels export` writes for training; not of texts that were erased since."""
    del staffer
    most, before = size_of(limit), place_of(cursor, int)
    async with services.road.connection() as connection:
        rows = await label_store.label_page(connection, before, most + 1)
    following = cursor_of(rows[most - 1]["label_id"]) if len(rows) > most else None
    return Page([_line(row) for row in rows[:most]], following)


@post(
    "/api/desk/messages/{id_:str}/labels",
    opt={"body": (NewLabel,)},
    status_code=200,
    tags=_TAGS,
    summary="Say whether a text is of a category",
    response_description="The decision that was kept.",
    responses={
        **BODY_ANSWERS,
        **ENTRY_ANSWERS,
        404: spec("There is no such message."),
        409: spec("Its text is erased or sealed."),
    },
)
async def add_label(request: AnyRequest, services: Work, staffer: Staff, id_: FromPath[str]) -> Response[LabelKept]:
    """Models learn from it. A later decision on the same counts instead; both are kept, with your name."""
    body = await read_json(request, _MOST_BODY)
    asked: NewLabel = shaped(body, NewLabel)
    if asked.category not in CATEGORIES:
        raise ProblemError(UNREADABLE, "There is no such category.", f"Use one of {', '.join(CATEGORIES)}.")
    wanted = message_id(id_)

    async def work(connection: asyncpg.Connection) -> LabelKept:
        said = (staffer.person, asked.note.strip())
        try:
            await label_store.decide_on(connection, wanted, (asked.category, asked.label), said)
        except NotThereError as error:
            raise ProblemError(NOT_FOUND, error.what, error.remedy) from None
        return LabelKept(to_wire(wanted), asked.category, asked.label)

    return await once(request, services, staffer.holder, body, work)


CALLS: Final[tuple[Any, ...]] = (list_labels, add_label)


def _line(row: dict[str, Any]) -> LabelLine:
    same = {name: row[name] for name in ("category", "label", "account", "person", "note", "at")}
    return LabelLine(message=to_wire(row["message_id"]), **same)
