"""Owns the call that shows an account its own evidence log; must not know what entries prove."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import Any, Final

import msgspec
from litestar import get
from litestar.params import FromQuery

from comity.edges.http_server.gate import Entry, EntryRefusedError
from comity.edges.postgres.evidence_keys import matching_master
from comity.edges.postgres.evidence_reading import Written, read
from comity.edges.rest_http.paging import cursor_of, place_of, size_of
from comity.edges.rest_http.services import AnyRequest, Caller, Services, Work, address_of, credentials
from comity.edges.rest_http.shown import ENTRY_ANSWERS, spec
from comity.evidence.canonical import written_instant
from comity.evidence.chain import salt_written

SHOWN: Final = frozenset(
    """
    acceptance access challenge consent erasure payout proof subaccount transfer verdicts withdrawal
    """.split()  # noqa: SIM905  words read and merge better without quotes
)
"""Kinds that an account sees. Others tell of the operator's own work, which a legal order may keep back for a while."""
NEEDED: Final = {
    "consent": "consents", "withdrawal": "consents", "proof": "consents", "payout": "billing",
    "transfer": "billing", "subaccount": "subaccounts", "challenge": "cases",
}  # fmt: skip
"""The scope that a key needs to see what is in entries of a kind."""
WITHHELD: Final = "withheld"


class EvidenceEntry(msgspec.Struct, frozen=True):
    """An entry of your evidence log.

    Attributes:
        sequence: Counted from 1 without gaps.
        kind: What it is evidence of; "" where it tells of the operator's own work.
        at: When it was written; null where it tells of the operator's own work.
        commitment: SHA-256 of the payload with its salt, in hexadecimal.
        previous: Hash of the entry before.
        hash: Hash of this entry, which the next one names.
        payload: "open", "erased", "sealed" (this server has not the key), "altered", or "withheld": it tells of the
            operator's own work, or your key lacks the scope for it. Its hashes are shown, so that the chain can be
            checked.
        salt: The salt of the commitment, in hexadecimal; "" where the payload is not open.
        body: The payload, where it is open.
    """

    sequence: int
    kind: str
    at: str | None
    commitment: str
    previous: str
    hash: str
    payload: str
    salt: str = ""
    body: dict[str, Any] | None = None


class EvidencePage(msgspec.Struct, frozen=True):
    """A page of your evidence log.

    Attributes:
        items: Entries by rising number.
        next: The cursor of the next page; null on the last.
    """

    items: list[EvidenceEntry]
    next: str | None = None


@get(
    "/api/evidence",
    tags=["Evidence"],
    summary="Your evidence log",
    response_description="A page of entries, the oldest first.",
    responses={**ENTRY_ANSWERS, 400: spec("The cursor is none of this list, or limit is out of bounds.")},
)
async def list_evidence(
    request: AnyRequest,
    services: Work,
    account: Caller,
    limit: FromQuery[int | None] = None,
    cursor: FromQuery[str | None] = None,
) -> EvidencePage:
    """What is kept as evidence of your consents, acceptances and verdicts, each entry chained to the one before.

    What is in consents, withdrawals and proofs is shown to keys with the scope `consents`, in payouts to keys with
    `billing`, in challenges to keys with `cases`. How an entry's hash and its commitment are made is told in the
    explanation of evidence.
    """
    most, after = size_of(limit), place_of(cursor, int) or 0
    scopes = {scope for scope in set(NEEDED.values()) if await _has(request, services, scope)}
    async with services.road.connection() as connection:
        master = await matching_master(connection, services.folder)
    async with services.tenants.account(account.account_id) as connection:
        rows = await read(connection, account.account_id, master, after=after, most=most + 1)
    following = cursor_of(rows[most - 1].entry.sequence) if len(rows) > most else None
    return EvidencePage([_shown(written, scopes) for written in rows[:most]], following)


async def _has(request: AnyRequest, services: Services, scope: str) -> bool:
    """Whether the key that calls has a scope."""
    try:
        await services.gate.enter(*credentials(request), address_of(request), scope)
    except EntryRefusedError as error:
        if error.why is not Entry.OUT_OF_SCOPE:
            raise
        return False
    return True


def _shown(written: Written, scopes: AbstractSet[str]) -> EvidenceEntry:
    entry = written.entry
    hashes = (entry.commitment.hex(), entry.previous.hex(), entry.hash.hex())
    if entry.kind not in SHOWN:
        return EvidenceEntry(entry.sequence, "", None, *hashes, WITHHELD)
    at = written_instant(entry.at)
    if NEEDED.get(entry.kind, "read") not in {"read", *scopes}:
        # Nor the salt, with which a number could be found by trying all.
        return EvidenceEntry(entry.sequence, entry.kind, at, *hashes, WITHHELD)
    salt = salt_written(written.octets).decode() if written.octets else ""
    return EvidenceEntry(entry.sequence, entry.kind, at, *hashes, written.payload.value, salt, written.body)


CALLS: Final[tuple[Any, ...]] = (list_evidence,)
