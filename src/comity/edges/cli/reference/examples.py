"""Owns the messages that the rules' pages show, hits and misses; must not know what comes of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec

from comity.content.promotion import judge_promotion
from comity.messages.submission import Category
from comity.screening.judging import ConsentFact, Facts, Message, RecentText
from comity.senders.read import Sender, read_sender
from comity.text.fold import same_text_key
from comity.text.similar import similarity_hash

_NOON: Final = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)  # a Wednesday
_NIGHT: Final = _NOON.replace(hour=22)
_NOTICE: Final = "Acme: your order 4711 is ready for pickup."
_OFFER: Final = "Acme: 20% off all shoes until Friday! Reply STOP to opt out."
_NEARLY: Final = "Acme: 25% off all shoes until Friday! Reply STOP to opt out."
_ALL_WELL: Final = Facts(
    standing="good",
    policy_accepted=True,
    sender_granted=True,
    opted_out=False,
    consent=ConsentFact(_NOON - timedelta(days=90), "Acme", "offers"),
    consent_known=True,
    recent=(),
    zones=("Europe/Brussels",),
)


class Example(msgspec.Struct, frozen=True):
    """A message under its title, the facts around it, and what of them matters, in words."""

    title: str
    message: Message
    facts: Facts
    given: str = ""


def _example(title: str, given: str = "", facts: dict[str, Any] | None = None, **changes: Any) -> Example:  # noqa: ANN401  fields of Message
    return Example(title, _message(**changes), msgspec.structs.replace(_ALL_WELL, **(facts or {})), given)


def _message(text: str = _NOTICE, *, sender: str = "Acme", to: str = "32470123456", **more: Any) -> Message:  # noqa: ANN401  the same
    declared = more.get("declared", Category.TRANSACTIONAL)
    read = read_sender(sender)
    return Message(
        sender=read if isinstance(read, Sender) else None,
        to=to,
        recipient=to,
        country="BE",
        text=text,
        category=more.get("category", declared),
        declared=declared,
        at=more.get("at", _NOON),
        text_key=same_text_key(text),
        similarity=similarity_hash(text),
        promotion=judge_promotion(text).score,
    )


def _earlier(text: str, ago: timedelta) -> dict[str, Any]:
    return {"recent": (RecentText(_NOON - ago, same_text_key(text), similarity_hash(text)),)}


_PROMOTIONAL: Final[dict[str, Any]] = {"text": _OFFER, "declared": Category.PROMOTIONAL}
EXAMPLES: Final[dict[str, tuple[Example, ...]]] = {
    "account-not-in-standing": (
        _example("A suspended account", "The account is suspended.", {"standing": "suspended"}),
        _example("A watched account still sends", "The account is watched.", {"standing": "watched"}),
    ),
    "policy-not-accepted": (
        _example("A new account", "Nobody has accepted the policy for it.", {"policy_accepted": False}),
        _example("After somebody accepted", "Ann Example has accepted it for the account."),
    ),
    "emergency-destination": (
        _example("To an emergency number", text="There is smoke in hall 3.", to="112"),
        _example("As an emergency number", text="This is the fire service.", sender="112"),
        _example("To an ordinary number"),
    ),
    "sender-not-granted": (
        _example(
            "Posing as a bank",
            "The sender is not granted to the account.",
            {"sender_granted": False},
            text="Please confirm your payment.",
            sender="MetroBank",
        ),
        _example("One's own name", "The sender is granted to the account."),
    ),
    "recipient-opted-out": (
        _example("After STOP", "The recipient has opted out.", {"opted_out": True}),
        _example(
            "A code that the recipient asks for",
            "The recipient has opted out.",
            {"opted_out": True},
            text="Acme: 482 913 is your code.",
            declared=Category.OTP,
        ),
    ),
    "undeclared-promotion": (
        _example("An offer declared as a notice", text=_OFFER, category=Category.PROMOTIONAL),
        _example("A notice"),
    ),
    "promotion-without-consent": (
        _example("Nobody agreed", "No consent is on record.", {"consent": None}, **_PROMOTIONAL),
        _example("With an opt-in", "The recipient agreed three months ago.", **_PROMOTIONAL),
        _example("A notice needs none", "No consent is on record.", {"consent": None}),
    ),
    "repeated-text": (
        _example("A loop", "The same text went out two minutes ago.", _earlier(_NOTICE, timedelta(minutes=2))),
        _example(
            "A reminder an hour later", "The same text went out an hour ago.", _earlier(_NOTICE, timedelta(hours=1))
        ),
        _example(
            "The same offer again",
            "The same text went out two days ago.",
            _earlier(_OFFER, timedelta(days=2)),
            **_PROMOTIONAL,
        ),
        _example(
            "Nearly the same offer",
            "The text with 25% in place of 20% went out two days ago.",
            _earlier(_NEARLY, timedelta(days=2)),
            **_PROMOTIONAL,
        ),
    ),
    "quiet-hours": (
        _example("An offer at night", "It is 23:00 in Brussels.", at=_NIGHT, **_PROMOTIONAL),
        _example("An offer at noon", "It is 13:00 in Brussels.", **_PROMOTIONAL),
        _example("A notice at night", "It is 23:00 in Brussels.", at=_NIGHT),
    ),
}
