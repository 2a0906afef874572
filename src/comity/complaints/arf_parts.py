"""Owns what stands in the parts of a mail, as far as a report needs it; must not know what a report is."""

from __future__ import annotations

import re
from email.message import Message
from typing import Final

from comity.complaints.feed import BadReportError

LONGEST_FIELD: Final = 500
_MOST_LINES: Final = 200
_CHARSETS: Final = {"utf-8", "us-ascii", "ascii", "iso-8859-1", "iso-8859-15", "windows-1252", "utf-16", "utf-16be"}
_FIELD: Final = re.compile(r"([!-9;-~]{1,60}):[ \t]{0,10}(.{0,500})")
_HEADERS: Final = "text/rfc822-headers"
_TEXT_PARTS: Final = ("text/plain", _HEADERS)


def read_fields(written: str) -> dict[str, str]:
    """Fields by small name; of several of a name the first counts."""
    lines = re.sub(r"\r?\n[ \t]{1,20}", " ", written).splitlines()
    if len(lines) > _MOST_LINES:
        raise BadReportError("The report has too many fields.", f"Write at most {_MOST_LINES}.")
    found: dict[str, str] = {}
    for line in lines:
        field = _FIELD.fullmatch(line.rstrip())
        if field is not None:
            found.setdefault(field[1].lower(), field[2].strip())
    return found


def header_of(original: Message | None) -> dict[str, str]:
    """The header of the message that is reported, by small names."""
    if original is None:
        return {}
    if original.get_content_type() == _HEADERS:
        return read_fields(text_of(original))
    inner = original.get_payload(0) if _is_mail(original) else None
    if not isinstance(inner, Message):
        return {}
    return {name.lower(): str(value)[:LONGEST_FIELD] for name, value in reversed(inner.items()[:_MOST_LINES])}


def original_text(original: Message | None) -> str:
    """The text of the message that is reported, "" where it was left out.

    Raises:
        BadReportError: it cannot be read.
    """
    if original is None or original.get_content_type() == _HEADERS:
        return ""
    if _is_mail(original):
        inner = original.get_payload(0)
        first = (
            next((part for part in inner.walk() if part.get_content_type() == "text/plain"), None)
            if isinstance(inner, Message)
            else None
        )
        return text_of(first) if first is not None else ""
    return text_of(original) if original.get_content_type() in _TEXT_PARTS else ""


def content_of(part: Message) -> str:
    """What stands in a part that the parser takes for a mail of its own, as it does every `message/*`."""
    inner = part.get_payload()
    if isinstance(inner, list) and inner and isinstance(inner[0], Message):
        head = "\n".join(f"{name}: {value}" for name, value in inner[0].items())
        body = inner[0].get_payload()
        return head + "\n" + (body if isinstance(body, str) else "")
    return text_of(part)


def text_of(part: Message) -> str:
    """A part as text.

    Raises:
        BadReportError: its encoding is not read, or is not what it says.
    """
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return ""
    charset = str(part.get_content_charset("utf-8")).lower()
    if charset not in _CHARSETS:
        raise BadReportError("The text is in an encoding that is not read.", "Write it in UTF-8.")
    try:
        text = content.decode(charset)
    except UnicodeDecodeError:
        raise BadReportError("The text is not in the encoding it names.", "Write it in UTF-8.") from None
    if str(part.get("content-transfer-encoding", "")).strip().lower() == "base64":
        return text
    # Lines of a mail end as mail asks, whatever the text's did.
    return text.replace("\r\n", "\n").removesuffix("\n")


def _is_mail(part: Message) -> bool:
    return part.get_content_type() == "message/rfc822" and part.is_multipart()
