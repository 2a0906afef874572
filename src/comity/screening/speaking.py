"""Owns for which of an account's brands a message speaks; must not know what follows from it."""

from __future__ import annotations

from comity.accounts.record import AccountRecord
from comity.screening.judging import Message
from comity.senders.read import SenderKind
from comity.text.naming import is_named, same_name


def speaks_for(message: Message, account: AccountRecord | None) -> tuple[str, ...]:
    """The brands that a message may be from: more than one where that cannot be told, none where nothing is known."""
    own = tuple(brand.name for brand in account.brands) if account is not None else ()
    seen = message.reading.unmasked
    named = tuple(name for name in own if is_named(name, seen))
    by_name = message.sender is not None and message.sender.kind is SenderKind.NAME
    shown = (message.sender.shown,) if by_name and message.sender is not None else ()
    return named or tuple(name for name in own if shown and same_name(name, shown[0])) or own + shown
