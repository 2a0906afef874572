"""Owns the shape of the policy document: clauses, rule settings, overlays, registers; must not know how a rule judges.

A document is data. Its digest names the exact text, so that a verdict says for ever what it was reached under.
"""

from __future__ import annotations

import enum
from datetime import date
from typing import Annotated, Any, Final, Literal

import msgspec

from comity.accounts.triggers import TriggerTables
from comity.complaints.figures import FigureTables
from comity.consent.proof_request import ProofTerms
from comity.disclosure.fields import Basis

# What commands call a policy by beside its version: no version is called so.
SHIPPED: Final = "shipped"
IN_FORCE: Final = "in-force"
RESERVED: Final = frozenset({SHIPPED, IN_FORCE})


class Mode(enum.StrEnum):
    """Whether a rule's findings count."""

    ENFORCE = "enforce"
    MONITOR = "monitor"
    OFF = "off"


class Clause(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A duty, in words that a sender understands.

    Attributes:
        title: in a few words.
        text: what is asked.
        category: the part of the policy it stands in.
        guidance: how to keep to it.
        fine: examples of what is fine.
        not_fine: examples of what is not.
        elsewhere: for what no rule judges: which part of the gateway sees to it.
    """

    title: str
    text: str
    category: Literal["ground", "use", "practice", "platform"]
    guidance: str = ""
    fine: tuple[str, ...] = ()
    not_fine: tuple[str, ...] = ()
    elsewhere: str = ""


class RuleSetting(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the policy says of one rule.

    Attributes:
        mode: enforce, monitor (judged and recorded, not acted on) or off.
        action: what a hit asks for: note, defer, hold or refuse.
        on_failure: what a rule that breaks asks for: allow, hold or refuse.
        on_missing: what a rule that lacks a fact asks for: allow, hold or refuse.
        settings: thresholds and lists, as the rule declares them.
    """

    mode: Mode = Mode.ENFORCE
    action: str = "refuse"
    on_failure: str = "allow"
    on_missing: str = "allow"
    settings: dict[str, Any] = {}


class RuleChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an overlay changes of a rule; None leaves it, settings are changed one by one."""

    mode: Mode | None = None
    action: str | None = None
    on_failure: str | None = None
    on_missing: str | None = None
    settings: dict[str, Any] = {}


class When(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which messages an overlay is for: all that is named must fit, and an empty list fits every message.

    Attributes:
        countries: ISO 3166-1 alpha-2 of the recipient.
        categories: promotional, transactional, otp, alert.
        accounts: names of accounts.
        carriers: names of the carriers that routes lead to.
    """

    countries: tuple[str, ...] = ()
    categories: tuple[Literal["promotional", "transactional", "otp", "alert"], ...] = ()
    accounts: tuple[str, ...] = ()
    carriers: tuple[str, ...] = ()


class Overlay(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Changes to rules for some messages: a country's, a carrier's, an account's own.

    Attributes:
        title: for people; for a carrier's policy its name.
        when: which messages.
        rules: by rule id; a rule that the policy has off may be switched on here.
        clauses: ids that findings made under the overlay cite too, such as U11 for a third party's policy.
        since: the first day it holds (UTC); None for always.
        until: the last day it holds (UTC); None for no end.
        source: where it was read.
    """

    title: str
    when: When
    rules: dict[str, RuleChange]
    clauses: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    source: str = ""


BrandKind = Literal[
    "bank",
    "parcel",
    "tax",
    "government",
    "telecom",
    "shop",
    "payment",
    "platform",
    "health",
    "energy",
    "other",
]


class Brand(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A protected name.

    Attributes:
        names: as people know it, the full one first.
        owner: who holds the mark.
        domains: registrable domains that are its own.
        proof_domains: domains whose mailboxes are its own people's alone: mail from there proves a claim of its right.
        senders: sender ids that are its own.
        countries: ISO 3166-1 alpha-2 where it is known; empty for everywhere.
        kind: what it does.
        ordinary: whether a name is also an ordinary word ("Orange", "Post"), so that alone it says little.
        contact: where its owner takes reports.
    """

    names: tuple[str, ...]
    owner: str = ""
    domains: tuple[str, ...] = ()
    senders: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    kind: BrandKind = "other"
    ordinary: bool = False
    contact: str = ""
    proof_domains: tuple[str, ...] = ()


class PolicyDocument(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The acceptable use policy as data.

    Attributes:
        version: its name, such as "2026-11".
        title: for people.
        effective: the date from which it holds.
        rules: by rule id; a rule that is not named here is off.
        acceptance_required: whether an account must accept this version before live traffic (G5).
        substantial: whether it changes rights or duties, so that it is announced in advance (G6).
        notice_days: how many days ahead a substantial version is announced at the least.
        clauses: by clause id.
        overlays: by name, applied in this order.
        brands: the register of protected names, by a short name.
        lists: word lists and the like, by name.
        triggers: limits at which accounts are acted on (U8, U12, U16); tables that are left out are as shipped.
        proof: how a request to prove opt-ins runs (P5).
        disclosure: legal bases by name: what may be told to whom (G3); those that ship and are not named stay.
        complaints: what complaints weigh, how they are linked, and how often one may be made (P6, G7); what is left out
            is as shipped.
    """

    version: str
    title: str
    effective: date
    rules: dict[str, RuleSetting]
    acceptance_required: bool = True
    substantial: bool = False
    notice_days: Annotated[int, msgspec.Meta(ge=0, le=365)] = 30
    clauses: dict[str, Clause] = {}
    overlays: dict[str, Overlay] = {}
    brands: dict[str, Brand] = {}
    lists: dict[str, tuple[str, ...]] = {}
    triggers: TriggerTables = TriggerTables()
    proof: ProofTerms = ProofTerms()
    disclosure: dict[str, Basis] = {}
    complaints: FigureTables = FigureTables()


class Policy(msgspec.Struct, frozen=True):
    """A document with its digest (SHA-256, hex) and its exact text (`comity.policy.files`).

    Attributes:
        follows: earlier versions whose acceptance counts for this one too: nothing substantial came between (G5).
    """

    document: PolicyDocument
    digest: str
    source: str
    follows: frozenset[str] = frozenset()

    def is_accepted(self, accepted: frozenset[str]) -> bool:
        """Whether who accepted these versions may send under this one."""
        document = self.document
        return not document.acceptance_required or document.version in accepted or not self.follows.isdisjoint(accepted)
