"""Owns the desk's calls about the evidence log: checkpoints, checks of all accounts, exports; must not know chains."""

from __future__ import annotations

import asyncio
import io
import zipfile
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import asyncpg
from litestar import Response, get, post
from litestar.params import FromPath, FromQuery

from comity.cases.life import Role
from comity.edges.postgres.evidence_checking import accounts_with_chains, verify_account, verify_checkpoints
from comity.edges.postgres.evidence_checkpoints import has_checkpoint, list_checkpoints, take_checkpoint
from comity.edges.postgres.evidence_export import export_files
from comity.edges.postgres.evidence_keys import matching_master
from comity.edges.postgres.evidence_minutes import prove_verdict
from comity.edges.postgres.evidence_reading import read
from comity.edges.postgres.evidence_store import append
from comity.edges.rest_http.desk_named import found_account
from comity.edges.rest_http.desk_shapes import NoWords
from comity.edges.rest_http.desk_upkeep_shapes import (
    CheckpointLine,
    CheckpointTaken,
    EvidenceChecked,
    EvidenceLine,
    ExportReason,
    KeptNote,
    NoteCompared,
    ProofStep,
    VerdictProof,
)
from comity.edges.rest_http.desk_words import message_id, shaped
from comity.edges.rest_http.paging import Page, cursor_of, place_of, size_of
from comity.edges.rest_http.problems import CONFLICT, LATER, NOT_FOUND, ProblemError
from comity.edges.rest_http.repeated import once
from comity.edges.rest_http.services import AnyRequest, Work, read_json
from comity.edges.rest_http.shown import BODY_ANSWERS, ENTRY_ANSWERS, spec
from comity.edges.rest_http.staff import Staff
from comity.evidence.canonical import written_instant
from comity.evidence.checkpoint import public_pem
from comity.evidence.tree import leaf_hash, proven_root
from comity.journey.slices import Slices

_MOST_BODY: Final = 16 * 1024
_MOST_EXPORTED: Final = 64 * 1024 * 1024
"""Octets before they are packed: the packet is made in memory, so that no payload lies on a disk in the clear."""
_TAGS: Final = ["Desk: evidence"]
_LIST: Final = {**ENTRY_ANSWERS, 400: spec("limit or cursor cannot be one.")}
_NO_ACCOUNT: Final = {404: spec("There is no such account.")}
_CHECKED: Final = ("entries", "opened", "erased", "verdicts")
EXPORT: Final = "export"
"""The kind of the entry that says who wrote an account's evidence out."""


@get(
    "/api/desk/evidence/checkpoints",
    tags=_TAGS,
    summary="Signed checkpoints of the evidence log",
    response_description="A page of checkpoints, the newest first.",
    responses=_LIST,
)
async def list_evidence_checkpoints(
    services: Work, staffer: Staff, cursor: FromQuery[str | None] = None, limit: FromQuery[int | None] = None
) -> Page[CheckpointLine]:
    """What was signed, and how. It tells how many accounts have a log, and nothing of any: let others keep it."""
    del staffer
    most, before = size_of(limit), place_of(cursor, int)
    async with services.road.connection() as connection:
        rows = await list_checkpoints(connection, before, most + 1)
    following = cursor_of(rows[most - 1]["number"]) if len(rows) > most else None
    return Page([CheckpointLine(*_signed(row)) for row in rows[:most]], following)


@post(
    "/api/desk/evidence/checkpoints",
    opt={"role": Role.SENIOR, "body": (NoWords,)},
    status_code=200,
    tags=_TAGS,
    summary="Sign a checkpoint now",
    response_description="The newest checkpoint, and the public key.",
    responses={**BODY_ANSWERS, **ENTRY_ANSWERS, 409: spec("There is no entry yet that could be signed.")},
)
async def take_evidence_checkpoint(request: AnyRequest, services: Work, staffer: Staff) -> Response[CheckpointTaken]:
    """Where all chains end now; the newest one where nothing is new. One is signed each hour without being asked for.

    Keep it where nobody who can write in the database can: POST /api/desk/evidence/checkpoints/compare compares.
    """
    body = await read_json(request, _MOST_BODY)
    shaped(body, NoWords)

    async def work(connection: asyncpg.Connection) -> CheckpointTaken:
        master = await matching_master(connection, services.folder)
        if master is None:
            raise ProblemError(LATER, "This node has not the key of the evidence log.", "Ask the node that has it.")
        taken = await take_checkpoint(connection, master, services.clock.now())
        rows = await list_checkpoints(connection, None, 1)
        if not rows:
            raise ProblemError(CONFLICT, "There is no entry yet that a checkpoint could sign.", "Ask again later.")
        pem = public_pem(master.public[1]).decode()
        return CheckpointTaken(*_signed(rows[0]), taken is not None, pem)

    return await once(request, services, staffer.holder, body, work)


