import email
import string
from datetime import UTC, datetime
from email.policy import default
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.base.errors import SettingsError
from comity.edges.mail.letters import FALLBACK_KIND, Told, letter, texts
from comity.journey.notices import read_email

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
ID = UUID("01960000-0000-7000-8000-000000000001")
HEADERS = {
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "MIME-Version",
    "Content-Type",
    "Content-Transfer-Encoding",
}
KINDS = [*texts("en"), "never-heard-of"]


def told(kind="notice", body=None, account="bank", language="en", address="ann@customer.example"):
    return Told(ID, account, address, language, kind, body or {}, NOW)


def parsed(one):
    return email.message_from_bytes(one.as_bytes(), policy=default)


def test_a_letter_says_what_the_notice_does():
    body = {"version": "2027-01", "effective": "2027-01-31", "changes": ["U7 is stricter", "a rule is new"]}
    read = parsed(letter(told("policy-change", body), "notices@operator.example"))
    assert read["Subject"] == "Our acceptable use policy changes on 2027-01-31"
    text = read.get_content().replace("\r\n", "\n")
    assert "- U7 is stricter\n- a rule is new" in text
    assert "POST /api/policy-changes/2027-01/accept" in text
    assert f"GET /api/notices/{ID}" in text


def test_a_kind_without_words_of_its_own_says_its_summary():
    read = parsed(letter(told("never-heard-of", {"summary": "Your grant ends."}), "n@o.example"))
    assert "Your grant ends." in read.get_content()


def test_an_unknown_language_is_english():
    assert texts("xx") is texts("en") or texts("xx") == texts("en")


@pytest.mark.parametrize("kind", texts("en"))
def test_every_template_can_be_filled_and_says_where_the_notice_is(kind):
    text = texts("en")[kind]
    for part in (text.subject, text.body):
        string.Template(part).substitute(dict.fromkeys(string.Template(part).get_identifiers(), "x"))
    assert "/api/notices/$notice" in text.body


def test_there_are_words_for_a_kind_without_any():
    assert FALLBACK_KIND in texts("en")


def test_the_same_notice_to_the_same_address_is_the_same_letter():
    ids = [
        letter(told(address=one), "n@o.example")["Message-ID"] for one in ("a@b.example", "a@b.example", "c@d.example")
    ]
    assert ids[0] == ids[1] != ids[2]


LINES = st.text(st.characters() | st.sampled_from("\r\n\x00\u2028\u202e\x0b:;"), max_size=80)
INJECTIONS = st.sampled_from(
    ["x\r\nBcc: eve@evil.example", "x\nSubject: other\n\nbody", "\r\n.\r\nMAIL FROM:<e@e.example>"]
)
VALUES = LINES | INJECTIONS | st.lists(LINES | INJECTIONS, max_size=3) | st.integers() | st.none()


@given(
    kind=st.sampled_from(KINDS),
    account=(LINES | INJECTIONS),
    body=st.dictionaries(
        st.sampled_from(["version", "effective", "changes", "summary", "person", "credits", "account", "notice"]),
        VALUES,
    ),
)
def test_nothing_in_a_notice_becomes_a_header_or_another_mail(kind, account, body):
    read = parsed(letter(told(kind, body, account.encode("utf-8", "replace").decode()), "notices@operator.example"))
    assert set(read.keys()) == HEADERS
    assert len(read.keys()) == len(HEADERS)
    assert (read["From"], read["To"]) == ("notices@operator.example", "ann@customer.example")
    assert read.get_content_type() == "text/plain"
    assert not read.is_multipart()
    assert str(ID) in read.get_content()


@given(st.text() | INJECTIONS)
def test_what_is_read_as_an_address_holds_nothing_but_one(written):
    try:
        address = read_email(written)
    except SettingsError:
        return
    assert address.isascii()
    assert address.count("@") == 1
    assert not set(address) & set(' \r\n\t"<>,;:()[]\\')


@pytest.mark.parametrize(
    "written", ["", "a", "a@b", "@b.example", "a@", "a b@c.example", "a@b..example", '"a"@b.example', "a@-b.example",
                "a@b.example, c@d.example", "Ann <a@b.example>", "a@[127.0.0.1]", "é@b.example", "a@b.example\n",
                "a" * 65 + "@b.example", ".a@b.example", "a..b@c.example"],
)  # fmt: skip
def test_what_is_no_address_is_refused(written):
    with pytest.raises(SettingsError, match="not an e-mail address"):
        read_email(written)
