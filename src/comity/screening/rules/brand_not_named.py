"""A promotional text says whose it is: the brand stands in the text or is the sender's name (U9, P3).

Any brand of the account counts, in full or shortened ("Acme" for "Acme Shoes"), in a link too, however it is written. A
sender id that is the brand counts, unless the policy says otherwise or the recipient's country asks for the name in the
text itself and that is known for sure. An account without any brand on record is known by its sender's name.
"""

from __future__ import annotations

from typing import Final

import msgspec

from comity.countries import may_refuse, opt_out_wording
from comity.messages.submission import Category
from comity.messages.verdict import Evidence
from comity.screening.judging import MISS, Abstain, Answer, Facts, Hit, Message, Rule
from comity.senders.read import Sender, SenderKind
from comity.text.naming import is_named, same_name


class _Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether a sender id that is the brand's name names it."""

    sender_counts: bool = True


def _check(message: Message, facts: Facts, settings: _Settings) -> Answer:
    if message.category is not Category.PROMOTIONAL:
        return MISS
    if facts.account is None:
        return Abstain("account")
    if message.sender is None:
        return Abstain("sender")
    brands = tuple(brand.name for brand in facts.account.brands) or _own_name(message.sender)
    if not brands:
        return Abstain("account")
    in_text = not settings.sender_counts or _in_text_there(message.country)
    if not in_text and _is_brand(message.sender, brands):
        return MISS
    seen = message.reading.unmasked
    if any(is_named(brand, seen) for brand in brands):
        return MISS
    where = "in the text" if in_text else "in the text or as its sender"
    return Hit(
        evidence=(Evidence("text", observed=f"from {message.sender.shown}", limit=f"{' or '.join(brands)} {where}"),),
        sentence=f"This promotional text does not say that it is from {brands[0]}.",
        remedy=f"Begin the text with the name people know you by, such as {brands[0]}.",
    )


def _own_name(sender: Sender) -> tuple[str, ...]:
    return (sender.shown,) if sender.kind is SenderKind.NAME else ()


def _is_brand(sender: Sender, brands: tuple[str, ...]) -> bool:
    return sender.kind is SenderKind.NAME and any(same_name(sender.shown, brand) for brand in brands)


def _in_text_there(iso2: str | None) -> bool:
    """Whether the country asks for the name in the text itself, and that is sure enough to act on."""
    wording = opt_out_wording(iso2) if iso2 else None
    return wording is not None and wording.sender_named == "yes" and may_refuse(wording.tier)


RULE: Final = Rule(
    id="brand-not-named",
    clauses=("U9", "P3"),
    title="Brand not named",
    needs=("account",),
    check=_check,
    settings=_Settings,
)
