"""The page for consumers: its examples run against what is really sent, its figures are those of the code."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from comity.base.clock import SystemClock
from comity.edges.postgres.webhook_store import MOST_WEBHOOKS
from comity.edges.webhooks.connector import CONNECT_LIMIT_S, TOTAL_LIMIT_S
from comity.edges.webhooks.endpoint import MAX_LENGTH
from comity.edges.webhooks.sending import MAX_ANSWER_BYTES
from comity.journey.webhook_delivery import ALIASES, KINDS, RETRY_AFTER_S, TRIES

PAGE = (Path(__file__).parents[3] / "docs" / "reference" / "webhooks.md").read_text("utf-8")


@pytest.fixture
def clock():
    """The examples look at the real time."""
    return SystemClock()


async def test_the_examples_verify_what_is_sent_and_nothing_else(desk):
    names: dict[str, Any] = {}
    for example in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL):
        exec(example, names)  # the page's own words
    _, secret = await desk.webhook()
    desk.start()
    await desk.enqueue("m1", '{"content":"é"}')
    got = await desk.consumer.next()
    signature = got.headers["X-Smstools-Signature"]
    assert names["is_genuine"](secret, signature, got.body)
    assert not names["is_genuine"](secret, signature, got.body + b" ")
    assert not names["is_genuine"]("another", signature, got.body)
    assert names["read_event"](secret, got.headers, got.body)["message"] == {"content": "é"}


@pytest.mark.parametrize("kind", [*KINDS, *ALIASES])
def test_every_kind_of_event_is_named(kind):
    assert f"`{kind}`" in PAGE


@pytest.mark.parametrize(
    "words",
    [
        f"at most {MOST_WEBHOOKS} webhooks",
        f"at most {MAX_LENGTH} characters",
        f"within {CONNECT_LIMIT_S:.0f} seconds",
        f"within {TOTAL_LIMIT_S:.0f}.",
        f"at most {MAX_ANSWER_BYTES // 1024} KB",
        f"tried {TRIES} times",
        f"{sum(RETRY_AFTER_S) // 3600} hours at",
    ],
)
def test_the_figures_are_those_of_the_code(words):
    assert words in " ".join(PAGE.split())
