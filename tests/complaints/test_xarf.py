from __future__ import annotations

import base64
import contextlib
import json
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.complaints.feed import BadReportError
from comity.complaints.xarf import (
    MOST_EVIDENCE,
    MOST_OCTETS,
    Contact,
    Evidence,
    Report,
    read_report,
    text_evidence,
    told,
    write_report,
)

PARTNER = Contact("Example Telecom", "abuse@telecom.example", "telecom.example")
PLAIN = {
    "xarf_version": "4.0.0",
    "report_id": "550e8400-e29b-41d4-a716-446655440000",
    "timestamp": "2026-03-04T12:00:00+01:00",
    "reporter": {"org": "Example Telecom", "contact": "abuse@telecom.example", "domain": "telecom.example"},
    "sender": {"org": "Example Telecom", "contact": "abuse@telecom.example", "domain": "telecom.example"},
    "source_identifier": "+31612345678",
    "category": "messaging",
    "type": "spam",
    "protocol": "sms",
}
NO_SURROGATES = st.characters(exclude_categories=["Cs"])
words = st.text(NO_SURROGATES, max_size=60)
contacts = st.builds(
    Contact, st.text(NO_SURROGATES, min_size=1, max_size=200), st.just("a@b.example"), st.just("b.example")
)
# Hypothesis takes bounds without a zone, and the zone apart.
INSTANTS = st.datetimes(datetime(2000, 1, 2), datetime(2099, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  see above
reports = st.builds(
    Report,
    report_id=st.uuids(),
    timestamp=INSTANTS,
    reporter=contacts,
    sender=contacts,
    source_identifier=st.text(NO_SURROGATES, min_size=1, max_size=40),
    category=st.sampled_from(["messaging", "content"]),
    type=st.sampled_from(["spam", "phishing", "bulk_messaging"]),
    protocol=st.sampled_from(["sms", "other"]),
    evidence_source=words,
    evidence=st.lists(st.builds(Evidence, words, st.binary(max_size=200), words), max_size=4).map(tuple),
    tags=st.lists(st.from_regex(r"[a-z0-9][a-z0-9_+-]{0,9}:[a-z0-9][a-z0-9_+.-]{0,9}", fullmatch=True), max_size=3).map(
        tuple
    ),
    recipient_count=st.none() | st.integers(1, 10**9),
    description=words,
    recipient=words,
    xarf_version=st.just("4.0.0") | st.just("4.2.1"),
)


def written(**changes) -> bytes:
    return json.dumps({key: value for key, value in {**PLAIN, **changes}.items() if value is not ...}).encode()


def evidence(payload: bytes, content_type: str = "text/plain", **more) -> dict:
    return {"content_type": content_type, "payload": base64.b64encode(payload).decode(), **more}


@given(reports)
def test_what_is_written_reads_as_it_was(report):
    assert read_report(write_report(report)) == report


def test_a_report_of_a_text_message_is_told_as_one():
    fed = told(read_report(written(evidence=[evidence("Uw pakket €".encode())], recipient="+32 470-00.00 00")))
    assert (fed.kind, fed.sender, fed.recipient, fed.text) == ("spam", "31612345678", "32470000000", "Uw pakket €")
    assert (fed.report_id, fed.received_at) == (PLAIN["report_id"], datetime(2026, 3, 4, 11, tzinfo=UTC))


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({}, "spam"),
        ({"type": "bulk_messaging", "recipient_count": 200}, "spam"),
        ({"tags": ["kind:fraud", "campaign:spring"]}, "fraud"),
        ({"tags": ["campaign:spring", "kind:nonsense"]}, "spam"),
        ({"category": "content", "type": "phishing", "protocol": ..., "url": "https://bank.invalid"}, "phishing"),
    ],
)
def test_the_kind_of_a_report_is_read_from_its_type_or_its_tag(changes, kind):
    assert told(read_report(written(**changes))).kind == kind


@pytest.mark.parametrize(
    "changes",
    [
        {"category": "connection", "type": "ddos"},
        {"protocol": "smtp"},
        {"category": "copyright", "type": "p2p"},
        {"evidence": [evidence(b"x" * 2001)]},
        {"evidence": [evidence(b"a\0b")]},
        {"evidence": [evidence(b"\xff")]},
        {"evidence": [evidence(b"x", "text/plain; charset=utf-7")]},
        {"source_identifier": "x" * 41},
    ],
    ids=["ddos", "mail", "copyright", "long text", "nul", "not utf-8", "another charset", "long sender"],
)
def test_a_good_report_of_something_else_is_told_apart(changes):
    report = read_report(written(**changes))
    with pytest.raises(BadReportError):
        told(report)


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b"\xff\xfe",
        b"{" + b" " * MOST_OCTETS + b"}",
        written(xarf_version="3.0.0"),
        written(xarf_version="4.0"),
        written(report_id="17"),
        written(timestamp="2026-03-04T12:00:00"),
        written(timestamp="0001-01-01T00:00:00+14:00"),
        written(timestamp=1e400).replace(b"Infinity", b"1e400"),
        written(timestamp=5),
        written(reporter=...),
        written(reporter={"org": "", "contact": "a@b.example", "domain": "b.example"}),
        written(reporter={"org": "A", "contact": "nobody", "domain": "b.example"}),
        written(reporter={"org": "A", "contact": "a@b.example", "domain": "-"}),
        written(source_identifier=""),
        written(protocol=...),
        written(evidence=[{"content_type": "text/plain", "payload": "not base64!"}]),
        written(evidence=[evidence(b"a", hash="sha256:00")]),
        written(evidence=[evidence(b"a", hash="crc:00")]),
        written(evidence=[evidence(b"a", size=2)]),
        written(evidence=[evidence(b"a")] * (MOST_EVIDENCE + 1)),
        written(tags=["a:b"] * 21),
        written(tags=["No Tag"]),
        written(description="x" * 1001),
    ],
    ids=[f"case {number}" for number in range(29)],
)
def test_what_is_no_report_is_refused_in_one_clear_line(octets):
    with pytest.raises(BadReportError) as wrong:
        read_report(octets)
    assert "\n" not in str(wrong.value)
    assert len(str(wrong.value)) < 400


@given(st.binary(max_size=400))
def test_octets_of_any_kind_raise_nothing_else(octets):
    with contextlib.suppress(BadReportError):
        told(read_report(octets))


@given(st.data())
def test_a_report_that_was_altered_anywhere_raises_nothing_else(data):
    octets = bytearray(written(evidence=[evidence(b"text", hash="md5:00")], tags=["a:b"]))
    for _ in range(data.draw(st.integers(1, 6))):
        octets[data.draw(st.integers(0, len(octets) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(BadReportError):
        told(read_report(bytes(octets)))


def test_an_error_quotes_nothing_of_the_report():
    with pytest.raises(BadReportError) as wrong:
        read_report(written(report_id="+31612345678"))
    assert "612345678" not in str(wrong.value)


def test_what_others_get_names_digest_and_size_of_the_text():
    report = Report(
        UUID(PLAIN["report_id"]),
        datetime(2026, 3, 4, 13, tzinfo=timezone(timedelta(hours=1))),
        PARTNER, PARTNER, "+31612345678", "messaging", "spam", "sms", evidence=(text_evidence("Hi"),),
    )  # fmt: skip
    (piece,) = json.loads(write_report(report))["evidence"]
    assert (piece["size"], piece["hash"][:7], piece["payload"]) == (2, "sha256:", "SGk=")
