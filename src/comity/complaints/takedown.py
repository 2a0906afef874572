"""Owns takedown (U2) and complaints of defamation (U4): what is claimed, their life as a table, who is taken at once.

It must not know where claims are kept, how a contact is proven, or what time it is.
"""

from __future__ import annotations

import enum
import re
import unicodedata
from datetime import timedelta
from typing import Final, Literal

import msgspec

from comity.complaints.complaint import LONGEST_TEXT, LONGEST_WORDS, Kind
from comity.complaints.feed import read_sender
from comity.senders.brands import BrandIndex

# For the customer to answer, from when they are told.
ANSWER_WITHIN: Final = timedelta(days=7)
# For the holder to prove the contact; after that nobody waits for it.
PROVE_WITHIN: Final = timedelta(days=14)
LONGEST_NAME: Final = 200
LONGEST_LINK: Final = 500
_FEWEST_WORDS: Final = 2
_SHORTEST_PERSON: Final = 4
_PARTICLE: Final = 3

RightKind = Literal["trademark", "copyright", "publicity", "privacy", "defamation"]
COMPLAINTS: Final[dict[RightKind, Kind]] = {
    "trademark": "trademark",
    "copyright": "other",
    "publicity": "other",
    "privacy": "other",
    "defamation": "defamation",
}
CLAUSES: Final[dict[RightKind, str]] = {
    "trademark": "U2",
    "copyright": "U2",
    "publicity": "U2",
    "privacy": "U2",
    "defamation": "U4",
}


class State(enum.StrEnum):
    """Where a takedown is."""

    UNPROVEN = "unproven"  # the contact is not proven yet
    OPEN = "open"  # a reviewer has to look; nothing is stopped
    HELD = "held"  # what it names was stopped: for a while, or by a person until it is decided
    ANSWERED = "answered"  # a customer answered: the counter-notice
    UNANSWERED = "unanswered"  # the time to answer is over
    UPHELD = "upheld"  # what infringes stays stopped
    RESTORED = "restored"  # it goes on
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"  # nobody proved to be who claims


class Event(enum.StrEnum):
    """What happens to a takedown."""

    PROVE = "prove"
    HOLD = "hold"
    ANSWER = "answer"
    SILENCE = "silence"  # the customers' time is over
    UPHOLD = "uphold"
    RESTORE = "restore"
    WITHDRAW = "withdraw"
    LAPSE = "lapse"


S = State
_WAITING: Final = (S.OPEN, S.HELD, S.ANSWERED, S.UNANSWERED)
TRANSITIONS: Final[dict[tuple[State, Event], State]] = {
    (S.UNPROVEN, Event.PROVE): S.OPEN,
    (S.UNPROVEN, Event.LAPSE): S.LAPSED,
    (S.OPEN, Event.HOLD): S.HELD,
    (S.OPEN, Event.SILENCE): S.UNANSWERED,
    (S.HELD, Event.SILENCE): S.UNANSWERED,
    # Late answers count too, as long as nobody has decided.
    **{(state, Event.ANSWER): S.ANSWERED for state in _WAITING},
    # A reviewer may decide whatever is known of the contact, and decide again where a case was opened anew.
    **{(state, Event.UPHOLD): S.UPHELD for state in (S.UNPROVEN, *_WAITING, S.RESTORED, S.LAPSED)},
    **{(state, Event.RESTORE): S.RESTORED for state in (S.UNPROVEN, *_WAITING, S.UPHELD, S.LAPSED)},
    **{(state, Event.WITHDRAW): S.WITHDRAWN for state in (S.UNPROVEN, *_WAITING)},
}
DECIDED: Final = frozenset({S.UPHELD, S.RESTORED, S.WITHDRAWN, S.LAPSED})
TAKES_ANSWERS: Final = frozenset(_WAITING)


