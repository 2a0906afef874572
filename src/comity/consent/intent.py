"""Owns what a reply asks for, by keyword or in plain speech; must not know who replied or what is done about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

import msgspec

from comity.consent.replies import Intent as Word
from comity.consent.replies import read_reply
from comity.consent.speech import Withdrawn, spares_messages, withdrawal
from comity.consent.speech_learned import likelihood
from comity.consent.speech_words import without_quoted_lines

Scope = Withdrawn | Literal[""]
By = Literal["keyword", "speech", ""]
_SCOPES: Final[dict[str, Withdrawn]] = {"all": "everything", "sender": "brand"}


class Intent(msgspec.Struct, frozen=True):
    """What a reply asks for.

    Attributes:
        intent: `stop`, `start`, `help` or `none`.
        scope: of a stop: `everything` the account sends, what this `brand` sends, or one `category`, promotion; else
            empty.
        by: whether a `keyword` or plain `speech` said so; empty for none.
        words: those that say so most, where no form is said and the learned second opinion decided; else none.
    """

    intent: Word
    scope: Scope = ""
    by: By = ""
    words: tuple[str, ...] = ()


_NONE: Final = Intent("none")


def intent_of(text: str, languages: Sequence[str] = (), country: str | None = None) -> Intent:
    """What a reply asks for.

    Args:
        text: the whole reply as received.
        languages: ISO 639 codes of the texts that were sent to that person; `pt-BR` counts as `pt`.
        country: ISO 3166-1 alpha-2 of the person who replied, None when unknown.

    Languages and country widen which short keywords count (`comity.consent.replies`). Plain speech is read in every
    language there is a grammar of, and withdraws only: to start again takes the word START.
    Source: 47 CFR 64.1200(a)(10), revocation in any reasonable manner; GDPR article 7(3).
    """
    word = read_reply(without_quoted_lines(text), country=country, languages=languages)
    if word.intent in {"start", "help"}:
        return Intent(word.intent, "", "keyword")
    said = withdrawal(text)
    if word.intent == "stop" and (said or not spares_messages(text)):
        return Intent("stop", said or _SCOPES[word.scope], "keyword")
    if said:
        return Intent("stop", said, "speech")
    likely = likelihood(text) if word.intent == "none" else None
    return Intent("stop", "brand", "speech", likely.words) if likely and likely.score >= 0 else _NONE
