"""A whole node answers at /api as it does at /v1, by the same key."""

import json

import pytest

from support.serving import make_account


@pytest.mark.timeout(90)
async def test_a_node_checks_sends_and_shows_the_verdict(served):
    await served.start()
    await served.announced()
    headers = await make_account(served.data)
    text, to, sender = "Your table is booked.", "32470000000", "Bank"
    asked = {"text": text, "to": to, "sender": sender}
    status, checked = await served.post("/api/check", headers=headers, json=asked)
    assert (status, checked["summary"]["go"]) == (200, 1)
    message = {"message": text, "to": to, "sender": sender}
    _, sent = await served.post("/v1/message/send", headers=headers, json=message)
    status, written = await served.get(f"/api/messages/{sent['messageid']}/verdict", headers=headers)
    receipt = json.loads(written)
    assert (status, receipt["id"]) == (200, sent["messageid"])
    assert receipt["verdict"]["action"] == checked["messages"][0]["action"]
    assert receipt["verdict"]["digest"] == checked["digest"]
    status, page = await served.get("/api/docs")
    assert (status, "</html>" in page) == (200, True)
    await served.end()
