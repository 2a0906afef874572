"""Owns the composition of what happens around messages: deeds that are due, and what is looked at now and then."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Final

from comity.app.compose.mail import mailing
from comity.app.compose.node import Node
from comity.app.metrics import Source
from comity.edges.postgres import (
    acceptance_deeds,
    challenge_deeds,
    challenge_steps,
    complaint_erasure,
    complaint_freezes,
    complaint_parking,
    consent_requests,
    disclosure_deeds,
    disclosure_orders,
    disclosure_release,
    disclosure_steps,
    disclosure_telling,
    erasure_store,
    proof_deeds,
    proof_steps,
    refund_store,
    report_number_deeds,
    report_number_store,
    standing_store,
    takedown_steps,
    takedown_store,
    team_activity,
    team_deeds,
    team_store,
)
from comity.edges.postgres.deadline_store import Deed, FailedDeedError, PostgresDeadlines
from comity.edges.postgres.evidence_upkeep import EvidenceUpkeep
from comity.edges.postgres.held import HeldConnections
from comity.edges.postgres.retention_upkeep import RetentionUpkeep
from comity.edges.postgres.standing_watch import PostgresEnforceStore
from comity.edges.postgres.vault_epochs import EpochUpkeep
from comity.edges.postgres.vault_files import keys_folder
from comity.journey.deadlines import Deadlines
from comity.journey.enforce import Enforcer

# What is done when a deadline of the kind is reached, in the transaction that removes the deadline.
DEEDS: Final[dict[str, Deed]] = {
    acceptance_deeds.REMINDER: acceptance_deeds.remind,
    acceptance_deeds.EFFECTIVE: acceptance_deeds.begin,
    challenge_deeds.FORGET: challenge_deeds.forget,
    challenge_deeds.TELL: challenge_deeds.tell,
    challenge_steps.DUE: challenge_deeds.reach_deadline,
    challenge_steps.SETTLE: challenge_deeds.settle,
    complaint_freezes.LAPSE: complaint_freezes.lapse,
    complaint_parking.AGAIN: complaint_freezes.look_again,
    complaint_erasure.DEADLINE: complaint_erasure.erase_closed,
    consent_requests.DEADLINE: consent_requests.expire_request,
    erasure_store.DEADLINE: erasure_store.erase_due,
    report_number_store.TEXT: report_number_deeds.read_texts,
    report_number_store.HALF: report_number_deeds.end_half,
    disclosure_steps.DUE: disclosure_deeds.reach_deadline,
    disclosure_steps.REMINDER: disclosure_deeds.remind,
    disclosure_telling.TELL: disclosure_deeds.tell_accounts,
    disclosure_release.EXPIRES: disclosure_release.expire,
    disclosure_orders.ENDS: disclosure_orders.lapse,
    refund_store.EXPIRY: refund_store.expire_lot,
    refund_store.REST: refund_store.pay_back_rest,
    proof_steps.DELIVERED: proof_deeds.note_delivery,
    proof_steps.UNSERVED: proof_deeds.give_up_telling,
    proof_steps.REMINDER: proof_deeds.remind,
    proof_steps.DUE: proof_deeds.reach_deadline,
    takedown_steps.ANSWERS: takedown_steps.end_answers,
    takedown_steps.DECISION: takedown_steps.follow,
    takedown_store.PROOF: takedown_steps.lapse,
    team_activity.OLD: team_activity.forget_old,
    team_store.INVITATION: team_deeds.end_invitation,
    team_store.EMPTY: team_deeds.empty,
    standing_store.TERM: standing_store.end_term,
    standing_store.STRIKE_ENDS: standing_store.end_strike,
}


@contextlib.asynccontextmanager
async def desk_role(node: Node) -> AsyncIterator[list[Source]]:
    """What has deadlines, and what is looked at now and then."""
    connections = HeldConnections(node.database, "comity-desk", most=3)
    # Of its own: one is held for as long as accounts are looked at.
    watching = HeldConnections(node.database, "comity-enforce", most=2)
    enforcer = Enforcer(PostgresEnforceStore(watching), node.clock)
    deadlines = Deadlines(PostgresDeadlines(node.database, connections), DEEDS, FailedDeedError)
    evidence = EvidenceUpkeep(connections, node.clock, node.settings.data_path)
    # Of their own too: both go through much.
    tidying = HeldConnections(node.database, "comity-retention", most=2)
    retention = RetentionUpkeep(tidying, node.clock)
    epochs = EpochUpkeep(tidying, node.clock, keys_folder(node.settings.data_path))
    running = [
        asyncio.create_task(retention.run(), name="retention"),
        asyncio.create_task(epochs.run(), name="epochs"),
        asyncio.create_task(deadlines.run(), name="deadlines"),
        asyncio.create_task(enforcer.run(), name="enforce"),
        asyncio.create_task(evidence.run(), name="evidence"),
    ]
    try:
        async with mailing(node) as sources:
            yield sources
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await connections.close()
        await watching.close()
        await tidying.close()
