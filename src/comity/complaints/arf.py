"""Owns ARF, the mail of feedback loops (RFC 5965): read and written; must not know feeds or complaints.

A report is a mail of three parts: words for people, fields for programs, and the message that is reported. Of a text
message the third part is its text, as `text/plain`, or as `message/rfc822` with sender and date in its header. The
fields `X-SMS-From` and `X-SMS-To`, which RFC 5965 (3.3) leaves room for, name the numbers.
"""

from __future__ import annotations

import email.base64mime
import email.parser
import email.policy
import email.utils
import hashlib
import re
from datetime import UTC, datetime
from email.message import Message
from typing import Final

import msgspec

from comity.complaints.arf_parts import LONGEST_FIELD, content_of, header_of, original_text, read_fields, text_of
from comity.complaints.feed import (
    LONGEST_ID,
    BadReportError,
    FedReport,
    read_instant,
    read_number,
    read_sender,
    read_text,
    read_words,
)

MOST_OCTETS: Final = 256 * 1024
VERSION: Final = "1"
_MOST_PARTS: Final = 16
# What a parser has to look at line by line; twice what a line of a mail may have.
_MOST_MAIL_LINES: Final = 8_192
_LONGEST_LINE: Final = 2_000
# RFC 5965 (7.3), RFC 6650 and RFC 6430; what of it is a complaint, and of which kind.
KINDS: Final = {
    "abuse": "spam",
    "fraud": "fraud",
    "virus": "phishing",
    "opt-out": "consent",
    "opt-out-list": "consent",
    "other": "other",
    "not-spam": "",
}
_NESTED: Final = re.compile(rb"multipart/|message/|boundary", re.IGNORECASE)
_REPORT_PART: Final = "message/feedback-report"
# What the parser of the standard library is known to raise on mail that was made to break it.
_BROKEN: Final = (
    ValueError, TypeError, LookupError, AttributeError, RecursionError, AssertionError, OverflowError,
)  # fmt: skip


class Report(msgspec.Struct, frozen=True):
    """A report.

    Attributes:
        report_id: its Message-ID without angles; of a mail without one, a digest of the mail.
        feedback_type: of RFC 5965 (7.3).
        user_agent: the program that wrote it.
        sender, recipient: as they are named, "" unknown.
        arrived_at: when the message came, aware, to the second; None unknown.
        text: of the message that is reported, "" when it was left out.
        words: for people.
    """

    report_id: str
    feedback_type: str
    user_agent: str
    sender: str = ""
    recipient: str = ""
    arrived_at: datetime | None = None
    text: str = ""
    words: str = ""


def read_report(octets: bytes) -> Report:
    """A report from a mail.

    Raises:
        BadReportError: it is too large, nested too deep, no mail, or no report of RFC 5965.
    """
    if len(octets) > MOST_OCTETS:
        raise BadReportError(f"The mail has {len(octets)} octets.", f"A report has at most {MOST_OCTETS}.")
    if len(_NESTED.findall(octets)) > _MOST_PARTS:
        raise BadReportError("The mail has too many parts.", "A report has three.")
    lines = octets.split(b"\n")
    if len(lines) > _MOST_MAIL_LINES or max(map(len, lines)) > _LONGEST_LINE:
        raise BadReportError("The mail has too many lines, or too long ones.", "See RFC 5322, section 2.1.1.")
    try:
        return _read(octets)
    except _BROKEN:
        raise BadReportError("The mail cannot be read.", "Write it as RFC 5322 and RFC 5965 ask.") from None


def write_report(report: Report, mail_from: str, mail_to: str) -> bytes:
    """A report as a mail with lines that end in CR and LF; base64, so that no text is altered on its way.

    Raises:
        BadReportError: it would be no report.
    """
    _check(report)
    # One that cannot stand in what it parts: base64 has no underscore.
    boundary = f"=_{hashlib.sha256(report.report_id.encode()).hexdigest()[:32]}"
    head = (
        f"From: {mail_from}",
        f"To: {mail_to}",
        f"Message-ID: <{report.report_id}>",
        "Subject: Report of a text message",
        "MIME-Version: 1.0",
        f'Content-Type: multipart/report; report-type=feedback-report; boundary="{boundary}"',
    )
    words = (
        'Content-Type: text/plain; charset="utf-8"',
        "Content-Transfer-Encoding: base64",
        "",
        _base64(report.words),
    )
    fields = (f"Content-Type: {_REPORT_PART}", "", *_fields(report))
    parts = [words, fields, _original(report)]
    body = "".join(f"\r\n--{boundary}\r\n" + "\r\n".join(part) + "\r\n" for part in parts)
    return ("\r\n".join(head) + "\r\n" + body + f"\r\n--{boundary}--\r\n").encode("ascii")


