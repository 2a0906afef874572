"""Owns the tables of error codes in the page about HTTP; must not know who answers with them."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from typing import Final

from comity.edges.cli.reference.tables import table
from comity.screening.rulebook import RULEBOOK
from comity.smstools import codes
from comity.smstools.codes import Code, policy_code

_OPTED_OUT: Final = "recipient-opted-out"


def error_codes() -> str:
    """Every code of the interface that is answered with, by number, then status."""
    known = sorted(_known(), key=lambda code: (code.number, code.status))
    rows = [(str(one.number), f"{one.status} {HTTPStatus(one.status).phrase}", one.words) for one in known]
    return table(("error", "HTTP status", "meaning"), rows)


def policy_codes() -> str:
    """Every rule's code: that of its leading clause."""
    rows = []
    for rule in RULEBOOK:
        leading = rule.clauses[0]
        number = codes.OPTED_OUT.number if rule.id == _OPTED_OUT else policy_code(rule.clauses).number
        rows.append((number, f"[{leading}](clauses.md#{leading.lower()})", f"[{rule.id}](rules/{rule.id}.md)"))
    return table(("error", "leading clause", "rule"), [(str(one), *rest) for one, *rest in sorted(rows)])


def _known() -> Iterable[Code]:
    return (value for value in vars(codes).values() if isinstance(value, Code))
