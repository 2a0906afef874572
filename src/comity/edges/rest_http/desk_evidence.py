"""Owns the call that checks an account's evidence; must not know what entries prove, nor how a chain is made."""

from __future__ import annotations

from typing import Any, Final

from litestar import get
from litestar.params import FromPath

from comity.cases.life import Role
from comity.edges.postgres.evidence_checking import Checked, Signed, verify_account, verify_checkpoints
from comity.edges.postgres.evidence_keys import matching_master
from comity.edges.rest_http.desk_named import found_account
from comity.edges.rest_http.desk_shapes import ChainReport
from comity.edges.rest_http.services import Work
from comity.edges.rest_http.shown import ENTRY_ANSWERS, spec
from comity.edges.rest_http.staff import Staff


@get(
    "/api/desk/accounts/{id_:str}/evidence/check",
    opt={"role": Role.SENIOR},
    tags=["Desk: standing"],
    summary="Check an account's evidence",
    response_description="Whether it holds, and what does not.",
    responses={**ENTRY_ANSWERS, 404: spec("There is no such account.")},
)
async def check_evidence(services: Work, staffer: Staff, id_: FromPath[str]) -> ChainReport:
    """Its whole chain from the beginning, with payloads, trees of verdicts, and every signed checkpoint.

    It takes its time, so each person has one under way. `comity evidence verify` checks all accounts.
    """
    async with services.heavy.turn(staffer.holder), services.road.connection() as connection:
        account_id, name = await found_account(connection, id_)
        master = await matching_master(connection, services.folder)
        signed = await verify_checkpoints(connection)
        checked = await verify_account(connection, account_id, master, signed.hashes.get(account_id))
    wrong = _wrong(signed, checked)
    return ChainReport(
        account=name,
        holds=not wrong,
        wrong=wrong,
        entries=checked.entries,
        opened=checked.opened,
        erased=checked.erased,
        verdicts=checked.verdicts,
        checkpoints=signed.count,
        payloads_looked_into=master is not None,
    )


def _wrong(signed: Signed, checked: Checked) -> list[str]:
    wrong = [] if signed.flaw is None else [f"Checkpoint {signed.flaw.number} {signed.flaw.what}."]
    if checked.flaw is not None:
        wrong.append(f"Entry {checked.flaw.sequence} {checked.flaw.what}.")
    return wrong


CALLS: Final[tuple[Any, ...]] = (check_evidence,)
