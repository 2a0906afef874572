"""A sender is not, and does not look like, a protected name that the account does not hold (U1, P3, U2).

The register of protected names (`brands/*.toml` of the policy) holds banks, carriers of parcels, authorities, platforms
and others whose names are imitated most. A sender is compared with it as people see it: letters that are drawn alike,
digits that stand for letters, other scripts and invisible characters, words that anybody adds ("Info", "Support"), a
name cut at eleven characters, and spellings a letter or two away. How it resembles the name gives the score, and the
settings say what follows from which score.

The account holds a brand when it is recorded with it, by its own right or by a letter of authorisation that has not
ended. Names that are ordinary words ("Orange", "Chase") or of up to four letters count in the brand's own countries
only, and ordinary ones say less. Digits, the account's own recorded name and the names in `genuine` are left alone.
A name that is not in the register may be somebody's all the same.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated, Final

import msgspec

from comity.messages.verdict import Evidence
from comity.policy.document import PolicyDocument
from comity.policy.lists import entries_of
from comity.screening.judging import MISS, Abstain, Answer, Facts, Hit, Message, Rule
from comity.senders.brands import BrandIndex, Likeness
from comity.senders.held import held_names
from comity.senders.likeness import DRAWN, EXACT
from comity.senders.names import name_key
from comity.senders.read import Sender, SenderKind

_SHORT_NAME: Final = 4
_SENDERS_KEPT: Final = 16384

_Score = Annotated[float, msgspec.Meta(gt=0, le=1)]


class _Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    refuse_from: _Score = 0.8
    hold_from: _Score = 0.55
    words: str = "sender-words"
    genuine: tuple[str, ...] = ()


class _Ready:
    """The register ready to be searched, and the settings."""

    def __init__(self, settings: _Settings, document: PolicyDocument) -> None:
        self.settings = settings
        self.brands = BrandIndex.of(document.brands)
        self._genuine = frozenset(map(name_key, settings.genuine))
        self._words = frozenset(map(name_key, entries_of(document, settings.words)))
        self.taken_for = lru_cache(_SENDERS_KEPT)(self._taken_for)

    def _taken_for(self, shown: str, country: str | None) -> tuple[Likeness, ...]:
        """What people of a country take a name for, the likest first."""
        if name_key(shown) in self._genuine:
            return ()
        found = self.brands.look_alike(shown, self._words)
        return tuple(one for one in found if one.score >= self.settings.hold_from and self._counts(one, country))

    def _counts(self, one: Likeness, country: str | None) -> bool:
        little = one.ordinary or len(name_key(one.name)) <= _SHORT_NAME
        return not little or self.brands.is_known_in(one.brand, country)


def _check(message: Message, facts: Facts, ready: _Ready) -> Answer:
    sender = message.sender
    if sender is None:
        return Abstain("sender")
    if sender.kind is not SenderKind.NAME:
        return MISS
    found = ready.taken_for(sender.shown, message.country)
    if not found:
        return MISS
    if facts.account is None:
        # Nobody's own name is drawn like another's: whose account it is does not matter there.
        return _hit(sender, found[0], ready) if found[0].how == DRAWN else Abstain("account")
    names = held_names(facts.account.brands, message.at)
    if _is_its_own(sender, names, found) or ready.brands.held(names) & {one.brand for one in found}:
        return MISS
    return _hit(sender, found[0], ready)


def _is_its_own(sender: Sender, names: tuple[str, ...], found: tuple[Likeness, ...]) -> bool:
    """Whether the account is recorded under this name, which then is near another's by chance, not drawn like it."""
    mine = name_key(sender.shown) in {name_key(name) for name in names}
    return mine and found[0].how not in {EXACT, DRAWN}


def _hit(sender: Sender, taken_for: Likeness, ready: _Ready) -> Hit:
    refused = taken_for.score >= ready.settings.refuse_from
    owner = ready.brands[taken_for.brand].owner or "its owner"
    return Hit(
        evidence=(Evidence("sender", observed=sender.shown, limit=f"{taken_for.name} ({taken_for.how})"),),
        sentence=f'"{sender.shown}" is or resembles {taken_for.name}, a name that this account does not hold.',
        remedy="Send under your own name. To send for them, have their letter of authorisation recorded.",
        reviewer=f"Taken for {taken_for.name} of {owner}: {taken_for.how}.",
        score=taken_for.score,
        action="refuse" if refused else "hold",
    )


RULE: Final = Rule(
    id="sender-look-alike",
    clauses=("U1", "P3", "U2"),
    title="A protected name, or one like it",
    needs=("account",),
    check=_check,
    settings=_Settings,
    prepare=_Ready,
)
