"""Some numbers are never for texts: premium, service and satellite ranges, short codes, numbers of no plan (U5).

What a number is for comes from its numbering plan, as libphonenumber has it. Premium and shared-cost numbers earn money
with what reaches them, short codes are services of one network, satellite phones cost a multiple. Each kind has an
action of its own in the settings; a kind whose action is allow passes.

Mobile and fixed numbers pass, and so does what a plan leaves open. Emergency numbers have a rule of their own. A number
that no plan knows, and a short code, are turned away at the doors with an error before any rule is asked: this rule
says it of them in checks of files, where nothing was turned away.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated, Final, Literal

import msgspec

from comity.messages.verdict import Evidence
from comity.numbers.digits import plain
from comity.numbers.emergency import SHORT_DIGITS, emergency_number
from comity.numbers.mask import mask
from comity.numbers.plan import Kind
from comity.numbers.read import BadNumber, read_destination
from comity.policy.document import PolicyDocument
from comity.screening.judging import MISS, Abstain, Answer, Facts, Hit, Message, Rule

_Action = Literal["allow", "note", "hold", "refuse"]
_MOST_KEPT: Final = 4096
_SHORT: Final = "short_code"
_NONE: Final = "unallocated"


_SHORT_CODE: Final = msgspec.Meta(pattern=r"^[0-9]{2,6}$", description='Write 2 to 6 digits in quotes: "1234".')


class _Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An action for each kind of number; `uan` are universal access numbers, `open_short_codes` those that pass."""

    premium: _Action = "refuse"
    shared_cost: _Action = "refuse"
    unallocated: _Action = "refuse"
    short_code: _Action = "refuse"
    uan: _Action = "refuse"
    pager: _Action = "refuse"
    voicemail: _Action = "refuse"
    satellite: _Action = "hold"
    toll_free: _Action = "hold"
    personal: _Action = "hold"
    voip: _Action = "allow"
    open_short_codes: tuple[Annotated[str, _SHORT_CODE], ...] = ()


_WORDS: Final = {
    "premium": "a premium number",
    "shared_cost": "a shared-cost number",
    _NONE: "no number of any numbering plan",
    _SHORT: "a short code",
    "uan": "a universal access number",
    "pager": "a pager",
    "voicemail": "a voicemail box",
    "satellite": "a satellite phone",
    "toll_free": "a toll-free number",
    "personal": "a personal forwarding number",
    "voip": "an internet telephone number",
}


class _Ready(msgspec.Struct, frozen=True):
    actions: dict[str, str]
    opened: frozenset[str]


def _prepare(settings: _Settings, _document: PolicyDocument) -> _Ready:
    actions = {kind: getattr(settings, kind) for kind in _WORDS}
    stopped = {kind: action for kind, action in actions.items() if action != "allow"}
    return _Ready(stopped, frozenset(settings.open_short_codes))


def _check(message: Message, _facts: Facts, ready: _Ready) -> Answer:
    kind = message.kind or _kind(message.recipient)
    if kind is None:
        return _unread(message.to, ready)
    action = ready.actions.get(kind)
    return MISS if action is None else _hit(kind, action, message.recipient)


def _unread(to: str, ready: _Ready) -> Answer:
    """What was written is no number that can be reached from abroad."""
    if not to.strip():
        return Abstain("recipient")
    if emergency_number(to) is not None:
        return MISS
    digits = _digits(to)
    kind = _SHORT if 0 < len(digits) <= SHORT_DIGITS else _NONE
    action = ready.actions.get(kind)
    if action is None or digits in ready.opened:
        return MISS
    return _hit(kind, action, digits)


@lru_cache(maxsize=_MOST_KEPT)
def _kind(recipient: str) -> Kind | None:
    """What a number is for that nobody looked up yet, as in a replay."""
    try:
        return read_destination(recipient).kind if recipient else None
    except BadNumber:
        return None


def _digits(to: str) -> str:
    try:
        return plain(to).removeprefix("+")
    except ValueError:
        return ""


def _hit(kind: str, action: str, digits: str) -> Hit:
    words = _WORDS[kind]
    return Hit(
        evidence=(
            Evidence("recipient", observed=f"{words}: {mask(digits)}", limit="a number that people read texts on"),
        ),
        sentence=f"The recipient is {words}, which texts are not for.",
        remedy="Send to a mobile number, written with its country code.",
        action=action,
    )


RULE: Final = Rule(
    id="destination-not-allowed",
    clauses=("U5",),
    title="Number that is not for texts",
    needs=(),
    check=_check,
    settings=_Settings,
    prepare=_prepare,
)
