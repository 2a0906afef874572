"""Owns what can be set for a simulator; must not know how it is done."""

from __future__ import annotations

import msgspec

from comity.base.errors import SettingsError


class SimulatorOptions(msgspec.Struct, frozen=True, kw_only=True):
    """Settings of one simulator; addresses are HOST:PORT, and port 0 lets the system choose.

    Attributes:
        smpp: where it listens for SMPP.
        system_id, password: what a bind must show; empty for anything.
        control: where it listens for HTTP; None for nowhere.
        receipt_delay_ms: from the answer to the receipt.
        answer_delay_ms: from the submit_sm to its answer.
        rate: submits a second taken on one connection, ESME_RTHROTTLED above; 0 for no limit.
        window: receipts and messages under way to one connection.
        receipts: whether receipts are sent at all.
        magic: whether magic numbers have an effect.
        enquire_link: whether it ever asks a silent peer whether it lives.
        little_endian: inbound UCS-2 with swapped octets.
        byte_order_mark: inbound UCS-2 begins with a mark.
        haste: the spans of magic numbers are divided by it, so that tests need not wait.
    """

    smpp: str = "127.0.0.1:2775"
    system_id: str = ""
    password: str = ""
    control: str | None = None
    receipt_delay_ms: float = 100.0
    answer_delay_ms: float = 0.0
    rate: float = 0.0
    window: int = 200
    receipts: bool = True
    magic: bool = True
    enquire_link: bool = True
    little_endian: bool = False
    byte_order_mark: bool = False
    haste: float = 1.0


def host_and_port(written: str) -> tuple[str, int]:
    """HOST:PORT taken apart; an IPv6 host stands in brackets.

    Raises:
        SettingsError: it is not of that form.
    """
    host, colon, port = written.rpartition(":")
    if not colon or not host or not port.isdecimal() or int(port) > 65_535:  # noqa: PLR2004  the last port
        raise SettingsError("An address to listen on is wrong.", "Write HOST:PORT, such as 127.0.0.1:2775.")
    return host.removeprefix("[").removesuffix("]"), int(port)
