"""The commands about complaints, as an operator types them: partners, files in and out, report numbers."""

from __future__ import annotations

import base64
import json
from uuid import uuid4

import pytest

from comity.complaints import arf, arf_box, xarf

TELECOM = {"org": "Example Telecom", "contact": "abuse@telecom.example", "domain": "telecom.example"}
OURS = ("--org", "Example Gateway", "--contact", "abuse@gateway.example")


def report(text, **changes):
    return {
        "xarf_version": "4.0.0",
        "report_id": str(uuid4()),
        "timestamp": "2026-03-04T11:00:00Z",
        "reporter": TELECOM,
        "sender": TELECOM,
        "source_identifier": "+31612345678",
        "category": "messaging",
        "type": "spam",
        "protocol": "sms",
        "recipient": "+32470000031",
        "evidence": [{"content_type": "text/plain", "payload": base64.b64encode(text.encode()).decode()}],
        **changes,
    }


@pytest.fixture
def feed(comity, name):
    made = comity("complaints", "feeds", "add", name, "--weight", 2, "--proven", "--json")
    assert made.status == 0, made.err
    assert made.json.keys() == {"name", "weight", "proven", "client_id", "client_secret"}
    return name


@pytest.fixture
def filed(comity, feed, tmp_path):
    """The numbers of complaints that were imported with these texts."""

    def file_all(*texts):
        path = tmp_path / "reports.json"
        path.write_text(json.dumps([report(text) for text in texts]))
        ran = comity("complaints", "import", path, "--feed", feed, "--json")
        assert ran.status == 0, ran.err
        assert ran.json["filed"] == len(texts), ran.json
        return [item["number"] for item in ran.json["items"]]

    return file_all


def test_a_partner_is_added_listed_and_removed(comity, feed):
    assert comity("complaints", "feeds", "add", feed).status == 1
    (listed,) = [row for row in comity("complaints", "feeds", "list", "--json").json if row["name"] == feed]
    assert (listed["weight"], listed["proven"], listed["removed_at"]) == (2, True, None)
    assert "secret" not in json.dumps(listed)
    assert comity("complaints", "feeds", "remove", feed).status == 0
    assert comity("complaints", "feeds", "remove", feed).status == 1


def test_a_weight_that_there_is_not_is_one_clear_line(comity, name):
    ran = comity("complaints", "feeds", "add", name, "--weight", 11)
    assert (ran.status, ran.err) == (1, "comity: The weight is 11. Give 1 to 10.\n")


def forms(tmp_path):
    """The same two reports, in every form that files have."""
    lines = [report("Uw pakket wacht"), report("U heeft gewonnen")]
    mails = [
        arf.write_report(arf.Report(f"{uuid4()}@x.example", "abuse", "X/1", "+31612345678", text="Hi"), "a@x", "b@y")
        for _ in range(2)
    ]
    yield tmp_path / "list.json", json.dumps(lines, indent=1).encode(), 2
    yield tmp_path / "one.json", json.dumps(report("Een"), indent=1).encode(), 1
    yield tmp_path / "lines.ndjson", b"".join(json.dumps(report("x" + text)).encode() + b"\n" for text in "ab"), 2
    yield tmp_path / "one.eml", mails[0], 1
    yield tmp_path / "many.mbox", arf_box.write_box([*mails, mails[1]]), 3


def test_files_of_every_form_are_imported_and_count_once(comity, feed, tmp_path):
    seen = set()
    for path, octets, count in forms(tmp_path):
        path.write_bytes(octets)
        first = comity("complaints", "import", path, "--feed", feed, "--json").json
        assert len(first["items"]) == count
        assert first["refused"] == 0, first
        seen |= {item["number"] for item in first["items"]}
        again = comity("complaints", "import", path, "--feed", feed, "--json").json
        assert (again["filed"], again["duplicate"]) == (0, count)
    assert "" not in seen
    assert len(seen) == 7


def test_what_is_wrong_with_a_report_of_a_file_is_said_by_its_place(comity, feed, tmp_path):
    path = tmp_path / "mixed.ndjson"
    path.write_bytes(json.dumps(report("Hi")).encode() + b'\n{"a": 1}\n')
    ran = comity("complaints", "import", path, "--feed", feed)
    assert (ran.status, ran.out) == (0, "1 filed, 0 duplicate, 0 no-complaint, 1 refused\n")
    assert ran.err.startswith("  report 2: This is no XARF report")


@pytest.mark.parametrize("octets", [b"", b"[", b"[1", b"\xff\xfe"])
def test_a_file_that_is_none_of_these_is_one_clear_line_or_refused(comity, feed, tmp_path, octets):
    path = tmp_path / "bad"
    path.write_bytes(octets)
    ran = comity("complaints", "import", path, "--feed", feed)
    assert "Traceback" not in ran.err
    assert ran.status == 1 or "1 refused" in ran.out


