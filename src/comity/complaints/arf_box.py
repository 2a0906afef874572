"""Owns boxes of mails (mbox, RFC 4155), in which reports are exchanged as one file; must not know what a mail says."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from comity.complaints.feed import BadReportError

MOST_MAILS: Final = 100_000
_FROM: Final = b"From "
_HEAD: Final = b"From comity@localhost.invalid Thu Jan  1 00:00:00 1970\n"
# A line that would be taken for the beginning of a mail gets a sign before it, and loses one when it is read.
_QUOTE: Final = re.compile(rb"^(>{0,100}From )", re.MULTILINE)
_UNQUOTE: Final = re.compile(rb"^>(>{0,100}From )", re.MULTILINE)


def is_box(octets: bytes) -> bool:
    """Whether these octets begin as a box does."""
    return octets.startswith(_FROM)


def read_box(octets: bytes) -> list[bytes]:
    """The mails of a box, with lines that end in LF.

    Raises:
        BadReportError: it is no box, or holds too many mails.
    """
    if not is_box(octets):
        raise BadReportError("The file is no box of mails.", 'It begins with "From ".')
    plain = octets.replace(b"\r\n", b"\n")
    # A beginning after the end, so that the last mail ends as the others do.
    ended = b"\n" + plain + (b"From " if plain.endswith(b"\n") else b"\nFrom ")
    mails = [piece.partition(b"\n")[2].removesuffix(b"\n") for piece in ended.split(b"\nFrom ")[1:-1]]
    if len(mails) > MOST_MAILS:
        raise BadReportError(f"The box holds {len(mails)} mails.", f"Give at most {MOST_MAILS} at once.")
    return [_UNQUOTE.sub(rb"\1", mail) for mail in mails]


def write_box(mails: Iterable[bytes]) -> bytes:
    """A box of mails."""
    return b"".join(_HEAD + _QUOTE.sub(rb">\1", mail.replace(b"\r\n", b"\n")) + b"\n\n" for mail in mails)
