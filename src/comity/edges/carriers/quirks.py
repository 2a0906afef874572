"""Owns how a message is put for one carrier: addresses, alphabet, long texts; must not know connections or stores.

Everything here is pure; what differs between carriers is in `LinkOptions`.
"""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from comity.edges.carriers.options import Charset, LinkOptions, LongText, Plus
from comity.senders.read import Sender, SenderKind, read_sender
from comity.smpp import tlv
from comity.smpp.layouts import SHORT_MESSAGE_LIMIT
from comity.smpp.pdu import SubmitSm
from comity.smpp.times import write_relative
from comity.sms.header import Concatenation, read_udh
from comity.sms.segment import Encoding, Part, Plan, plan, split
from comity.sms.septets import fill_bits, pack_septets

if TYPE_CHECKING:
    from datetime import datetime

    from comity.journey.handover import Claimed

_UDHI: Final = 0x40
_UCS2: Final = 8
_CONCATENATIONS: Final = frozenset({0x00, 0x08})
_PLUSES: Final = {Plus.NONE: "", Plus.PLUS: "+", Plus.ZEROS: "00"}
_NAME_TYPE: Final = (5, 0)  # alphanumeric, unknown plan
_NUMBER_TYPE: Final = (1, 1)  # international, E.164
_CODECS: Final = {Charset.LATIN1: "latin-1", Charset.ASCII: "ascii", Charset.UTF8: "utf-8"}


class MessageFields(msgspec.Struct, frozen=True, gc=False):
    """What every part of a message has in common.

    Attributes:
        to: the recipient, E.164 digits without a plus.
        sender: as the recipient is to see it, a number without its plus.
        kind: what the sender is made of.
        validity_s: how long the carrier may try, seconds; None for the option's or the carrier's default.
        receipt: whether a delivery receipt is wanted.
    """

    to: str
    sender: str
    kind: SenderKind
    validity_s: int | None = None
    receipt: bool = True


def fields_of(message: Claimed, now: datetime) -> MessageFields:
    """What the parts of a queued message have in common.

    A message that waited has that much less validity left.

    Args:
        message: as claimed; its sender without a plus.
        now: aware.
    """
    sender = _read_sender(message.sender)
    validity_s = message.validity_s
    if validity_s:
        validity_s = max(1, min(validity_s, int((message.expires_at - now).total_seconds())))
    return MessageFields(
        to=message.recipient.removeprefix("+"),
        sender=sender.shown if isinstance(sender, Sender) else message.sender,
        kind=sender.kind if isinstance(sender, Sender) else SenderKind.NAME,
        validity_s=validity_s,
    )


_read_sender = lru_cache(maxsize=4096)(read_sender)


def to_parts(text: str, reference: int, options: LinkOptions) -> list[Part]:
    """The parts of a text as this carrier wants them.

    With `long=payload` there is one, however long. A text that the carrier's charset
    cannot hold goes as UCS-2, even where GSM 7-bit could.

    Args:
        text: what to send.
        reference: the concatenation reference, any number from 0; cut to the bits there are.
        options: the carrier's.

    Raises:
        UnencodableText, TooManyPartsError: as `comity.sms.segment.plan` and `split` do.
    """
    planned = plan(
        text,
        tables=options.tables,
        transliterate=options.transliterate,
        wide_reference=options.wide_reference,
    )
    if planned.encoding is Encoding.GSM7 and not _holds(options.charset, planned.text):
        planned = Plan(planned.text, Encoding.UCS2, type(planned.tables)(), 0, 0, options.wide_reference)
    parts = split(planned, reference=reference & (0xFFFF if options.wide_reference else 0xFF))
    if options.long is LongText.PAYLOAD and len(parts) > 1:
        return [_joined(parts)]
    return parts


