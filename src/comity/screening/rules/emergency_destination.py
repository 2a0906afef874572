"""Emergency numbers are never a destination or a sender (U18, P2)."""

from __future__ import annotations

from typing import Final

import msgspec

from comity.messages.verdict import Evidence
from comity.numbers.emergency import emergency_number
from comity.screening.judging import MISS, Answer, Facts, Hit, Message, Rule
from comity.senders.read import Sender, SenderKind


class _Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    pass


def _check(message: Message, _facts: Facts, _settings: _Settings) -> Answer:
    if emergency_number(message.to) is not None:
        return _hit("recipient", message.to, "Emergency services cannot be reached through this gateway.")
    if _is_emergency_sender(message.sender):
        return _hit(
            "sender", message.sender.shown if message.sender else "", "An emergency number cannot be a sender id."
        )
    return MISS


def _is_emergency_sender(sender: Sender | None) -> bool:
    """Only numbers are judged: a name such as "Info112" belongs to the look-alike rules."""
    return sender is not None and sender.kind is not SenderKind.NAME and emergency_number(sender.shown) is not None


def _hit(what: str, observed: str, sentence: str) -> Hit:
    return Hit(
        evidence=(Evidence(what, observed=observed, limit="no emergency number of any country"),),
        sentence=sentence,
        remedy="In an emergency call from a phone. To warn people use category alert, and build redundancy.",
    )


RULE: Final = Rule(
    id="emergency-destination",
    clauses=("U18", "P2"),
    title="Emergency number",
    needs=(),
    check=_check,
    settings=_Settings,
)