class Claim(msgspec.Struct, frozen=True):
    """What somebody says infringes a right of theirs.

    Attributes:
        kind: the right.
        holder: who has it, or for `defamation` the person named.
        right: its register and number, the work, or what is untrue.
        email: where the claim is proven and answered; never shown to the customer.
        sender: digits or a name, "" for none.
        text: as it was received, "" for none.
        link: never opened, "" for none.
        words: what else the holder says.
        recipient: the number that got the text, as digits; "" when it is not known.
    """

    kind: RightKind
    holder: str
    right: str
    email: str
    sender: str = ""
    text: str = ""
    link: str = ""
    words: str = ""
    recipient: str = ""


def after(state: State, event: Event) -> State | None:
    """The state that an event leads to; None where it does not happen."""
    return TRANSITIONS.get((state, event))


def wanting(claim: Claim) -> str:
    """What a claim lacks, in a sentence; "" for nothing.

    Raises:
        BadReportError: its sender can be none.
    """
    read_sender(claim.sender)
    lines = (claim.holder, claim.right)
    checks = (
        (all(0 < len(line.strip()) <= LONGEST_NAME and line.isprintable() for line in lines), _NO_RIGHT),
        (claim.sender.strip() or claim.text.strip() or claim.link.strip(), _NOTHING_NAMED),
        (len(claim.text) <= LONGEST_TEXT and len(claim.words) <= LONGEST_WORDS, _TOO_LONG),
        (len(claim.link) <= LONGEST_LINK and (claim.link.isprintable() or not claim.link), _TOO_LONG),
        ("\0" not in claim.text + claim.words, _TOO_LONG),
        (claim.kind != "defamation" or claim.text.strip(), _NO_TEXT),
    )
    return next((words for holds, words in checks if not holds), "")


def brands_proven(claim: Claim, index: BrandIndex, *, domain: str = "", names: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The brands of the register that the claim is about and whose owner makes it.

    Args:
        claim: by its holder's name or its sender it is about a brand.
        index: of the register.
        domain: of the e-mail address that was proven, "" for none; it speaks for a brand where the register sets it
            apart for that (`proof_domains`): a domain where anybody has a mailbox proves nothing.
        names: of the account that claims, by the operator's records.
    """
    about = (*index.exact(claim.holder), *index.exact(claim.sender))
    held = index.held(names)
    return tuple(
        dict.fromkeys(
            brand
            for brand in about
            if brand in held or (domain and index.speaks_for(brand, domain.lower().rstrip(".")))
        )
    )


def is_named(person: str, text: str) -> bool:
    """Whether a text names a person: first and last name, or all of it, stand in it together, written as names are.

    A name has two words at least, one of them of four letters: "your order" is none. "Black Friday" is one by this, so
    that it stands in a text is never enough to stop it.
    """
    name = [word.casefold() for word in _words(person)]
    if len(name) < _FEWEST_WORDS or max(map(len, name)) < _SHORTEST_PERSON:
        return False
    written = _words(text)
    return _stands(name, written) or _stands([name[0], name[-1]], written)


def _stands(name: list[str], written: list[str]) -> bool:
    folded = [word.casefold() for word in written]
    starts = range(len(folded) - len(name) + 1)
    return any(folded[at : at + len(name)] == name and _as_names(written[at : at + len(name)]) for at in starts)


def _as_names(words: list[str]) -> bool:
    """With capitals, where the script has them; what stands between names (`van`, `de la`) needs none."""
    ends = (words[0], words[-1], *(word for word in words if len(word) > _PARTICLE))
    return all(word[0].isupper() or word[0].lower() == word[0].upper() for word in ends)


def _words(text: str) -> list[str]:
    folded = unicodedata.normalize("NFKD", text)
    return re.findall(r"\w+", "".join(letter for letter in folded if not unicodedata.combining(letter)))


_NO_RIGHT: Final = "Say who has the right and what it is: its register and number, or the work."
_NOTHING_NAMED: Final = "Say what infringes it: the sender, the text or the link."
_TOO_LONG: Final = "The text, the link or the words are too long, or hold what no text holds."
_NO_TEXT: Final = "Give the text that says it."
