"""Owns the hands of reviewers in tests: staff of a running gateway, messages that are held, their cases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from comity.edges.postgres.evidence_keys import ensure_evidence
from comity.edges.postgres.staff_store import add_staff
from support.gateway import Answer, Customer, Gateway

if TYPE_CHECKING:
    from pathlib import Path

HELD = "Text 112 to this number in an emergency."
"""A text that the shipped policy holds (emergency-offer)."""


async def staff(gateway: Gateway, person: str, role: str = "reviewer") -> Customer:
    """A person of the staff, with the credentials that let them in."""
    client_id, secret = await add_staff(gateway.connection, person, role)
    return Customer(person, 0, client_id, secret)


async def ready_for_evidence(gateway: Gateway, folder: Path) -> None:
    """What a node does at its start."""
    await ensure_evidence(gateway.connection, folder)


async def send_held(gateway: Gateway, customer: Customer, text: str = HELD, **changes: Any) -> str:
    """Send what is held; gives the message's id."""
    answer = await gateway.send(customer, message=text, **changes)
    assert answer.status == 200, answer.body
    message: str = answer.body["messageid"]
    return message


async def case_of(gateway: Gateway, reviewer: Customer, customer: Customer) -> dict[str, Any]:
    """The only case that waits of an account."""
    answer = await gateway.call("GET", "/api/desk/cases", reviewer, params={"account": customer.name})
    assert answer.status == 200, answer.body
    (found,) = answer.body["items"]
    return dict(found)


async def decide(gateway: Gateway, reviewer: Customer, case: str, decision: str, **more: Any) -> Answer:
    """Decide a case."""
    headers = more.pop("headers", {})
    body = {"decision": decision, "words": "Looked at it.", **more}
    return await gateway.call("POST", f"/api/desk/cases/{case}/decision", reviewer, json=body, headers=headers)
