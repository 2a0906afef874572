"""Owns the letter to somebody who is invited to an account's team; must not know stores or mail servers."""

from __future__ import annotations

from email.message import EmailMessage
from typing import Final

from comity.edges.mail.letters import Told
from comity.edges.mail.takedown_letters import takedown_letter

_SUBJECT: Final = "You are invited to a team"


def team_letter(told: Told, sender: str) -> EmailMessage:
    """The letter, which is as plain as the one to right holders; `summary` of its body is all it says."""
    message = takedown_letter(told, sender)
    message.replace_header("Subject", _SUBJECT)
    return message