@post(
    "/api/desk/evidence/checkpoints/compare",
    opt={"body": (KeptNote,)},
    status_code=200,
    tags=_TAGS,
    summary="Compare a checkpoint that was kept elsewhere",
    response_description="Whether it is among those here.",
    responses={**BODY_ANSWERS, **ENTRY_ANSWERS},
)
async def compare_checkpoint(request: AnyRequest, services: Work, staffer: Staff) -> NoteCompared:
    """A note that is signed, and not among those here, shows that the log was written anew. It changes nothing."""
    del staffer
    kept: KeptNote = shaped(await read_json(request, _MOST_BODY), KeptNote)
    async with services.road.connection() as connection:
        return NoteCompared(await has_checkpoint(connection, kept.note.encode()))


@get(
    "/api/desk/evidence/check",
    opt={"role": Role.SENIOR},
    tags=_TAGS,
    summary="Check the evidence of all accounts, some at a time",
    response_description="What was found of these accounts, and of all checkpoints.",
    responses=_LIST,
)
async def check_all_evidence(
    services: Work, staffer: Staff, cursor: FromQuery[str | None] = None, limit: FromQuery[int | None] = None
) -> EvidenceChecked:
    """Chains from their beginning, payloads, trees of verdicts, signatures. Go on with `next` until it is null.

    It takes its time, so each person has one under way. `comity evidence verify` does all at once.
    """
    most, after = size_of(limit), place_of(cursor, int) or 0
    async with services.heavy.turn(staffer.holder), services.road.connection() as connection:
        master = await matching_master(connection, services.folder)
        signed = await verify_checkpoints(connection)
        every = sorted(set(await accounts_with_chains(connection)) | set(signed.hashes))
        chosen = [number for number in every if number > after][: most + 1]
        checked = [await verify_account(connection, one, master, signed.hashes.get(one)) for one in chosen[:most]]
    wrong = [] if signed.flaw is None else [f"Checkpoint {signed.flaw.number} {signed.flaw.what}."]
    wrong += [
        f"Account {one.account_id}: entry {one.flaw.sequence} {one.flaw.what}."
        for one in checked
        if one.flaw is not None
    ]
    return EvidenceChecked(
        holds=not wrong,
        wrong=wrong,
        accounts=len(checked),
        **{name: sum(getattr(one, name) for one in checked) for name in _CHECKED},
        checkpoints=signed.count,
        payloads_looked_into=master is not None,
        next=cursor_of(chosen[most - 1]) if len(chosen) > most else None,
    )


@get(
    "/api/desk/accounts/{id_:str}/evidence",
    opt={"role": Role.SENIOR},
    tags=_TAGS,
    summary="An account's evidence log, without payloads",
    response_description="A page of entries, the oldest first.",
    responses={**_LIST, **_NO_ACCOUNT},
)
async def list_desk_evidence(
    services: Work,
    staffer: Staff,
    id_: FromPath[str],
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
) -> Page[EvidenceLine]:
    """What is kept as evidence of it, and how each entry follows the one before. Payloads come with an export."""
    del staffer
    most, after = size_of(limit), place_of(cursor, int) or 0
    async with services.road.connection() as connection:
        account_id, _ = await found_account(connection, id_)
        master = await matching_master(connection, services.folder)
        rows = await read(connection, account_id, master, after=after, most=most + 1)
    following = cursor_of(rows[most - 1].entry.sequence) if len(rows) > most else None
    lines = [
        EvidenceLine(
            one.entry.sequence,
            one.entry.kind,
            written_instant(one.entry.at),
            one.payload.value,
            one.entry.commitment.hex(),
            one.entry.previous.hex(),
            one.entry.hash.hex(),
        )
        for one in rows[:most]
    ]
    return Page(lines, following)


