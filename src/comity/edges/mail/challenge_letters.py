"""Owns the letter with the code of a challenge; must not know stores or mail servers.

Nothing that a caller wrote stands in it but client ids: it is plain text of our own.
"""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP as MAIL_FORM
from typing import Final

from comity.edges.mail.letters import Told

_SUBJECT: Final = "Is this you? Your account is used in an unusual way"


def challenge_letter(told: Told, sender: str) -> EmailMessage:
    """The letter; `summary` of its body, and the account's name, are all it says.

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
    account = "".join(char if char.isprintable() else " " for char in told.account)
    message.set_content(
        f"To those who answer for the account {account}.\n\n{told.body['summary']}\n", cte="quoted-printable"
    )
    return message
