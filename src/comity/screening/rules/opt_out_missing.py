"""A promotional text says how to stop such texts where that is due, and in a way that works (U9, P1).

Any clear wording counts, in over 40 languages: a word to send back, a number, a short code, a link. Nobody can answer a
sender that is a name, so that "Reply STOP" from one leads nowhere: there a number, a short code or a link has to stand.
It is due where the recipient's country asks for it, or everywhere if the policy says so. A country fact that nobody has
checked asks for no more than a note.
"""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from comity.content.opt_out import read_opt_out
from comity.countries import may_refuse, opt_out_wording
from comity.messages.submission import Category
from comity.messages.verdict import Evidence
from comity.screening.judging import MISS, Abstain, Answer, Facts, Hit, Message, Rule
from comity.senders.read import SenderKind


class _Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether the wording is due `everywhere`; and what follows where it is there but leads nowhere."""

    everywhere: bool = False
    unanswerable_action: Literal["allow", "note", "hold", "refuse"] = "note"


def _check(message: Message, _facts: Facts, settings: _Settings) -> Answer:
    if message.category is not Category.PROMOTIONAL:
        return MISS
    asks = opt_out_wording(message.country) if message.country else None
    by_country = asks is not None and asks.required == "yes"
    if not by_country and not settings.everywhere:
        return MISS
    wording = read_opt_out(message.reading.unmasked, message.reading.links)
    if wording is None:
        sure = settings.everywhere or (asks is not None and may_refuse(asks.tier))
        why = (
            f" {asks.note}. Sources: {', '.join(asks.sources) or 'none'} ({asks.tier})." if asks and by_country else ""
        )
        return _missing(message, asks.form if asks is not None else "", why, "" if sure else "note")
    if wording.way in {"number", "link"}:
        return MISS
    if message.sender is None:
        return Abstain("sender")
    if message.sender.kind is not SenderKind.NAME:
        return MISS
    return Hit(
        evidence=(Evidence("opt-out wording", limit="a number, a short code or a link", span=wording.span),),
        sentence=f"Nobody can answer {message.sender.shown}, so the way to stop that this text names leads nowhere.",
        remedy='Name a number, a short code or a link, such as "STOP to 1234", or send from a number.',
        action=settings.unanswerable_action,
    )


def _missing(message: Message, form: str, why: str, action: str) -> Hit:
    return Hit(
        evidence=(Evidence("text", limit=form or "a way to stop such texts"),),
        sentence="This promotional text does not say how to stop such texts.",
        remedy='Add a way to stop, such as "STOP to 1234" or a link; from a number "Reply STOP" will do.',
        reviewer=f"No opt-out wording was found in a promotional text to {message.country or 'nowhere known'}.{why}",
        action=action,
    )


RULE: Final = Rule(
    id="opt-out-missing",
    clauses=("U9", "P1"),
    title="No way to stop named",
    needs=(),
    check=_check,
    settings=_Settings,
)
