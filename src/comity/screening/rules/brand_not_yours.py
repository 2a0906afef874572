"""A text speaks in the name of a brand only when the account holds it (U1, U2, P9).

"Your PayPal account is limited" is PayPal's to say, and "ING: uw pas verloopt" ING's. A protected name in the text
counts by its role: whether it opens the text or a sentence, or signs, whether it stands with the recipient's own
account or card, whether it informs, alerts or has a "team", whether there is trouble and a link to mend it that is not
the brand's.
Against it count means, partners and places ("pay with PayPal", "delivered by DHL", "follow us on Instagram"), a text
that names its real sender, links to the brand's own site, and the tone of talk among people. All that adds up to a
score, and the settings say from which score on a message is noted, held or refused.

The account holds a brand when it is recorded with it, by its own right or by a letter of authorisation that runs. Where
the account is not known, only a sender that is a name and not the brand's says that somebody else speaks. Names outside
the register, and texts that hint at a bank without naming it, are for other rules.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Final

import msgspec

from comity.messages.submission import Category
from comity.messages.verdict import Evidence
from comity.policy.document import PolicyDocument
from comity.policy.lists import entries_of
from comity.screening.judging import MISS, Abstain, Answer, Facts, Hit, Message, Rule
from comity.senders.brands import BrandIndex, Naming
from comity.senders.held import held_names
from comity.senders.names import name_key
from comity.senders.read import SenderKind
from comity.senders.speaking import Role, probability, role_of
from comity.text.unmask import unmask

_Score = Annotated[float, msgspec.Meta(gt=0, le=1)]

_OTHER_LINK: Final = 1.3
_LINK_IN_ITS_NAME: Final = 2.2
_OWN_LINK: Final = -3.0
_SENDER_NAMED: Final = -2.4
_SENDER_OPENS: Final = -3.2
_ORDINARY: Final = -0.9
_SHORTEST_SENDER: Final = 3
_MOST_NAMES: Final = 12
"""A text that names more than so many brands is a list."""


class _Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    refuse_from: _Score = 0.92
    hold_from: _Score = 0.65
    note_from: _Score = 0.5
    words: str = "sender-words"


class _Ready:
    """The register ready to be searched, and the settings."""

    def __init__(self, settings: _Settings, document: PolicyDocument) -> None:
        self.settings = settings
        self.brands = BrandIndex.of(document.brands)
        self.anybodys = frozenset(map(name_key, entries_of(document, settings.words)))


class _Spoken(msgspec.Struct, frozen=True):
    """A name in whose name the text speaks, as far as `weight` says."""

    naming: Naming
    weight: float
    cues: tuple[str, ...]


def _check(message: Message, facts: Facts, ready: _Ready) -> Answer:
    namings = ready.brands.named_in(message.reading.unmasked)
    if not namings or len(namings) > _MOST_NAMES:
        return MISS
    names = _own_names(message, facts)
    held = ready.brands.held(names)
    spoken = [one for one in _spoken(message, namings, names, ready) if not held.intersection(one.naming.brands)]
    worst = max(spoken, key=lambda one: one.weight, default=None)
    if worst is None or probability(worst.weight) < ready.settings.note_from:
        return MISS
    return _hit(message, worst, ready) if _is_known(message, facts) else Abstain("account")


def _own_names(message: Message, facts: Facts) -> tuple[str, ...]:
    """In whose name the account may write; of an account that is not known, what its sender says."""
    if facts.account is not None:
        return held_names(facts.account.brands, message.at)
    return (message.sender.shown,) if message.sender is not None else ()


def _is_known(message: Message, facts: Facts) -> bool:
    """Whether enough is known of the sender to say that it is not the brand."""
    return facts.account is not None or _is_name(message)


def _is_name(message: Message) -> bool:
    return message.sender is not None and message.sender.kind is SenderKind.NAME


def _spoken(message: Message, namings: tuple[Naming, ...], names: tuple[str, ...], ready: _Ready) -> Iterator[_Spoken]:
    people = message.category is not Category.PROMOTIONAL and not _is_name(message)
    signed, taken = _named_itself(message, names, ready)
    links = [link.span for link in message.reading.links]
    for naming in namings:
        start, end = message.reading.unmasked.span(naming.start, naming.end)
        if any(low < end and start < high for low, high in links) or any(
            low <= naming.start and naming.end <= high for low, high in taken
        ):
            continue
        kind = ready.brands[naming.brands[0]].kind
        role = _role(message, naming, kind, among_people=people)
        if naming.ordinary and not (naming.as_a_name or role.opens):
            continue
        weight, cues = _with_links(message, naming, role, ready)
        weight += signed + (_ORDINARY if naming.ordinary else 0.0)
        yield _Spoken(naming, weight, cues)


def _role(message: Message, naming: Naming, kind: str, *, among_people: bool) -> Role:
    """How a name stands in the text; where digits may stand for letters, as it says more."""
    text = message.reading.unmasked
    seen = (text.plain,) if text.leet is text.plain else (text.plain, text.leet)
    roles = [role_of(one, naming.start, naming.end, kind, among_people=among_people) for one in seen]
    return max(roles, key=lambda role: role.weight)


def _named_itself(message: Message, names: tuple[str, ...], ready: _Ready) -> tuple[float, list[tuple[int, int]]]:
    """What it says that the text names its real sender, and where its names stand; "Info" and "Alert" name nobody."""
    plain = message.reading.unmasked.plain
    own = {*names, message.sender.shown} if message.sender and _is_name(message) else {*names}
    named = [name for name in sorted(own) if name_key(name) not in ready.anybodys]
    forms = [unmask(name).plain for name in named if len(name_key(name)) >= _SHORTEST_SENDER]
    taken = [place for form in forms if (place := _whole_word(form, plain)) is not None]
    if not taken:
        return 0.0, taken
    return (_SENDER_OPENS if min(taken)[0] <= 1 else _SENDER_NAMED), taken


def _whole_word(form: str, plain: str) -> tuple[int, int] | None:
    """Where a name first stands by itself: "Pay" does not stand in "PayPal"."""
    start = plain.find(form)
    while start >= 0:
        end = start + len(form)
        if not plain[max(0, start - 1) : start].isalnum() and not plain[end : end + 1].isalnum():
            return start, end
        start = plain.find(form, end)
    return None


def _with_links(message: Message, naming: Naming, role: Role, ready: _Ready) -> tuple[float, tuple[str, ...]]:
    hosts = [link.host for link in message.reading.links if link.host]
    if not hosts:
        return role.weight, role.cues
    if all(any(ready.brands.owns(brand, host) for brand in naming.brands) for host in hosts):
        return role.weight + _OWN_LINK, (*role.cues, "its own link")
    key = name_key(naming.name)
    if any(key in name_key(host) for host in hosts if len(key) >= _SHORTEST_SENDER):
        return role.weight + _LINK_IN_ITS_NAME, (*role.cues, "a link with its name that is not its own")
    return role.weight + _OTHER_LINK, (*role.cues, "a link that is not its own")


def _hit(message: Message, spoken: _Spoken, ready: _Ready) -> Hit:
    score, naming, settings = round(probability(spoken.weight), 3), spoken.naming, ready.settings
    action = "refuse" if score >= settings.refuse_from else "hold" if score >= settings.hold_from else "note"
    span = message.reading.unmasked.span(naming.start, naming.end)
    owner = ready.brands[naming.brands[0]].owner or "its owner"
    return Hit(
        evidence=(Evidence("text", observed=naming.written, limit="a brand that this account holds", span=span),),
        sentence=f"The text speaks in the name of {naming.name}, a brand that this account does not hold.",
        remedy=f"Say who you are, and name {naming.name} only as what it is to you. "
        "To write for them, have their letter of authorisation recorded.",
        reviewer=f"{naming.name} is a name of {owner}. What speaks for and against: {', '.join(spoken.cues)}.",
        score=score,
        action=action,
    )


RULE: Final = Rule(
    id="brand-not-yours",
    clauses=("U1", "U2", "P9"),
    title="Another's brand speaks",
    needs=("account",),
    check=_check,
    settings=_Settings,
    prepare=_Ready,
)
