"""Owns the first judgements of a process, made before anybody waits for one; must not know doors.

What rules judge with (expressions, registers, numbering plans, holidays) is loaded when first needed: half a second in
which nobody else would be served. The messages below need most of it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from comity.journey.check import Case, check
from comity.messages.submission import Category
from comity.screening.compiled import CompiledPolicy

_OFFER: Final = "Acme: 20% off all shoes until Friday at https://acme.example/shoes! Reply STOP to opt out."
_CLOSER: Final = (
    "Pay or I kill you, idiot. Ik haat moslims. Your account is locked, confirm your PIN at http://secure-login.example"
)
_CASES: Final = (
    ("Acme: your table is booked for 19:30.", "+32470000000", Category.TRANSACTIONAL),
    (_OFFER, "+32470000000", Category.PROMOTIONAL),
    (_OFFER, "+14155550100", Category.PROMOTIONAL),
    # Words that the judges of threats, hate, phishing and fraud look closer at.
    (_CLOSER, "+32470000000", Category.TRANSACTIONAL),
)


def warm_up(policy: CompiledPolicy, now: datetime) -> None:
    """Judge a few messages for nobody."""
    for text, to, category in _CASES:
        check(Case(text, to=to, sender="Acme", category=category, at=now), policy)
