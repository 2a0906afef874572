import base64
import re
import subprocess
import zlib
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st
from reportlab.pdfbase.pdfmetrics import stringWidth

from comity.disclosure import closing
from comity.disclosure.closing import BadClosingError, close_by_passphrase, close_to_certificate, close_to_link
from comity.disclosure.package import Package, archive_of, document_of, pdf_of
from support.disclosures import opened

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
OWN, OTHER = "32470000011", "32470000012"
FIELDS = ("account.name", "message.at", "message.recipient", "message.text")


def package(*texts, fields=FIELDS):
    records = [
        {"account": "acme", "at": NOW, "recipient": OTHER, "carrier": "one", "account_id": 7, "text": text}
        for text in texts
    ]
    return Package({"number": "D-1"}, fields, (OWN,), {"message": records}, NOW)


def test_only_chosen_fields_are_told():
    (record,) = document_of(package("Hello"))["records"]["message"]
    assert record == {
        "account": "acme", "at": "2026-03-04T12:00:00.000000Z", "recipient": "[number A]", "text": "Hello",
    }  # fmt: skip


def test_the_same_disclosure_has_the_same_octets():
    document = document_of(package("Hello", f"Call +{OTHER}"))
    assert archive_of(document, NOW) == archive_of(document, NOW)
    assert opened(archive_of(document, NOW)) == document


@given(st.text(max_size=200))
def test_any_text_has_a_pdf(text):
    document = document_of(package(text))
    assert pdf_of(document).startswith(b"%PDF-")


def test_what_the_font_lacks_is_written_in_figures():
    plain = pdf_text(pdf_of(document_of(package("Жук"))))
    assert "\\u{416}" in plain


@pytest.mark.parametrize("text", ["W" * 2000, "https://shop.example/" + "i" * 1000, "Ж" * 500])
def test_no_line_of_a_pdf_runs_off_its_page(text):
    lines = re.findall(r"\((.*?)\) Tj", pdf_text(pdf_of(document_of(package(text)))))
    assert len(lines) > 10
    assert all(stringWidth(line, "Vera", 8) <= 496 for line in lines[-5:])


def pdf_text(pdf):
    """The octets of a PDF with its streams unpacked, as reportlab packs them."""
    out = b""
    for part in re.split(rb"\bstream\r?\n", pdf)[1:]:
        packed = part.split(b"endstream")[0].strip()
        if packed.endswith(b"~>"):
            out += zlib.decompress(base64.a85decode(b"<~" + packed, adobe=True))
    return out.replace(b"\\\\", b"\\").decode("latin-1")


def test_a_package_is_opened_by_its_link_alone():
    token, other = closing.new_token(), closing.new_token()
    box = close_to_link(b"archive", token)
    assert closing.open_by_link(box, token) == b"archive"
    assert closing.open_by_link(box, other) is None
    assert closing.open_by_link(box[:-1] + bytes([box[-1] ^ 1]), token) is None
    assert token not in closing.token_hash(token).hex()


def test_a_passphrase_is_opened_by_openssl(tmp_path):
    (tmp_path / "a.enc").write_bytes(close_by_passphrase(b"archive", "correct horse battery"))
    command = ["openssl", "enc", "-d", "-aes-256-cbc", "-pbkdf2", "-iter", "600000", "-in", "a.enc", "-pass",
               "pass:correct horse battery"]  # fmt: skip
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=True).stdout == b"archive"


def certificate(key):
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "court.example")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(NOW).not_valid_after(NOW + timedelta(days=9))
    return made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()


def test_a_certificate_is_opened_by_openssl_with_its_key(tmp_path):
    key = rsa.generate_private_key(65537, 2048)
    (tmp_path / "a.p7m").write_bytes(close_to_certificate(b"archive", certificate(key)))
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (tmp_path / "key.pem").write_bytes(private)
    command = ["openssl", "cms", "-decrypt", "-binary", "-inform", "DER", "-in", "a.p7m", "-inkey", "key.pem"]
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=True).stdout == b"archive"


@pytest.mark.parametrize(
    "pem", ["", "no certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"]
)
def test_what_is_no_certificate_is_said(pem):
    with pytest.raises(BadClosingError, match="no certificate"):
        close_to_certificate(b"archive", pem)


def test_a_key_that_cannot_be_encrypted_to_is_said():
    with pytest.raises(BadClosingError, match="not RSA"):
        close_to_certificate(b"archive", certificate(ec.generate_private_key(ec.SECP256R1())))


@pytest.mark.parametrize("passphrase", ["short", "x" * 201, "twelve\nlines!"])
def test_a_passphrase_that_protects_nothing_is_refused(passphrase):
    with pytest.raises(BadClosingError):
        close_by_passphrase(b"archive", passphrase)
