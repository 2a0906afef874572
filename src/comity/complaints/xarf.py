"""Owns XARF v4, the JSON of abuse reports (xarf.org/schemas/v4): read and written; must not know feeds or complaints.

XARF has no field for who received a text message. `recipient` (E.164) is read where a partner adds it, as the schema
allows, and is never written in what others get. A report of this gateway is one of `messaging/spam` over `sms`; what
it is about beyond that stands in a tag, such as `kind:phishing`.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

import msgspec

from comity.complaints.feed import (
    BadReportError,
    FedReport,
    read_instant,
    read_number,
    read_sender,
    read_text,
    read_words,
)

VERSION: Final = "4.0.0"
MOST_OCTETS: Final = 256 * 1024
MOST_EVIDENCE: Final = 50
_MOST_TAGS: Final = 20
_LONGEST_ORG: Final = 200
_LONGEST_FIELD: Final = 500
_TEXT: Final = "text/plain"
_CHARSETS: Final = {"utf-8", "us-ascii", "ascii"}
_VERSION: Final = re.compile(r"4\.[0-9]{1,4}\.[0-9]{1,4}")
_HASH: Final = re.compile(r"(md5|sha1|sha256|sha512):([a-fA-F0-9]{1,128})")
_TAG: Final = re.compile(r"[a-z0-9][a-z0-9_+-]{0,49}:[a-z0-9][a-z0-9_+.-]{0,99}")
_EMAIL: Final = re.compile(r"[^\s@]{1,64}@[^\s@]{1,190}")
_HOST: Final = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
# What of XARF a text message can be reported for, and the kind of complaint that it is.
KINDS: Final[dict[tuple[str, str], str]] = {
    ("messaging", "spam"): "spam",
    ("messaging", "bulk_messaging"): "spam",
    ("messaging", "phishing"): "phishing",
    ("content", "phishing"): "phishing",
    ("content", "fraud"): "fraud",
    ("content", "brand_infringement"): "trademark",
}
_TAGGED: Final = "kind:"
_OF_TAG: Final = frozenset(
    {"spam", "phishing", "fraud", "harassment", "defamation", "trademark", "consent", "other"}
)  # fmt: skip
_PROTOCOLS: Final = {"sms", "other", ""}


class Contact(msgspec.Struct, frozen=True):
    """An organisation: who reports, or who hands the report on."""

    org: str
    contact: str
    domain: str


class Evidence(msgspec.Struct, frozen=True):
    """A piece of evidence; its digest and size are written and checked, so they are not kept."""

    content_type: str
    payload: bytes
    description: str = ""


class Report(msgspec.Struct, frozen=True, omit_defaults=True):
    """A report.

    Attributes:
        timestamp: when it happened, aware.
        sender: who hands the report on.
        source_identifier: whom the message showed as its sender.
        protocol: `sms` for text messages; a report on content has none.
        recipient: of ours: whom the message reached, "" unknown.
    """

    report_id: UUID
    timestamp: Annotated[datetime, msgspec.Meta(tz=True)]
    reporter: Contact
    sender: Contact
    source_identifier: str
    category: str
    type: str
    protocol: str = ""
    evidence_source: str = ""
    evidence: tuple[Evidence, ...] = ()
    tags: tuple[str, ...] = ()
    recipient_count: int | None = None
    description: str = ""
    recipient: str = ""
    xarf_version: str = VERSION


class _WireEvidence(msgspec.Struct):
    content_type: str
    payload: str
    description: str = ""
    hash: str = ""
    size: int | None = None


class _Wire(Report, frozen=True):
    evidence: tuple[_WireEvidence, ...] = ()  # type: ignore[assignment]  # as it stands in JSON


def read_report(octets: bytes) -> Report:
    """A report from JSON in UTF-8; fields it does not know are passed over, as the schema asks.

    Raises:
        BadReportError: it is too large, no JSON, no XARF v4, or its evidence is not what its digest says.
    """
    if len(octets) > MOST_OCTETS:
        raise BadReportError(f"The report has {len(octets)} octets.", f"A report has at most {MOST_OCTETS}.")
    try:
        wire = msgspec.json.decode(octets, type=_Wire)
    except msgspec.ValidationError as error:
        raise BadReportError(f"This is no XARF report: {_place(error)}", "See xarf.org/schemas/v4.") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise BadReportError("The report is not valid JSON in UTF-8.", "Correct it.") from None
    _check(wire)
    return Report(
        **{name: getattr(wire, name) for name in Report.__struct_fields__ if name not in {"timestamp", "evidence"}},
        timestamp=read_instant(wire.timestamp),
        evidence=tuple(map(_read_evidence, wire.evidence)),
    )


def write_report(report: Report) -> bytes:
    """A report as JSON in UTF-8.

    Raises:
        BadReportError: it would be no XARF report.
    """
    _check(report)
    fields: dict[str, Any] = msgspec.to_builtins(report)
    fields["xarf_version"] = report.xarf_version
    if report.evidence:
        fields["evidence"] = list(map(_written, report.evidence))
    octets = msgspec.json.encode(fields)
    if len(octets) > MOST_OCTETS:
        raise BadReportError(f"The report has {len(octets)} octets.", f"A report has at most {MOST_OCTETS}.")
    return octets


def told(report: Report) -> FedReport:
    """What a report says of a text message.

    Raises:
        BadReportError: it is about something else, or its text cannot be read.
    """
    tags = [tag.removeprefix(_TAGGED) for tag in report.tags if tag.startswith(_TAGGED)]
    kind = next((tag for tag in tags if tag in _OF_TAG), KINDS.get((report.category, report.type)))
    if kind is None or report.protocol not in _PROTOCOLS:
        raise BadReportError(
            "The report is not about a text message.",
            "Report messaging/spam, messaging/bulk_messaging or content/phishing over the protocol sms.",
        )
    return FedReport(
        report_id=str(report.report_id),
        kind=kind,
        sender=read_sender(report.source_identifier),
        recipient=read_number(report.recipient),
        received_at=report.timestamp,
        text=next((read_text(_decoded(one)) for one in report.evidence if _is_text(one.content_type)), ""),
        words=read_words(report.description),
    )


def text_evidence(text: str) -> Evidence:
    """A message's text as evidence."""
    return Evidence("text/plain; charset=utf-8", text.encode(), "The text of the message")


