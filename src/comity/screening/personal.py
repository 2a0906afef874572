"""Owns who may be writing as one person to another; must not know what the text says."""

from __future__ import annotations

from typing import Final

from comity.messages.submission import Category
from comity.messages.traffic import excesses
from comity.screening.judging import Facts, Message
from comity.senders.read import SenderKind

_PROMOTIONAL: Final = 0.9


def may_be_personal(message: Message, facts: Facts) -> bool:
    """Return whether the words of a chat may count as one.

    Only a long number writes personally, never a name, and only while its traffic is a person's by its figures, or
    not known. A text that is promotional, by its category or its words, is no chat.
    """
    if message.sender is None or message.sender.kind is not SenderKind.NUMBER:
        return False
    if message.category is Category.PROMOTIONAL or message.promotion >= _PROMOTIONAL:
        return False
    return facts.traffic is None or not excesses(facts.traffic)