@post(
    "/api/desk/accounts/{id_:str}/evidence/export",
    opt={"role": Role.SENIOR, "body": (ExportReason,)},
    status_code=200,
    media_type="application/zip",
    tags=_TAGS,
    summary="Write an account's evidence out, for a court",
    response_description="A ZIP: entries, chain, payloads, checkpoints, the public key, and how to check all of it.",
    responses={**BODY_ANSWERS, **ENTRY_ANSWERS, **_NO_ACCOUNT, 409: spec("It is too large for an answer.")},
)
async def export_evidence(request: AnyRequest, services: Work, staffer: Staff, id_: FromPath[str]) -> Response[bytes]:
    """Payloads are in the clear, as far as they are not erased: treat it as what it holds.

    That you asked for it, and why, is an entry of the same log, each time: an Idempotency-Key changes nothing here.
    Up to 64 MB; `comity evidence export` writes what is larger.
    """
    asked: ExportReason = shaped(await read_json(request, _MOST_BODY), ExportReason)
    async with services.heavy.turn(staffer.holder), services.road.connection() as connection:
        account_id, _ = await found_account(connection, id_)
        master = await matching_master(connection, services.folder)
        async with connection.transaction():
            said = {"by": staffer.person, "why": asked.why.strip()}
            await append(connection, account_id, EXPORT, said, services.clock.now())
        packed = await _packed(export_files(connection, [account_id], master))
    if packed is None:
        raise ProblemError(CONFLICT, "It is larger than 64 MB.", "Use `comity evidence export` on the machine.")
    headers = {"content-disposition": f'attachment; filename="evidence-{account_id}.zip"'}
    return Response(packed, media_type="application/zip", headers=headers)


@get(
    "/api/desk/messages/{id_:str}/proof",
    opt={"role": Role.SENIOR},
    tags=_TAGS,
    summary="Prove that a verdict stands in the evidence log",
    response_description="The steps from the verdict to the root that an entry holds.",
    responses={**ENTRY_ANSWERS, 404: spec("No tree holds a verdict on such a message, or not yet.")},
)
async def prove_a_verdict(services: Work, staffer: Staff, id_: FromPath[str]) -> VerdictProof:
    """And that it has not changed since. A minute's tree is closed six minutes later."""
    del staffer
    wanted = message_id(id_)
    async with services.road.connection() as connection:
        proof = await prove_verdict(connection, wanted)
        if proof is not None:
            name = await connection.fetchval("SELECT name FROM accounts WHERE account_id = $1", proof.account_id)
    if proof is None:
        raise ProblemError(NOT_FOUND, "No tree holds a verdict on this message.", "Ask again six minutes after it.")
    unchanged = proof.leaf_text is None or leaf_hash(proof.leaf_text) == proof.leaf
    return VerdictProof(
        account=name,
        minute=proof.minute,
        entry=proof.sequence,
        place=proof.place,
        leaf=proof.leaf.hex(),
        steps=[ProofStep("left" if step.left else "right", step.hash.hex()) for step in proof.steps],
        root=proof.root.hex(),
        holds=unchanged and proven_root(proof.leaf, proof.steps) == proof.root,
        kept=proof.leaf_text is not None,
    )


CALLS: Final[tuple[Any, ...]] = (
    list_evidence_checkpoints,
    take_evidence_checkpoint,
    compare_checkpoint,
    check_all_evidence,
    list_desk_evidence,
    export_evidence,
    prove_a_verdict,
)


def _signed(row: asyncpg.Record) -> tuple[int, datetime, str, str]:
    return row["number"], row["at"], row["note"].decode(), row["signature"].hex()


async def _packed(files: AsyncIterator[tuple[str, bytes]]) -> bytes | None:
    """Files as a ZIP; None where they are too many octets. One that comes in pieces is put together."""
    octets, gathered, slices = 0, dict[str, list[bytes]](), Slices()
    async for name, content in files:
        octets += len(content)
        if octets > _MOST_EXPORTED:
            return None
        gathered.setdefault(name, []).append(content)
        await slices.breathe()
    return await asyncio.to_thread(_zipped, gathered)


def _zipped(files: Mapping[str, Sequence[bytes]]) -> bytes:
    """Seconds for an export as large as may be: off the event loop, which sends meanwhile."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, pieces in files.items():
            archive.writestr(name, b"".join(pieces))
    return packed.getvalue()