def to_submit_sm(fields: MessageFields, part: Part, options: LinkOptions) -> SubmitSm:
    """The submit_sm for one part.

    The octets are GSM 7-bit unpacked under data_coding 0 or UCS-2 under 8 unless options
    say otherwise. What short_message has no room for goes into message_payload.
    """
    header, tlvs = _without_concatenation(part.udh) if options.long is LongText.SAR else (part.udh, ())
    body = _body(part, len(header), options)
    octets = header + body.octets
    if len(octets) > SHORT_MESSAGE_LIMIT or options.long is LongText.PAYLOAD:
        tlvs, octets = (*tlvs, (tlv.MESSAGE_PAYLOAD, octets)), b""
    source_ton, source_npi = _source_type(fields.kind, options)
    validity_s = fields.validity_s if fields.validity_s is not None else options.validity_s
    return SubmitSm(
        source_addr=_PLUSES[options.source_plus] + fields.sender if fields.kind is SenderKind.NUMBER else fields.sender,
        destination_addr=_PLUSES[options.dest_plus] + fields.to,
        short_message=octets,
        esm_class=_UDHI if header else 0,
        data_coding=body.data_coding,
        registered_delivery=options.registered if fields.receipt else 0,
        tlvs=tlvs,
        source_addr_ton=source_ton,
        source_addr_npi=source_npi,
        dest_addr_ton=options.dest_ton,
        dest_addr_npi=options.dest_npi,
        service_type=options.service_type,
        validity_period=write_relative(timedelta(seconds=validity_s)) if validity_s else "",
    )


class _Body(NamedTuple):
    octets: bytes
    data_coding: int


def _holds(charset: Charset, text: str) -> bool:
    if charset is Charset.GSM7:
        return True
    try:
        text.encode(_CODECS[charset])
    except UnicodeEncodeError:
        return False
    return True


def _body(part: Part, header_octets: int, options: LinkOptions) -> _Body:
    if part.data_coding == _UCS2:
        return _Body(part.payload, options.ucs2_coding)
    if options.charset is not Charset.GSM7:
        if _holds(options.charset, part.text):
            return _Body(part.text.encode(_CODECS[options.charset]), options.gsm_coding)
        return _Body(part.text.encode("utf-16-be"), options.ucs2_coding)
    octets = pack_septets(part.payload, fill=fill_bits(header_octets)) if options.packed else part.payload
    return _Body(octets, options.gsm_coding)


def _source_type(kind: SenderKind, options: LinkOptions) -> tuple[int, int]:
    by_kind = {
        SenderKind.NAME: _NAME_TYPE,
        SenderKind.NUMBER: _NUMBER_TYPE,
        SenderKind.SHORT_CODE: (options.short_ton, options.short_npi),
    }
    ton, npi = by_kind[kind]
    return (
        options.source_ton if options.source_ton >= 0 else ton,
        options.source_npi if options.source_npi >= 0 else npi,
    )


def _without_concatenation(udh: bytes) -> tuple[bytes, tlv.Tlvs]:
    """The header without its concatenation element, and the `sar_*` parameters that say the same (5.3.2.22-24)."""
    if not udh:
        return b"", ()
    read = read_udh(udh + b"\0")  # a header alone is longer than its message, which the reader refuses
    kept = b"".join(bytes((name, len(value))) + value for name, value in read.elements if name not in _CONCATENATIONS)
    header = bytes((len(kept),)) + kept if kept else b""
    return header, _sar(read.concatenation) if read.concatenation else ()


def _sar(part: Concatenation) -> tlv.Tlvs:
    return (
        (tlv.SAR_MSG_REF_NUM, part.reference.to_bytes(2, "big")),
        (tlv.SAR_TOTAL_SEGMENTS, bytes((part.total,))),
        (tlv.SAR_SEGMENT_SEQNUM, bytes((part.sequence,))),
    )


def _joined(parts: list[Part]) -> Part:
    header, _ = _without_concatenation(parts[0].udh)
    return Part(
        header,
        b"".join(part.payload for part in parts),
        parts[0].data_coding,
        "".join(part.text for part in parts),
    )
