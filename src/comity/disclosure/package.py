"""Owns what goes out: the document of a disclosure as canonical JSON and as PDF, and the archive of both.

It must not know who may release it, or how it is sealed. The same disclosure gives the same octets, and so one digest.
"""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final

import msgspec

from comity.disclosure.fields import FIELDS
from comity.disclosure.redaction import Redactor
from comity.evidence.canonical import canonical, written_instant

FORMAT: Final = "comity-disclosure-1"
_KINDS: Final = {
    "account": "Accounts",
    "message": "Messages",
    "reply": "Replies",
    "consent": "Consents",
    "opt_out": "Opt-outs",
}
_NUMBERS: Final = frozenset({"message.recipient", "reply.sender"})
_WRITTEN: Final = frozenset({"message.text", "reply.text", "consent.wording"})
_NOTE: Final = (
    "Other people's numbers, addresses and logins, as far as a program finds them in texts, are replaced by names in"
    " brackets; the same name means the same one within this package. Digits that could be a number are replaced too."
    " Not found are names of people and places, numbers in words above nine, and what is spread over a text or in code."
)
_READ_ME: Final = """\
disclosure.json  what is disclosed, as canonical JSON (RFC 8785)
disclosure.pdf   the same to read and print; characters that its font lacks are written as \\u{...}: the JSON counts

Their SHA-256 digests are in SHA256SUMS: sha256sum --check SHA256SUMS
"""
_PAGE: Final = (595.0, 842.0)  # A4, in points
_MARGIN: Final = 50.0
_LEADING: Final = 1.35
# As many of the widest letters as a line holds: what is longer is broken, or it would run off the page.
_LONG_WORD: Final = re.compile(r"\S{55}(?=\S)")
_FONT: Final = "Vera"
_BOLD: Final = "VeraBd"

Record = Mapping[str, Any]


class Package(msgspec.Struct, frozen=True):
    """What a package tells, before it is narrowed and redacted.

    Attributes:
        about: the request: number, basis, requester, scope, as values of JSON.
        fields: which fields are told.
        subjects: numbers, as digits, that the request names.
        records: by kind, each with the fields of `comity.disclosure.fields.FIELDS` without the kind.
        made_at: when it was gathered.
    """

    about: Mapping[str, Any]
    fields: Sequence[str]
    subjects: Sequence[str]
    records: Mapping[str, Sequence[Record]]
    made_at: datetime


def document_of(package: Package) -> dict[str, Any]:
    """What is told: chosen fields alone, third parties redacted."""
    redactor = Redactor(package.subjects)
    # Numbers of records first, so that the same number in a text has the same name.
    records = {kind: [_chosen(kind, record, package.fields) for record in package.records.get(kind, ())]
               for kind in _KINDS}  # fmt: skip
    for fields, redact in ((_NUMBERS, redactor.number), (_WRITTEN, redactor.text)):
        for field in fields:
            kind, name = field.split(".")
            for record in records[kind]:
                if isinstance(record.get(name), str):
                    record[name] = redact(record[name])
    return {
        "format": FORMAT,
        "request": dict(package.about),
        "made_at": written_instant(package.made_at),
        "redaction": _NOTE,
        "records": {kind: found for kind, found in records.items() if found},
    }