def test_a_feed_or_file_that_is_not_there_is_one_clear_line(comity, feed, tmp_path):
    assert comity("complaints", "import", tmp_path / "none", "--feed", feed).status == 1
    path = tmp_path / "one.json"
    path.write_text(json.dumps(report("Hi")))
    ran = comity("complaints", "import", path, "--feed", "nobody")
    assert ran.err == "comity: There is no feed named nobody. Make it: comity complaints feeds add NAME\n"


def test_complaints_are_listed_and_shown_without_texts_and_reporters(comity, filed):
    (number,) = filed("Geheime woorden in het bericht")
    (listed,) = [row for row in comity("complaints", "list", "--all", "--json").json if row["number"] == number]
    assert (listed["kind"], listed["channel"], listed["proven"]) == ("spam", "xarf", True)
    ran = comity("complaints", "show", number.lower(), "--json")
    assert ran.status == 0, ran.err
    assert "Geheime" not in ran.out
    assert "32470000031" not in ran.out
    assert comity("complaints", "show", number).status == 0
    assert comity("complaints", "show", "C-2222-2222-2222").status == 1


def exported(comity, tmp_path, form, *more):
    out = tmp_path / f"out.{form}"
    ran = comity("complaints", "export", "--format", form, "--since", "2020-01-01", *OURS, "--out", out, *more)
    assert ran.status == 0, ran.err
    return out.read_bytes()


def test_an_export_names_neither_reporter_nor_recipient_and_gives_no_text_unasked(comity, filed, tmp_path):
    filed("Geheime woorden in dit bericht")
    lines = exported(comity, tmp_path, "xarf")
    reports = [xarf.read_report(line) for line in lines.splitlines()]
    assert reports
    assert {one.reporter.org for one in reports} == {"Example Gateway"}
    assert not any(one.evidence or one.recipient for one in reports)
    box = exported(comity, tmp_path, "arf")
    mails = [arf.read_report(mail) for mail in arf_box.read_box(box)]
    assert len(mails) == len(reports)
    assert not any(mail.text or mail.recipient for mail in mails)
    assert b"32470000031" not in lines + box


def test_texts_are_given_with_a_reason_that_is_kept(comity, filed, tmp_path):
    (number,) = filed("Geheime woorden in een bericht")
    refused = comity("complaints", "export", "--format", "xarf", "--since", "2020-01-01", *OURS, "--texts")
    assert refused.err == "comity: With --texts say who you are (--by) and why (--reason).\n"
    asked = ("--texts", "--by", "Rita Example", "--reason", "The carrier asked")
    lines = exported(comity, tmp_path, "xarf", *asked).splitlines()
    texts = [xarf.told(xarf.read_report(line)).text for line in lines]
    assert "Geheime woorden in een bericht" in texts
    events = comity("complaints", "show", number, "--json").json["events"]
    (kept,) = [event for event in events if event["event"] == "text-exported"]
    assert (kept["by"], kept["words"]) == ("Rita Example", "The carrier asked")


def test_what_is_exported_can_be_imported_elsewhere(comity, filed, name, tmp_path):
    filed("Een bericht voor elders")
    elsewhere = f"{name} elsewhere"
    comity("complaints", "feeds", "add", elsewhere)
    for form in ("xarf", "arf"):
        exported(comity, tmp_path, form)
        ran = comity("complaints", "import", tmp_path / f"out.{form}", "--feed", elsewhere, "--json").json
        assert ran["refused"] == 0, ran
        assert ran["filed"] > 0


def test_a_day_that_is_none_is_one_clear_line(comity):
    ran = comity("complaints", "export", "--format", "xarf", "--since", "soon", *OURS)
    assert ran.err == "comity: 'soon' is no day. Write it as 2026-03-31.\n"


def test_a_report_number_is_set_listed_and_removed(comity, account):
    number = f"3227{abs(hash(account)) % 10**6:06}"
    refused = comity("complaints", "report-number", "set", number, "--account", account)
    assert refused.err.startswith("comity: The account does not hold this number")
    assert comity("senders", "grant", account, f"+{number}").status == 0
    link = "https://gateway.example/complaints/{number}?token={token}"
    made = comity("complaints", "report-number", "set", f"+{number}", "--account", account, "--status-url", link)
    assert made.status == 0, made.err
    (listed,) = [row for row in comity("complaints", "report-number", "list", "--json").json if row["number"] == number]
    assert (listed["account"], listed["status_url"], listed["halves"]) == (account, link, 0)
    assert comity("complaints", "report-number", "remove", number).status == 0
    assert comity("complaints", "report-number", "remove", number).status == 1


@pytest.mark.parametrize(
    "more", [["abc", "--account", "x"], ["3227726", "--account", "x", "--status-url", "ftp://x/{token}"]]
)
def test_a_number_or_link_that_is_none_is_one_clear_line(comity, more):
    ran = comity("complaints", "report-number", "set", *more)
    assert (ran.status, ran.err.count("\n")) == (1, 1)
