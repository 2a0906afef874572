"""Owns `GET /api/messages/{id}/verdict`: the decision on one of the caller's own messages; must not judge anything."""

from __future__ import annotations

from litestar import get
from litestar.params import FromPath

from comity.base.ids import from_wire
from comity.edges.postgres.artefact_store import find_stored
from comity.edges.postgres.state_store import find_state
from comity.edges.rest_http.models import DecisionReceipt
from comity.edges.rest_http.problems import NOT_FOUND, ProblemError
from comity.edges.rest_http.services import Caller, Work
from comity.edges.rest_http.shown import ENTRY_ANSWERS, receipt, spec
from comity.policy.document import Mode


@get(
    "/api/messages/{id_:str}/verdict",
    tags=["Messages"],
    summary="How one of your messages was judged",
    response_description="The decision receipt.",
    responses={**ENTRY_ANSWERS, 404: spec("You have no such message, or it is no longer kept.")},
)
async def show_verdict(services: Work, account: Caller, id_: FromPath[str]) -> DecisionReceipt:
    """The decision receipt: findings with evidence and remedies, the exact policy and engine, your own facts."""
    message_id = from_wire(id_)
    if message_id is None:
        raise ProblemError(NOT_FOUND, "This is no id of a message.", "An id has 31 lower-case letters and digits.")
    async with services.tenants.account(account.account_id) as connection:
        stored = await find_stored(connection, message_id, account.account_id)
        state = await find_state(connection, message_id, account.account_id)
    if stored is None or state is None:
        raise ProblemError(NOT_FOUND, "You have no message of this id.", "Give the id that sending answered with.")
    rules = services.readings().policy.policy.document.rules
    return receipt(stored, state, frozenset(rule for rule, setting in rules.items() if setting.mode is Mode.MONITOR))
