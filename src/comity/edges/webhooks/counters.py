"""Owns the figures of the webhook worker; must not know how they are shown."""

from __future__ import annotations

import msgspec


class Counters(msgspec.Struct):
    """What a worker has done since it started.

    Attributes:
        delivered: events acknowledged with 2xx.
        failed: tries that were not.
        retried: events put back for another try.
        dropped: events given up, their schedule over or their webhook disabled.
        outdated: failed delivery reports left out because a newer one of the same message was there.
        given_back: events given back untried, their endpoint being in trouble.
        fenced: outcomes that came after the claim had passed to another worker.
        disabled: webhooks disabled.
        refused: connections refused for their address.
        store_errors: turns that ended because the database could not be used.
        turns: turns made.
        in_hand: events claimed and not yet settled, now.
    """

    delivered: int = 0
    failed: int = 0
    retried: int = 0
    dropped: int = 0
    outdated: int = 0
    given_back: int = 0
    fenced: int = 0
    disabled: int = 0
    refused: int = 0
    store_errors: int = 0
    turns: int = 0
    in_hand: int = 0
