"""Owns the country rule book: facts with source and tier, and pure functions over them; must not know any account.

None of it is legal advice; `docs/reference/country-facts.md` says where it
comes from and how sure each tier is.
"""

from comity.countries.answers import (
    SenderFact,
    content_rule,
    link_rule,
    opt_out_wording,
    registries,
    sender_verdict,
    text_labels,
)
from comity.countries.demands import (
    Content,
    ContentRule,
    EmbargoDefault,
    HealthPosition,
    LinkRule,
    OptOutWording,
    Registry,
    SenderAffix,
    SenderKind,
    SenderRegistration,
    Senders,
    TextLabel,
    TwoWay,
)
from comity.countries.fact import Fact, Source, Tier, may_refuse
from comity.countries.facts import Authority, Country, Emergency, Hours, ReportChannel
from comity.countries.names import spoken_name
from comity.countries.review import DueFact, due_on, facts_due_for_review, facts_of, reviewed_on
from comity.countries.rulebook import (
    countries,
    country,
    embargo_defaults,
    gathered,
    health_position,
    source,
    us_state_hours,
)

__all__ = [
    "Authority",
    "Content",
    "ContentRule",
    "Country",
    "DueFact",
    "EmbargoDefault",
    "Emergency",
    "Fact",
    "HealthPosition",
    "Hours",
    "LinkRule",
    "OptOutWording",
    "Registry",
    "ReportChannel",
    "SenderAffix",
    "SenderFact",
    "SenderKind",
    "SenderRegistration",
    "Senders",
    "Source",
    "TextLabel",
    "Tier",
    "TwoWay",
    "content_rule",
    "countries",
    "country",
    "due_on",
    "embargo_defaults",
    "facts_due_for_review",
    "facts_of",
    "gathered",
    "health_position",
    "link_rule",
    "may_refuse",
    "opt_out_wording",
    "registries",
    "reviewed_on",
    "sender_verdict",
    "source",
    "spoken_name",
    "text_labels",
    "us_state_hours",
]
