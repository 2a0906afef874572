"""Owns the words of mailed notices: templates that are data, filled so that nothing can break out of its place.

It must not know mail servers or stores. Whatever a notice holds, a letter has one sender, one recipient, one subject.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP as MAIL_FORM
from functools import cache
from importlib import resources
from string import Template
from typing import Any, Final
from uuid import UUID

import msgspec

FALLBACK_LANGUAGE: Final = "en"
FALLBACK_KIND: Final = "notice"
_LONGEST_VALUE: Final = 500
_LONGEST_SUBJECT: Final = 150
_MOST_ITEMS: Final = 50


class MailText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A template: `$name` stands for a field of the notice, of which those missing are empty."""

    subject: str
    body: str


class Told(msgspec.Struct, frozen=True):
    """A notice as it is mailed.

    Attributes:
        account: the account's name.
        email: where it goes; was read by `journey.notices.read_email`.
        left_at: when the notice was left: the letter's date.
    """

    notice_id: UUID
    account: str
    email: str
    language: str
    kind: str
    body: Mapping[str, Any]
    left_at: datetime


@cache
def texts(language: str) -> dict[str, MailText]:
    """The templates of a language, by the kind of notice; English where there are none of it."""
    file = resources.files("comity.edges.mail").joinpath("templates").joinpath(f"{language}.toml")
    if not file.is_file():
        return texts(FALLBACK_LANGUAGE)
    return msgspec.convert(tomllib.loads(file.read_text("utf-8")), dict[str, MailText])


def letter(told: Told, sender: str) -> EmailMessage:
    """A notice as a mail in plain text.

    Its Message-ID is made of the notice and the address, so that one sent twice (the answer was lost) is known again.
    """
    known = texts(told.language)
    text = known.get(told.kind) or known.get(FALLBACK_KIND) or texts(FALLBACK_LANGUAGE)[FALLBACK_KIND]
    fields = _Fields(told)
    message = EmailMessage(MAIL_FORM)
    message["From"] = sender
    message["To"] = told.email
    message["Subject"] = _line(Template(text.subject).substitute(fields))[:_LONGEST_SUBJECT].strip() or told.kind
    message["Date"] = told.left_at
    message["Message-ID"] = f"<{told.notice_id}.{_mark(told.email)}@{sender.partition('@')[2]}>"
    # Nobody's holiday answers it (RFC 3834).
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(Template(text.body).substitute(fields), cte="quoted-printable")
    return message


class _Fields(dict[str, str]):
    """What a template may name; what a notice lacks is empty."""

    def __init__(self, told: Told) -> None:
        super().__init__({name: _written(value) for name, value in told.body.items()})
        self.update(account=_line(told.account), kind=_line(told.kind), notice=str(told.notice_id))

    def __missing__(self, _name: str) -> str:
        return ""


def _written(value: object) -> str:
    """A value in one line; a list as lines of its own."""
    if isinstance(value, (list, tuple)):
        return "\n".join(f"- {_line(str(item))}" for item in value[:_MOST_ITEMS])
    return _line("" if value is None or isinstance(value, Mapping) else str(value))


def _line(written: str) -> str:
    """What is shown in one line: whatever is not printable (line ends, controls, marks of direction) is a space."""
    return "".join(char if char.isprintable() else " " for char in written[:_LONGEST_VALUE])


def _mark(email: str) -> str:
    return hashlib.sha256(email.encode()).hexdigest()[:16]
