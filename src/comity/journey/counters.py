"""Owns the counts of what the road did since the process began; must not know who reads them."""

from __future__ import annotations

import msgspec


class Counters(msgspec.Struct):
    """Counts since the start; they only grow.

    Attributes:
        claimed: messages taken from the queue.
        parts: parts handed to links.
        submitted: messages that a carrier took whole.
        requeued: messages put back to be tried again.
        rejected: messages a carrier refused for good.
        expired: messages whose validity ended before a carrier took them.
        refunded: messages whose charge went back.
        resent_ambiguous: messages sent again though a carrier may have them: possible duplicates.
        parked: one-time codes not sent again for that reason.
        unheard: messages put back because the answer to their claim was lost.
        recovered: messages taken over from a dead dispatcher.
        fenced: messages another dispatcher had taken over when their result came.
        receipts_matched, receipts_unmatched, receipts_ignored: receipts by what they met; ignored are intermediate.
        inbound, inbound_unclaimed: messages from people, and those to a number nobody holds.
        opt_outs, opt_ins: replies that stopped or started an account's messages.
        confirmations: texts queued in answer to such replies.
        store_failures: batches that had to be tried again.
        writes: commits of results, receipts and inbound messages.
    """

    claimed: int = 0
    parts: int = 0
    submitted: int = 0
    requeued: int = 0
    rejected: int = 0
    expired: int = 0
    refunded: int = 0
    resent_ambiguous: int = 0
    parked: int = 0
    unheard: int = 0
    recovered: int = 0
    fenced: int = 0
    receipts_matched: int = 0
    receipts_unmatched: int = 0
    receipts_ignored: int = 0
    inbound: int = 0
    inbound_unclaimed: int = 0
    opt_outs: int = 0
    opt_ins: int = 0
    confirmations: int = 0
    store_failures: int = 0
    writes: int = 0