def archive_of(document: Mapping[str, Any], made_at: datetime) -> bytes:
    """A ZIP of the document as JSON and PDF, with their digests."""
    files = {
        "disclosure.json": canonical(document),
        "disclosure.pdf": pdf_of(document),
        "READ-ME.txt": _READ_ME.encode(),
    }
    sums = "".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in files.items())
    out = io.BytesIO()
    at = made_at.astimezone(UTC).timetuple()[:6]
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**files, "SHA256SUMS": sums.encode()}.items():
            archive.writestr(zipfile.ZipInfo(name, at), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def pdf_of(document: Mapping[str, Any]) -> bytes:
    """The document to read and print."""
    from reportlab.lib.utils import simpleSplit  # noqa: PLC0415  a tenth of a second that no start should pay
    from reportlab.pdfgen.canvas import Canvas  # noqa: PLC0415  the same

    drawable, out = _drawable(), io.BytesIO()
    page = Canvas(out, pagesize=_PAGE, invariant=1)
    page.setTitle(f"Disclosure {document['request'].get('number', '')}")
    y = 0.0
    for font, size, line in _lines(document):
        shown = "".join(sign if sign in drawable else f"\\u{{{ord(sign):X}}}" for sign in line)
        shown = _LONG_WORD.sub(r"\g<0> ", shown)
        for part in simpleSplit(shown, font, size, _PAGE[0] - 2 * _MARGIN) or [""]:
            if y < _MARGIN + size:
                y = _new_page(page, first=y == 0.0)
            page.setFont(font, size)
            page.drawString(_MARGIN, y, part)
            y -= size * _LEADING
    page.showPage()
    page.save()
    return out.getvalue()


def _new_page(page: Any, *, first: bool) -> float:  # noqa: ANN401  reportlab has no types
    if not first:
        page.showPage()
    page.setFont(_FONT, 7)
    page.drawRightString(_PAGE[0] - _MARGIN, _MARGIN / 2, str(page.getPageNumber()))
    return _PAGE[1] - _MARGIN


def _lines(document: Mapping[str, Any]) -> Iterator[tuple[str, float, str]]:
    """Font, size in points, and words of each line."""
    request = document["request"]
    yield _BOLD, 15, f"Disclosure {request.get('number', '')}"
    yield _FONT, 9, ""
    for name, value in _flat(request):
        yield _FONT, 9, f"{name}: {value}"
    yield _FONT, 9, f"made at: {document['made_at']}"
    yield _FONT, 9, ""
    yield _FONT, 8, str(document["redaction"])
    for kind, found in document["records"].items():
        yield _FONT, 9, ""
        yield _BOLD, 11, f"{_KINDS[kind]} ({len(found)})"
        for place, record in enumerate(found, 1):
            yield _FONT, 5, ""
            told = "; ".join(f"{name}: {value}" for name, value in _flat(record) if name != "text")
            yield _FONT, 8, f"{place}. {told}"
            if "text" in record:
                yield from ((_FONT, 8, f"    {line}") for line in str(record["text"]).splitlines())


def _flat(values: Mapping[str, Any], prefix: str = "") -> Iterable[tuple[str, str]]:
    for name, value in values.items():
        shown = f"{prefix}{name.replace('_', ' ')}"
        if isinstance(value, Mapping):
            yield from _flat(value, f"{shown} ")
        elif isinstance(value, (list, tuple)):
            yield shown, ", ".join(map(str, value)) or "-"
        elif value not in {None, ""}:
            yield shown, str(value)


@cache
def _drawable() -> frozenset[str]:
    """The characters that the fonts, which come with reportlab, can draw."""
    from reportlab.pdfbase import pdfmetrics  # noqa: PLC0415  see pdf_of
    from reportlab.pdfbase.ttfonts import TTFont  # noqa: PLC0415  the same

    for name in (_FONT, _BOLD):
        pdfmetrics.registerFont(TTFont(name, f"{name}.ttf"))
    known = pdfmetrics.getFont(_FONT).face.charToGlyph
    return frozenset(chr(code) for code in known if chr(code).isprintable())


def _chosen(kind: str, record: Record, fields: Sequence[str]) -> dict[str, Any]:
    """The chosen fields of a record, in their order, as values that have one way to be written."""
    of = {"account": record["account"]} if "account.name" in fields and "account" in record else {}
    return of | {
        name: _plain(record[name])
        for field in FIELDS
        if field in fields and (name := field.partition(".")[2]) in record and field.startswith(f"{kind}.")
    }


def _plain(value: Any) -> Any:  # noqa: ANN401  values of a row
    return written_instant(value) if isinstance(value, datetime) else value
