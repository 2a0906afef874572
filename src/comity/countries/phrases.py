"""Owns how a fact about a country reads in plain words; must not know how a page is laid out."""

from __future__ import annotations

from typing import Final

from comity.countries.demands import (
    ContentRule,
    LinkRule,
    OptOutWording,
    Registry,
    SenderAffix,
    SenderKind,
    SenderRegistration,
    TextLabel,
    TwoWay,
)
from comity.countries.facts import Hours

KINDS: Final[dict[SenderKind, str]] = {
    "alpha": "Names (letters, or letters and digits)",
    "numeric": "Long numbers",
    "short_code": "Short codes",
}
SENDER_RULES: Final = {
    "yes": "carried",
    "no": "not carried",
    "registered": "only after registration",
    "replaced": "replaced: the network puts another sender in its place, or drops the message",
    "limited": "on some networks or routes only",
    "unknown": "not known",
}
PERSONS_ONLY: Final = "not carried for programs: such numbers are for a person's own use only"
OWN_NUMBERS: Final = "the country's own only after registration; nothing was found on others"
OVERRIDES: Final = {
    "agreement": "A recipient who agreed to other hours may be written to in those.",
    "separate_consent": "In the closed hours only a recipient who gave a separate consent for them may be written to.",
}
STATUSES: Final = {
    "embargoed": "proposed for the list of embargoed destinations",
    "targeted": "measures against certain parties, no embargo",
    "lifted": "was embargoed, and is no longer",
}
CHANNELS: Final = {"sms": "By text to", "phone": "By telephone", "web": "On the web", "email": "By e-mail"}
_REGISTERED_KINDS: Final = {
    "alpha": "names",
    "numeric": "long numbers",
    "short_code": "short codes",
    "any": "every sender",
}
_CONSEQUENCES: Final = {
    "blocked": "without it messages are blocked",
    "replaced": "without it another sender is put in its place",
    "labelled": "without it messages arrive under a warning",
    "unknown": "what happens without it is not known",
}
_TRAFFIC: Final = {
    "all": "all texts",
    "promotional": "promotional texts",
    "transactional": "transactional texts",
}
_ADDED_BY: Final = {"sender": "you write it", "network": "the network adds it"}
_REQUIRED: Final = {
    "yes": "Promotional texts must say how to stop them.",
    "no": "Promotional texts need not say how to stop them.",
    "partly": "Some promotional texts must say how to stop them.",
    "unknown": "Whether promotional texts must say how to stop them is not known.",
}
_NAMED: Final = {"yes": "They must say who sends them.", "no": "They need not say who sends them."}
_BASES: Final = {"law": "law", "guideline": "guideline", "operator": "rule of an operator", "": ""}
_LINKS: Final = {
    "allowed": "Links may be sent.",
    "prohibited": "Links are prohibited.",
    "whitelisted": "Only links registered beforehand pass.",
}
_SHORTENERS: Final = {
    "prohibited": "Public link shorteners are not taken.",
    "discouraged": "Public link shorteners are discouraged.",
}
_NUMBERS: Final = {
    "prohibited": "Telephone numbers to call back are prohibited.",
    "whitelisted": "Only telephone numbers registered beforehand pass.",
}
_PERSONAL_DATA: Final = {"prohibited": "Asking for personal data is prohibited."}
_SHAPES: Final = {
    "file": "a file to download and match",
    "lookup": "numbers are looked up in it",
    "operator": "the networks block by it",
    "consent_api": "the consent must stand in it before the text goes",
    "directory": "a mark in the telephone book",
    "own_number": "a number that each sender keeps for refusals",
    "abolished": "abolished",
}
_COVERS: Final = {
    "yes": "covers texts",
    "no": "does not cover texts",
    "partly": "covers some texts",
    "unknown": "whether it covers texts is unclear",
}
_TWO_WAY: Final = {
    "yes": "Recipients can answer.",
    "no": "Recipients cannot answer on the routes that were read about.",
    "limited": "Recipients can answer on some routes.",
}
SUBJECTS: Final = {
    "gambling": "Gambling and lotteries",
    "loans": "Loans and credit",
    "alcohol": "Alcohol",
    "tobacco": "Tobacco",
    "cannabis": "Cannabis",
    "sex": "Sex and erotica",
    "firearms": "Firearms",
    "crypto": "Crypto-assets",
    "medicines": "Medicines",
    "political": "Politics",
    "religious": "Religion",
}


def registration(one: SenderRegistration) -> str:
    """Like `for names, all texts; without it messages are blocked`."""
    own = "the country's own " if one.national_numbers_only else ""
    asked_of = f"for {own}{_REGISTERED_KINDS[one.kind]}, {_TRAFFIC[one.applies_to]}"
    shown = (
        f'without it recipients see "{one.becomes}" as the sender' if one.becomes else _CONSEQUENCES[one.consequence]
    )
    return f"{asked_of}; {shown}"


def affix(one: SenderAffix | TextLabel) -> str:
    """Like `at the end, promotional texts; you write it`."""
    end = "at the beginning" if one.where == "prefix" else "at the end"
    return f"{end}, {_TRAFFIC[one.applies_to]}; {_ADDED_BY[one.added_by]}"


def content(rule: ContentRule) -> str:
    """Whether a subject is prohibited."""
    return "prohibited" if rule.rule == "prohibited" else "only with a permit or approval"


def links(rule: LinkRule) -> str:
    """What a text may ask people to open, call or tell."""
    said = (
        _LINKS[rule.links],
        _SHORTENERS.get(rule.shorteners, ""),
        _NUMBERS.get(rule.call_back_numbers, ""),
        _PERSONAL_DATA.get(rule.personal_data_requests, ""),
    )
    return " ".join(part for part in said if part)


def opt_out(wording: OptOutWording) -> str:
    """Whether and how a text has to say how to stop, and how soon that counts."""
    days = "working days" if wording.working_days else "days"
    said = (
        _REQUIRED[wording.required],
        _NAMED.get(wording.sender_named, ""),
        f"Form: {wording.form}." if wording.form else "",
        f"A refusal takes effect within {wording.honour_within_days} {days}; Comity honours it at once."
        if wording.honour_within_days is not None
        else "",
        f"Basis: {_BASES[wording.basis]}." if wording.basis else "",
    )
    return " ".join(part for part in said if part)


def registry(one: Registry) -> str:
    """What a register is and whether it speaks of texts."""
    ended = one.shape == "abolished" and one.until is not None
    said = ["a register, abolished since" if ended else _SHAPES[one.shape], _COVERS[one.covers_texts]]
    if one.refresh_days:
        counts = "a copy" if one.shape == "file" else "an answer"
        said.append(f"{counts} counts for {one.refresh_days} {'day' if one.refresh_days == 1 else 'days'}")
    elif one.refresh_days == 0:
        said.append("consulted at each sending")
    return "; ".join([*said, one.about] if one.about else said)


def two_way(fact: TwoWay) -> str:
    """Whether recipients can answer."""
    return _TWO_WAY[fact.rule]


def hours(fact: Hours) -> tuple[str, ...]:
    """What goes beyond the hours: caps, and consents that lift them."""
    cap = (
        f"At most {fact.cap_24h} promotional {_texts(fact.cap_24h)} to a recipient in 24 hours." if fact.cap_24h else ""
    )
    return tuple(part for part in (cap, OVERRIDES[fact.override] if fact.override else "") if part)


def _texts(count: int) -> str:
    return "text" if count == 1 else "texts"
