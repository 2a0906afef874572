"""Owns a sanction in the words of the EU's DSA transparency database; must not know stores, or send anything.

The fields and their words are those of its API (transparency.dsa.ec.europa.eu, "API and Schema", 2025). A gateway for
messages is no online platform, so nothing has to be sent there; operators that report in these words have them here.
The schema knows no milder restriction than a partial suspension of the service: that is what a limit and a watch are.
No name of the account goes along.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from comity.accounts.standing import Event
from comity.accounts.statement import Statement

SCHEMA: Final[dict[str, frozenset[str]]] = {
    "decision_provision": frozenset(
        {
            "DECISION_PROVISION_PARTIAL_SUSPENSION",
            "DECISION_PROVISION_TOTAL_SUSPENSION",
            "DECISION_PROVISION_PARTIAL_TERMINATION",
            "DECISION_PROVISION_TOTAL_TERMINATION",
        }
    ),
    "decision_account": frozenset({"DECISION_ACCOUNT_SUSPENDED", "DECISION_ACCOUNT_TERMINATED"}),
    "account_type": frozenset({"ACCOUNT_TYPE_BUSINESS", "ACCOUNT_TYPE_PRIVATE"}),
    "decision_ground": frozenset({"DECISION_GROUND_ILLEGAL_CONTENT", "DECISION_GROUND_INCOMPATIBLE_CONTENT"}),
    "content_type": frozenset(
        {
            "CONTENT_TYPE_APP",
            "CONTENT_TYPE_AUDIO",
            "CONTENT_TYPE_IMAGE",
            "CONTENT_TYPE_PRODUCT",
            "CONTENT_TYPE_SYNTHETIC_MEDIA",
            "CONTENT_TYPE_TEXT",
            "CONTENT_TYPE_VIDEO",
            "CONTENT_TYPE_OTHER",
        }
    ),
    "category": frozenset(
        {
            "STATEMENT_CATEGORY_ILLEGAL_OR_HARMFUL_SPEECH",
            "STATEMENT_CATEGORY_INTELLECTUAL_PROPERTY_INFRINGEMENTS",
            "STATEMENT_CATEGORY_OTHER_VIOLATION_TC",
            "STATEMENT_CATEGORY_SCAMS_AND_FRAUD",
        }
    ),
    "source_type": frozenset(
        {
            "SOURCE_ARTICLE_16",
            "SOURCE_TRUSTED_FLAGGER",
            "SOURCE_TYPE_OTHER_NOTIFICATION",
            "SOURCE_VOLUNTARY",
        }
    ),
    "automated_detection": frozenset({"Yes", "No"}),
    "automated_decision": frozenset(
        {"AUTOMATED_DECISION_FULLY", "AUTOMATED_DECISION_PARTIALLY", "AUTOMATED_DECISION_NOT_AUTOMATED"}
    ),
}
"""The words that a field takes; of the category those alone that can be given here."""

MOST: Final = {"decision_facts": 5000, "incompatible_content_ground": 500, "incompatible_content_explanation": 2000}
"""How many characters a field takes."""

_RESTRICTED: Final = {
    Event.WATCH: {"decision_provision": "DECISION_PROVISION_PARTIAL_SUSPENSION"},
    Event.LIMIT: {"decision_provision": "DECISION_PROVISION_PARTIAL_SUSPENSION"},
    Event.SUSPEND: {
        "decision_provision": "DECISION_PROVISION_TOTAL_SUSPENSION",
        "decision_account": "DECISION_ACCOUNT_SUSPENDED",
    },
    Event.DEACTIVATE: {
        "decision_provision": "DECISION_PROVISION_TOTAL_TERMINATION",
        "decision_account": "DECISION_ACCOUNT_TERMINATED",
    },
}
# Clauses whose breach has a category of its own; every other is one of the terms.
_CATEGORIES: Final = {
    "U1": "STATEMENT_CATEGORY_SCAMS_AND_FRAUD",
    "U2": "STATEMENT_CATEGORY_INTELLECTUAL_PROPERTY_INFRINGEMENTS",
    "U4": "STATEMENT_CATEGORY_ILLEGAL_OR_HARMFUL_SPEECH",
}
_OTHER: Final = "STATEMENT_CATEGORY_OTHER_VIOLATION_TC"


def exported(statement: Statement) -> dict[str, Any]:
    """A sanction's statement of reasons as a statement of that database.

    Args:
        statement: of a sanction; what relieves has no place there.

    Raises:
        KeyError: it relieves.
    """
    ends = {"end_date_service_restriction": _day(statement.until)} if statement.until else {}
    account = {"end_date_account_restriction": _day(statement.until)} if statement.until else {}
    restricted = _RESTRICTED[Event(statement.event)]
    return {
        **restricted,
        **ends,
        **(account if "decision_account" in restricted else {}),
        "account_type": "ACCOUNT_TYPE_BUSINESS",
        "decision_ground": "DECISION_GROUND_INCOMPATIBLE_CONTENT",
        "incompatible_content_ground": _cut("incompatible_content_ground", _ground(statement)),
        "incompatible_content_explanation": _cut(
            "incompatible_content_explanation", statement.explanation or statement.facts
        ),
        "content_type": ["CONTENT_TYPE_TEXT"],
        "category": _CATEGORIES.get(statement.clause, _OTHER),
        "content_date": _day(statement.at),
        "application_date": _day(statement.at),
        "decision_facts": _cut("decision_facts", statement.facts),
        "source_type": "SOURCE_VOLUNTARY",
        "automated_detection": "Yes" if statement.detected else "No",
        "automated_decision": _automated(statement),
        "puid": statement.id,
    }


def _ground(statement: Statement) -> str:
    return f"Clause {statement.clause} of the acceptable use policy {statement.policy}"


def _automated(statement: Statement) -> str:
    if statement.automated:
        return "AUTOMATED_DECISION_FULLY"
    return "AUTOMATED_DECISION_PARTIALLY" if statement.detected else "AUTOMATED_DECISION_NOT_AUTOMATED"


def _cut(field: str, words: str) -> str:
    most = MOST[field]
    return words if len(words) <= most else f"{words[: most - 1]}…"


def _day(at: datetime) -> str:
    return f"{at:%Y-%m-%d}"
