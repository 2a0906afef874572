"""Owns what others are told of a complaint, and in which form; must not know where complaints are kept.

Who complained, and whom the text reached, stays here: others get the sender, the time, what it is about, and the text
only where the caller has a right to give it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID, uuid5

import msgspec

from comity.complaints import arf, xarf

_SPACE: Final = UUID("8b6f0d52-0d8a-4c0e-9d2c-3a4d0a1b7c5e")
_UNKNOWN: Final = "unknown"
_AGENT: Final = "Comity/1"
_LONGEST_NUMBER: Final = 7
_FEEDBACK: Final = {"spam": "abuse", "phishing": "fraud", "fraud": "fraud", "consent": "opt-out"}


class Told(msgspec.Struct, frozen=True):
    """What others are told of a complaint.

    Attributes:
        number: what it is known by.
        sender: as it was seen, "" unknown.
        received_at: when the text came, or when it was complained of (aware).
        country: of the recipient, ISO 3166-1 alpha-2, "" unknown.
        outcome: `upheld`, `rejected`, `abusive` or "" while nobody decided.
        text: "" where it is not given.
    """

    number: str
    kind: str
    sender: str
    received_at: datetime
    country: str = ""
    outcome: str = ""
    text: str = ""


def to_xarf(told: Told, ours: xarf.Contact) -> xarf.Report:
    """A complaint as a report of this gateway; the same complaint always has the same id."""
    tags = (f"kind:{told.kind}", *((f"country:{told.country.lower()}",) if told.country else ()))
    outcome = (f"outcome:{told.outcome}",) if told.outcome else ()
    return xarf.Report(
        report_id=uuid5(_SPACE, told.number),
        timestamp=told.received_at,
        reporter=ours,
        sender=ours,
        source_identifier=_with_plus(told.sender) or _UNKNOWN,
        category="messaging",
        type="spam",
        protocol="sms",
        evidence_source="user_complaint",
        evidence=(xarf.text_evidence(told.text),) if told.text else (),
        tags=(*tags, *outcome),
    )


def to_arf(told: Told, ours: xarf.Contact) -> arf.Report:
    """A complaint as a mail of this gateway."""
    outcome = f" It was {told.outcome}." if told.outcome else ""
    return arf.Report(
        report_id=f"{told.number.lower()}@{ours.domain}",
        feedback_type=_FEEDBACK.get(told.kind, "other"),
        user_agent=_AGENT,
        sender=_with_plus(told.sender) if told.sender.isascii() and told.sender.isprintable() else "",
        arrived_at=told.received_at.replace(microsecond=0),
        text=told.text,
        words=f"A recipient of a text message complained of it ({told.kind}).{outcome}",
    )


def _with_plus(sender: str) -> str:
    return f"+{sender}" if sender.isdecimal() and len(sender) > _LONGEST_NUMBER else sender
