"""Owns the letter to a right holder who has to prove an address; must not know stores or mail servers.

Nothing that somebody else wrote stands in it: whoever gets one unasked reads no words of whoever named the address.
"""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP as MAIL_FORM
from typing import Final

from comity.edges.mail.letters import Told

_SUBJECT: Final = "Show that you reported an infringement"


def takedown_letter(told: Told, sender: str) -> EmailMessage:
    """The letter; `summary` of its body is all it says.

    Its Message-ID is that of the mail that waits, so that one sent twice (the answer was lost) is known again.
    """
    message = EmailMessage(MAIL_FORM)
    message["From"] = sender
    message["To"] = told.email
    message["Subject"] = _SUBJECT
    message["Date"] = told.left_at
    message["Message-ID"] = f"<{told.notice_id}@{sender.partition('@')[2]}>"
    # Nobody's holiday answers it (RFC 3834).
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(f"{told.body['summary']}\n", cte="quoted-printable")
    return message
