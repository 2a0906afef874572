"""Owns the letters that are no notices, in plain words of our own; must not know stores or mail servers.

Nothing that a stranger wrote stands in them: whoever gets one unasked reads no words of whoever named the address.
"""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP as MAIL_FORM
from enum import StrEnum
from typing import Final

from comity.edges.mail.letters import Told


class LetterKind(StrEnum):
    """What a letter is for."""

    TAKEDOWN_PROOF = "takedown-proof"
    TEAM_INVITATION = "team-invitation"
    CHALLENGE_CODE = "challenge-code"


_SUBJECTS: Final = {
    LetterKind.TAKEDOWN_PROOF: "Show that you reported an infringement",
    LetterKind.TEAM_INVITATION: "You are invited to a team",
    LetterKind.CHALLENGE_CODE: "Is this you? Your account is used in an unusual way",
}


def plain_letter(told: Told, sender: str) -> EmailMessage:
    """The letter; `summary` of its body, and the account's name where it goes to one, are all it says.

    Its Message-ID is that of the mail that waits, so that one sent twice (the answer was lost) is known again.
    """
    message = EmailMessage(MAIL_FORM)
    message["From"] = sender
    message["To"] = told.email
    message["Subject"] = _SUBJECTS[LetterKind(told.kind)]
    message["Date"] = told.left_at
    message["Message-ID"] = f"<{told.notice_id}@{sender.partition('@')[2]}>"
    # Nobody's holiday answers it (RFC 3834).
    message["Auto-Submitted"] = "auto-generated"
    account = "".join(char if char.isprintable() else " " for char in told.account)
    whom = f"To those who answer for the account {account}.\n\n" if account else ""
    message.set_content(f"{whom}{told.body['summary']}\n", cte="quoted-printable")
    return message