def told(report: Report) -> FedReport:
    """What a report says of a text message; of kind "" where it says that nothing is wrong with it (`not-spam`).

    Raises:
        BadReportError: its type is none that can be about a text message.
    """
    if report.feedback_type not in KINDS:
        raise BadReportError("The report is not about a text message.", f"Its type is none of {', '.join(KINDS)}.")
    return FedReport(
        report_id=report.report_id,
        kind=KINDS[report.feedback_type],
        sender=read_sender(report.sender),
        recipient=read_number(report.recipient),
        received_at=report.arrived_at,
        text=read_text(report.text),
        words=read_words(report.words),
    )


def _read(octets: bytes) -> Report:
    mail = email.parser.BytesParser(policy=email.policy.compat32).parsebytes(octets)
    if mail.get_content_type() != "multipart/report" or not isinstance(mail.get_payload(), list):
        raise BadReportError("The mail is no report.", "It must be multipart/report.")
    parts = [part for part in mail.get_payload() if isinstance(part, Message)]
    place = next((at for at, part in enumerate(parts) if part.get_content_type() == _REPORT_PART), None)
    if place is None:
        raise BadReportError("The mail has no part message/feedback-report.", "See RFC 5965.")
    fields = read_fields(content_of(parts[place]))
    original = parts[place + 1] if place + 1 < len(parts) else None
    words = text_of(parts[0]) if place else ""
    return _report_of(_id_of(mail, octets), fields, original, words)


def _report_of(report_id: str, fields: dict[str, str], original: Message | None, words: str) -> Report:
    if fields.get("version", "") not in {"1", "1.0", "0.1"} or not fields.get("feedback-type"):
        raise BadReportError("The report has no version 1 or no type.", "See RFC 5965, section 3.1.")
    header = header_of(original)
    when = fields.get("arrival-date") or fields.get("received-date") or header.get("date", "")
    report = Report(
        report_id=report_id,
        feedback_type=fields["feedback-type"].lower(),
        user_agent=fields.get("user-agent", ""),
        sender=fields.get("x-sms-from") or header.get("x-sms-from") or header.get("from", ""),
        recipient=fields.get("x-sms-to") or header.get("x-sms-to", ""),
        arrived_at=_read_date(when),
        text=read_text(original_text(original)),
        words=read_words(words),
    )
    _check(report)
    return report


def _check(report: Report) -> None:
    lines = (report.report_id, report.feedback_type, report.user_agent, report.sender, report.recipient)
    if not all(_is_line(line) for line in lines) or not report.report_id or len(report.report_id) > LONGEST_ID:
        raise BadReportError("A field of the report cannot be one.", "Write printable ASCII, at most 500 characters.")
    if set(report.report_id) & set("<> "):
        raise BadReportError("The report's Message-ID cannot be one.", "See RFC 5322, section 3.6.4.")
    read_text(report.text)
    read_words(report.words)
    if report.arrived_at is not None:
        read_instant(report.arrived_at)


def _is_line(written: str) -> bool:
    return len(written) <= LONGEST_FIELD and written.isascii() and (written.isprintable() or not written)


def _id_of(mail: Message, octets: bytes) -> str:
    written = str(mail.get("message-id", "")).strip().strip("<>").strip()
    if written and len(written) <= LONGEST_ID and _is_line(written) and not set(written) & set("<> "):
        return written
    return hashlib.sha256(octets).hexdigest()


def _read_date(written: str) -> datetime | None:
    if not written:
        return None
    try:
        at = email.utils.parsedate_to_datetime(written[:100])
        return read_instant(at if at.tzinfo else at.replace(tzinfo=UTC)).replace(microsecond=0)
    except _BROKEN:
        raise BadReportError("The arrival date cannot be read.", "Write it as RFC 5322 asks.") from None


def _fields(report: Report) -> list[str]:
    fields = (
        ("Feedback-Type", report.feedback_type),
        ("User-Agent", report.user_agent),
        ("Version", VERSION),
        ("Arrival-Date", _written_date(report.arrived_at)),
        ("X-SMS-From", report.sender),
        ("X-SMS-To", report.recipient),
    )
    return [f"{name}: {value}" for name, value in fields if value]


def _original(report: Report) -> list[str]:
    date = [f"Date: {_written_date(report.arrived_at)}"] if report.arrived_at else []
    return [
        "Content-Type: message/rfc822", "", *date, "MIME-Version: 1.0",
        'Content-Type: text/plain; charset="utf-8"', "Content-Transfer-Encoding: base64", "", _base64(report.text),
    ]  # fmt: skip


def _written_date(at: datetime | None) -> str:
    return email.utils.format_datetime(at.astimezone(UTC)) if at else ""


def _base64(text: str) -> str:
    written = email.base64mime.body_encode(text.encode(), eol="\r\n")
    return written.removesuffix("\r\n")
