"""Owns the shapes of what a country asks of senders and texts; must not know where facts lie or what they decide."""

from __future__ import annotations

from typing import Literal

from comity.countries.fact import Fact

SenderKind = Literal["alpha", "numeric", "short_code"]
SenderRule = Literal["yes", "no", "registered", "replaced", "limited", "unknown"]
"""`replaced`: not supported, or the network writes another sender over it; `registered`: only after registration."""

Consequence = Literal["blocked", "replaced", "labelled", "unknown"]
"""What becomes of a message from a sender that is not registered; `labelled`: delivered under a warning."""

AppliesTo = Literal["all", "promotional", "transactional"]

Content = Literal[
    "gambling",
    "loans",
    "alcohol",
    "tobacco",
    "cannabis",
    "sex",
    "firearms",
    "crypto",
    "medicines",
    "political",
    "religious",
]
"""The regulated subjects that country rules speak of."""

Answer = Literal["yes", "no", "partly", "unknown"]


class SenderRegistration(Fact, frozen=True, kw_only=True):
    """A registration that a country or its networks ask for, from `effective` to `until`.

    Attributes:
        kind: the kind of sender it is asked of.
        what: the register, in words.
        consequence: what becomes of an unregistered sender's messages.
        becomes: the sender that recipients see then, where known (`Likely-SCAM`).
        applies_to: the traffic it is asked for.
        national_numbers_only: whether, of numbers, it is asked of the country's own alone.
    """

    kind: Literal["alpha", "numeric", "short_code", "any"]
    what: str
    consequence: Consequence = "unknown"
    becomes: str = ""
    applies_to: AppliesTo = "all"
    national_numbers_only: bool = False


class SenderAffix(Fact, frozen=True, kw_only=True):
    """Characters with which a sender name begins or ends there; they count in its eleven.

    Attributes:
        where: the end of the name at which they stand.
        written: the characters; case matters.
        applies_to: the traffic that carries them.
        added_by: who writes them; the network adds its own to names that lack them.
    """

    where: Literal["prefix", "suffix"]
    written: str
    applies_to: AppliesTo = "all"
    added_by: Literal["sender", "network"] = "sender"


class TextLabel(Fact, frozen=True, kw_only=True):
    """Words with which a text begins or ends there.

    Attributes:
        where: the end of the text at which they stand.
        written: the words.
        also: other words that serve.
        applies_to: the traffic that carries them.
        added_by: who writes them.
    """

    where: Literal["prefix", "suffix"]
    written: str
    also: tuple[str, ...] = ()
    applies_to: AppliesTo = "all"
    added_by: Literal["sender", "network"] = "sender"


class Senders(Fact, frozen=True, kw_only=True):
    """Which kinds of sender id the networks carry.

    Attributes:
        alpha: letters, or letters and digits.
        numeric: long numbers.
        short_code: short numbers.
        persons_only: kinds that only a person may use by hand, not a program.
    """

    alpha: SenderRule = "unknown"
    numeric: SenderRule = "unknown"
    short_code: SenderRule = "unknown"
    persons_only: tuple[SenderKind, ...] = ()

    def rule(self, kind: SenderKind) -> SenderRule:
        """What holds for a kind of sender id."""
        rules: dict[SenderKind, SenderRule] = {
            "alpha": self.alpha,
            "numeric": self.numeric,
            "short_code": self.short_code,
        }
        return rules[kind]


class ContentRule(Fact, frozen=True, kw_only=True):
    """What holds for a regulated subject: never, or only with the permit or approval that the note names."""

    content: Content
    rule: Literal["prohibited", "restricted"]


class LinkRule(Fact, frozen=True, kw_only=True):
    """What a text may ask the recipient to open, call or tell.

    Attributes:
        links: `whitelisted` when only addresses registered beforehand pass.
        shorteners: public link shorteners.
        call_back_numbers: telephone numbers in the text.
        personal_data_requests: asking the recipient for personal data.
    """

    links: Literal["allowed", "prohibited", "whitelisted"]
    shorteners: Literal["prohibited", "discouraged", "unknown"] = "unknown"
    call_back_numbers: Literal["prohibited", "whitelisted", "unknown"] = "unknown"
    personal_data_requests: Literal["prohibited", "unknown"] = "unknown"


class OptOutWording(Fact, frozen=True, kw_only=True):
    """Whether promotional texts must say how to stop them, and what follows when somebody does.

    Attributes:
        required: whether each promotional text must carry a way to stop.
        basis: what asks for it; empty where nobody says.
        form: how it has to read or work; empty where any clear wording does.
        sender_named: whether the text itself must say who sends it.
        honour_within_days: how soon a refusal must take effect; Comity honours each at once.
        working_days: whether those are working days.
    """

    required: Answer = "unknown"
    basis: Literal["law", "guideline", "operator", ""] = ""
    form: str = ""
    sender_named: Answer = "unknown"
    honour_within_days: int | None = None
    working_days: bool = False


class Registry(Fact, frozen=True, kw_only=True):
    """A register of numbers that do not want to be contacted, or of those that do.

    Attributes:
        name: as it is called there.
        shape: `file`: downloaded and matched; `lookup`: asked by number; `operator`: the networks block by it;
            `consent_api`: consents must be found in it before sending; `directory`: a mark in the telephone book;
            `own_number`: a number that each sender keeps for refusals; `abolished`: there is none any more.
        covers_texts: `no` when it is for calls alone.
        refresh_days: for how many days a download or an answer counts; 0 when asked at each sending.
        about: how it is consulted, in words.
    """

    name: str
    shape: Literal["file", "lookup", "operator", "consent_api", "directory", "own_number", "abolished"]
    covers_texts: Answer
    refresh_days: int | None = None
    about: str = ""


class TwoWay(Fact, frozen=True, kw_only=True):
    """Whether recipients can answer."""

    rule: Literal["yes", "no", "limited"]


class EmbargoDefault(Fact, frozen=True, kw_only=True):
    """What the packaged list says of a place; it binds nobody until an operator has confirmed it in the policy.

    Attributes:
        iso2: the country, or the country that a region's numbers belong to.
        status: `embargoed`: proposed to be refused; `targeted`: measures against parties, no embargo; `lifted`.
        programme: of the United States, which most lists follow.
        region: where a part of the country alone is meant, which a number does not tell.
    """

    iso2: str
    status: Literal["embargoed", "targeted", "lifted"]
    programme: str = ""
    region: str = ""


class HealthPosition(Fact, frozen=True, kw_only=True):
    """Why health data of people in the United States is kept out, and what identifies a person beside it.

    Attributes:
        position: in words.
        duties: what follows for a gateway, in words.
        identifiers: the kinds of identifier that 45 CFR 164.514(b)(2) lists, in words.
    """

    position: str
    duties: tuple[str, ...]
    identifiers: tuple[str, ...]