def _check(report: Report | _Wire) -> None:
    checks = (
        (_VERSION.fullmatch(report.xarf_version), "xarf_version is none of version 4"),
        (all(map(_is_contact, (report.reporter, report.sender))), "reporter or sender is no organisation with contact"),
        (1 <= len(report.source_identifier) <= _LONGEST_FIELD, "source_identifier is empty or too long"),
        (report.category and report.type, "category or type is empty"),
        (len(report.evidence) <= MOST_EVIDENCE, f"there are more than {MOST_EVIDENCE} pieces of evidence"),
        (len(report.tags) <= _MOST_TAGS and all(map(_TAG.fullmatch, report.tags)), "the tags are none"),
        (report.category != "messaging" or report.protocol, "protocol is missing"),
        (len(report.description) <= 2 * _LONGEST_FIELD, "the description is too long"),
        (all(len(one.description) <= _LONGEST_FIELD for one in report.evidence), "a description is too long"),
    )
    wrong = next((words for holds, words in checks if not holds), None)
    if wrong:
        raise BadReportError(f"This is no XARF report: {wrong}.", "See xarf.org/schemas/v4.")


def _is_contact(contact: Contact) -> bool:
    return bool(
        0 < len(contact.org) <= _LONGEST_ORG
        and _EMAIL.fullmatch(contact.contact)
        and _HOST.fullmatch(contact.domain)
    )  # fmt: skip


def _read_evidence(wire: _WireEvidence) -> Evidence:
    try:
        payload = base64.b64decode(wire.payload, validate=True)
    except (binascii.Error, ValueError):
        raise BadReportError("A piece of evidence is not base64.", "Write its payload so.") from None
    if wire.size is not None and wire.size != len(payload):
        raise BadReportError("A piece of evidence is not as long as it says.", "Send all of it.")
    if wire.hash:
        _check_digest(wire.hash, payload)
    return Evidence(wire.content_type, payload, wire.description)


def _check_digest(written: str, payload: bytes) -> None:
    found = _HASH.fullmatch(written)
    # Not to keep a secret: whether what was sent is what arrived.
    if found is None or hashlib.new(found[1], payload, usedforsecurity=False).hexdigest() != found[2].lower():
        raise BadReportError("A piece of evidence is not what its hash says.", "Send it unaltered.")


def _written(one: Evidence) -> dict[str, Any]:
    fields = {
        "content_type": one.content_type,
        "payload": base64.b64encode(one.payload).decode(),
        "hash": f"sha256:{hashlib.sha256(one.payload).hexdigest()}",
        "size": len(one.payload),
    }
    return {**fields, "description": one.description} if one.description else fields


def _is_text(content_type: str) -> bool:
    return content_type.partition(";")[0].strip().lower() == _TEXT


def _decoded(one: Evidence) -> str:
    _, _, parameters = one.content_type.lower().partition(";")
    charset = parameters.partition("charset=")[2].partition(";")[0].strip(' "') or "utf-8"
    if charset not in _CHARSETS:
        raise BadReportError("The text is not in UTF-8.", "Write it so.")
    try:
        return one.payload.decode("utf-8")
    except UnicodeDecodeError:
        raise BadReportError("The text is not in UTF-8.", "Write it so.") from None


def _place(error: msgspec.ValidationError) -> str:
    """What msgspec found, without a value of the report: it quotes kinds and places, and unknown words in quotes."""
    return re.sub(r"'[^']{0,300}'?", "a value", str(error)[:300])
