from __future__ import annotations

import contextlib
import email
from datetime import UTC, datetime
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.complaints.arf import KINDS, MOST_OCTETS, Report, read_report, told, write_report
from comity.complaints.feed import BadReportError

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=120)
LINE = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), max_size=40)
# Hypothesis takes bounds without a zone, and the zone apart.
INSTANTS = st.datetimes(datetime(2000, 1, 2), datetime(2099, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  see above
reports = st.builds(
    Report,
    report_id=st.from_regex(r"[A-Za-z0-9.!#$-]{1,60}@[a-z0-9.-]{1,40}", fullmatch=True),
    feedback_type=st.sampled_from(sorted(KINDS)),
    user_agent=LINE,
    sender=LINE,
    recipient=LINE,
    arrived_at=st.none() | INSTANTS.map(lambda at: at.replace(microsecond=0)),
    text=TEXT,
    words=TEXT,
)
# As a feedback loop of a telephone company writes it, in the parts of RFC 5965 (appendix B.1).
FOREIGN = b"""From: <abusedesk@telecom.example>
Date: Thu, 8 Mar 2026 17:40:36 -0500
Subject: FW: Earn money
To: <abuse@gateway.example>
Message-ID: <20030712040037.46341.5F8J@telecom.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report;
     boundary="part1_13d.2e68ed54_boundary"

--part1_13d.2e68ed54_boundary
Content-Type: text/plain; charset="US-ASCII"
Content-Transfer-Encoding: 7bit

A customer complained of a text message.

--part1_13d.2e68ed54_boundary
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: SomeGenerator/1.0
Version: 1
Original-Mail-From: <somespammer@telecom.example>
Received-Date: Thu, 8 Mar 2026 14:00:00 EDT
X-SMS-From: +31 6 1234 5678
X-SMS-To: tel:+32470000000

--part1_13d.2e68ed54_boundary
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

Verdien geld =E2=82=AC
--part1_13d.2e68ed54_boundary--
"""


@given(reports)
def test_what_is_written_reads_as_it_was(report):
    assert read_report(write_report(report, "a@b.example", "c@d.example")) == report


def test_a_report_of_another_program_is_told_as_a_complaint():
    fed = told(read_report(FOREIGN))
    assert (fed.kind, fed.sender, fed.recipient, fed.text) == ("spam", "31612345678", "32470000000", "Verdien geld €")
    assert fed.received_at == datetime(2026, 3, 8, 18, tzinfo=UTC)
    assert (fed.report_id, fed.words) == (
        "20030712040037.46341.5F8J@telecom.example",
        "A customer complained of a text message.",
    )


def test_a_mail_without_an_id_is_named_by_what_it_holds():
    bare = FOREIGN.replace(b"Message-ID: <20030712040037.46341.5F8J@telecom.example>\n", b"")
    assert len(read_report(bare).report_id) == 64
    assert read_report(bare) == read_report(bare)


@pytest.mark.parametrize(("kind", "is_"), sorted(KINDS.items()))
def test_every_type_of_feedback_has_its_kind(kind, is_):
    assert told(read_report(FOREIGN.replace(b"abuse\n", kind.encode() + b"\n", 1))).kind == is_


def test_the_standard_library_reads_what_is_written():
    report = Report("1@x.example", "abuse", "Comity", "+31612345678", "", None, "Héllo", "words")
    mail = email.message_from_bytes(write_report(report, "a@b.example", "c@d.example"))
    assert mail.get_content_type() == "multipart/report"
    kinds = [part.get_content_type() for part in mail.get_payload()]
    assert kinds == ["text/plain", "message/feedback-report", "message/rfc822"]
    assert mail.get_payload(2).get_payload(0).get_payload(decode=True).decode() == "Héllo"


def nested(depth: int) -> bytes:
    outer = MIMEMultipart("report")
    for _ in range(depth):
        wrapped = MIMEMultipart("report")
        wrapped.attach(outer)
        outer = wrapped
    return outer.as_bytes()


def without_fields() -> bytes:
    mail = MIMEMultipart("report")
    mail.attach(MIMEText("words"))
    part = MIMEBase("message", "feedback-report")
    part.set_payload([email.message_from_string("\nnothing here")])
    mail.attach(part)
    return mail.as_bytes()


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"\0" * 1000,
        b"Content-Type: multipart/report\n\nno boundary",
        b"Content-Type: text/plain\n\nhello",
        b"x" * (MOST_OCTETS + 1),
        nested(30),
        nested(3),
        without_fields(),
        b"\n" * 10_000,
        FOREIGN + b"x" * 2_001,
        FOREIGN.replace(b"Version: 1\n", b""),
        FOREIGN.replace(b"Version: 1\n", b"Version: 2\n"),
        FOREIGN.replace(b"Thu, 8 Mar 2026 14:00:00 EDT", b"some day"),
        FOREIGN.replace(b"Thu, 8 Mar 2026 14:00:00 EDT", b"Thu, 8 Mar 99999 14:00:00 EDT"),
        FOREIGN.replace(b"charset=utf-8", b"charset=utf-7"),
        FOREIGN.replace(b"charset=utf-8", b"charset=rot13"),
        FOREIGN.replace(b"=E2=82=AC", b"=FF"),
        FOREIGN.replace(b"=E2=82=AC", b"=00"),
        FOREIGN.replace(b"=E2=82=AC", b"x" * 2001),
        FOREIGN.replace(b"message/feedback-report", b"text/html"),
        FOREIGN.replace(b"SomeGenerator/1.0", "Généré".encode()),
    ],
    ids=[f"case {number}" for number in range(21)],
)
def test_what_is_no_report_is_refused_in_one_clear_line(octets):
    with pytest.raises(BadReportError) as wrong:
        read_report(octets)
    assert "\n" not in str(wrong.value)


def test_a_report_of_what_is_no_abuse_of_texts_is_told_apart():
    with pytest.raises(BadReportError):
        told(read_report(FOREIGN.replace(b"abuse\n", b"auth-failure\n", 1)))


@given(st.binary(max_size=400))
def test_octets_of_any_kind_raise_nothing_else(octets):
    with contextlib.suppress(BadReportError):
        told(read_report(octets))


@given(st.data())
def test_a_report_that_was_altered_anywhere_raises_nothing_else(data):
    octets = bytearray(FOREIGN)
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(octets) - 1))
        insert = data.draw(
            st.sampled_from([b"\n", b"\0", b"=?x?b?\xff?=", b"--part1_13d.2e68ed54_boundary", b";", b'"'])
        )
        octets[at : at + data.draw(st.integers(0, 30))] = insert
    with contextlib.suppress(BadReportError):
        told(read_report(bytes(octets)))
