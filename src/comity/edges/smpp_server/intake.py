"""Owns the way of a submission from a PDU to its answer; must not know connections or SQL, or judge anything."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from uuid import UUID

from comity.base.clock import Clock
from comity.base.errors import ComityError
from comity.edges.postgres.esme_store import Esme, EsmeStore
from comity.edges.smpp_server.answers import TROUBLE, Reply, reply_to
from comity.edges.smpp_server.gate import Accounts
from comity.edges.smpp_server.parts import PartsLane
from comity.edges.smpp_server.reading import Refusal, read_request, text_of
from comity.journey.accept import Acceptor
from comity.messages.submission import Answered, Door, Submission
from comity.smpp.pdu import SubmitSm

# Receipts that depend on the outcome (registered_delivery 2 and 3) have to be remembered.
_ANY: Final = 1


class Intake:
    """Takes submissions.

    Args:
        acceptor: acceptance, the same for every door.
        accounts: where accounts are looked up, for each submission anew, so that a change counts within a second.
        parts: takes parts of long messages.
        store: keeps which receipts are wanted.
        clock: the present.
        report: called with errors of ours, for the log.
    """

    def __init__(
        self,
        acceptor: Acceptor,
        accounts: Accounts,
        parts: PartsLane,
        store: EsmeStore,
        clock: Clock,
        report: Callable[[BaseException], None],
    ) -> None:
        self._acceptor = acceptor
        self._accounts = accounts
        self._parts = parts
        self._store = store
        self._clock = clock
        self._report = report

    async def take(self, esme: Esme, pdu: SubmitSm, *, tlvs: bool) -> Reply:
        """What a submission is answered with, once it is on disk. Never raises."""
        try:
            return await self._take(esme, pdu, tlvs=tlvs)
        except Refusal as refusal:
            return Reply(refusal.status)
        except ComityError as error:
            self._report(error)
            return TROUBLE
        except Exception as error:  # noqa: BLE001  the customer gets an answer, the log the error
            self._report(error)
            return TROUBLE

    async def _take(self, esme: Esme, pdu: SubmitSm, *, tlvs: bool) -> Reply:
        account = await self._accounts.account(esme.account_id)
        if account is None:
            return TROUBLE
        if self._accounts.origins is not None:
            account = await self._accounts.origins.enter(account, esme.system_id, esme.address)
        request = read_request(pdu, self._clock.now())
        if request.part is not None:
            return await self._parts.take(account, esme.system_id, request, tlvs=tlvs)
        text = text_of(((request.payload, request.data_coding, request.tables),))
        draft = request.draft(text, receipt=request.wish > 0)
        outcome = await self._acceptor.accept(
            Submission(account=account, door=Door.SMPP, drafts=(draft,), system_id=esme.system_id)
        )
        if request.wish > _ANY and isinstance(outcome, Answered):
            await self._remember(account.account_id, outcome.messages[0].id, request.wish)
        return reply_to(outcome, with_tlv=tlvs)

    async def _remember(self, account_id: int, message_id: UUID, wish: int) -> None:
        try:
            await self._store.wish(account_id, message_id, wish)
        except ComityError as error:
            # The message is taken. To say otherwise would send it twice; this way there is a receipt too many at worst.
            self._report(error)
