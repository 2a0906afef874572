"""A sender names somebody: "INFO" is nobody's, and "Police" is the state's (U1, P3).

A name made of words that anybody adds to a name ("Info", "SMS Alert", "MyBank") tells the recipient nothing and is
noted. One that sounds like a public authority, alone or with such words ("Police", "GOV-Alert", "TaxRefund"), is held.
Neither is said of an account that holds that very name as a brand: whoever granted it has answered the question. The
words are lists of the policy, `sender-words` and `sender-official`.

A name with any other word in it is left alone: "Politie Gent" and "Tax Partners" say who they are, and whether they are
that is for the grant of the sender to prove.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final, Literal

import msgspec

from comity.accounts.record import AccountRecord
from comity.messages.verdict import Evidence
from comity.policy.document import PolicyDocument
from comity.policy.lists import entries_of
from comity.screening.judging import MISS, Abstain, Answer, Facts, Hit, Message, Rule
from comity.senders.held import held_names
from comity.senders.names import name_key, tokens_of
from comity.senders.read import Sender, SenderKind

_SHORTEST_JOINED: Final = 3
_DIGITS: Final = "0123456789"
_SENDERS_KEPT: Final = 16384


class _Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    generic: Literal["allow", "note", "hold"] = "note"
    official: Literal["allow", "note", "hold", "refuse"] = "hold"
    words: str = "sender-words"
    official_words: str = "sender-official"


class _Ready:
    """The settings, and the words as keys, with what was found of each sender."""

    def __init__(self, settings: _Settings, words: frozenset[str], official: frozenset[str]) -> None:
        self.settings = settings
        self._words = words
        self._official = official
        self.sort_of = lru_cache(_SENDERS_KEPT)(self._sort_of)

    def _sort_of(self, shown: str) -> str:
        """Tell "official" from "generic" names; "" for one that names somebody."""
        tokens = tokens_of(shown)
        words = tokens if self._all_known(tokens) else _joined(name_key(shown), self._words | self._official)
        if not words:
            return ""
        official = any(word in self._official or word.rstrip(_DIGITS) in self._official for word in words)
        return "official" if official else "generic"

    def _all_known(self, tokens: tuple[str, ...]) -> bool:
        known = all(self._is_known(token) or self._is_known(token.rstrip(_DIGITS)) for token in tokens)
        return known and any(len(token) >= _SHORTEST_JOINED for token in tokens)

    def _is_known(self, token: str) -> bool:
        return token in self._words or token in self._official or not token


def _joined(key: str, words: frozenset[str]) -> tuple[str, ...]:
    """The words that a key is made of without a gap ("govalert"), or none where anything is left over."""
    best: dict[int, tuple[str, ...]] = {0: ()}
    for end in range(_SHORTEST_JOINED, len(key) + 1):
        for start in range(end - _SHORTEST_JOINED + 1):
            if start in best and key[start:end] in words:
                best[end] = (*best[start], key[start:end])
                break
    return best.get(len(key), ())


def _prepare(settings: _Settings, document: PolicyDocument) -> _Ready:
    words, official = (
        frozenset(map(name_key, entries_of(document, name))) - {""}
        for name in (settings.words, settings.official_words)
    )
    return _Ready(settings, words, official)


def _check(message: Message, facts: Facts, ready: _Ready) -> Answer:
    sender = message.sender
    if sender is None:
        return Abstain("sender")
    if sender.kind is not SenderKind.NAME:
        return MISS
    sort = ready.sort_of(sender.shown)
    if sort == "":
        return MISS
    known = facts.account is not None and message.at is not None
    if facts.account is not None and known and _is_theirs(sender, facts.account, message):
        return MISS
    if sort == "generic":
        return MISS if ready.settings.generic == "allow" else _generic(sender, ready.settings)
    if not known:
        return Abstain("account")
    return MISS if ready.settings.official == "allow" else _official(sender, ready.settings)


def _is_theirs(sender: Sender, account: AccountRecord, message: Message) -> bool:
    names = held_names(account.brands, message.at)
    return name_key(sender.shown) in {name_key(name) for name in names}


def _generic(sender: Sender, settings: _Settings) -> Hit:
    return Hit(
        evidence=(Evidence("sender", observed=sender.shown, limit="a name that says who sends"),),
        sentence=f'The sender "{sender.shown}" does not tell recipients who you are.',
        remedy="Send under your own name, or one that holds it.",
        action=settings.generic,
    )


def _official(sender: Sender, settings: _Settings) -> Hit:
    return Hit(
        evidence=(Evidence("sender", observed=sender.shown, limit="an authority of that name"),),
        sentence=f'The sender "{sender.shown}" sounds like a public authority, which this account is not known to be.',
        remedy="Send under your own name. If you are that authority, have the name recorded as your brand.",
        action=settings.official,
    )


RULE: Final = Rule(
    id="sender-generic",
    clauses=("U1", "P3"),
    title="A sender that names nobody",
    needs=("account",),
    check=_check,
    settings=_Settings,
    prepare=_prepare,
)
