"""Owns the page of metrics, from the structs that are counted in; must not know how figures are gathered."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import Final

import msgspec

from comity.edges.carriers.returns import LinkCounters
from comity.edges.cli.reference.tables import NOTE, code, table
from comity.edges.smpp_server.counters import DoorCounters
from comity.edges.webhooks.counters import Counters as WebhookCounters
from comity.journey.accept import AcceptCounters
from comity.journey.counters import Counters as DispatchCounters


class Family(msgspec.Struct, frozen=True):
    """What one role counts.

    Attributes:
        prefix: in front of every name, as `app/compose` gives it.
        label: of every figure of a mapping.
        of_each: the label that tells one thing of the role from another; "" when there is one alone.
        gauges: name and meaning of what goes up and down.
        words: meaning of the counters whose struct leaves it unsaid.
    """

    title: str
    prefix: str
    counters: type[msgspec.Struct]
    label: str = ""
    of_each: str = ""
    gauges: dict[str, str] = {}
    words: dict[str, str] = {}


FAMILIES: Final = (
    Family(
        title="Acceptance",
        prefix="accept",
        counters=AcceptCounters,
        label="action",
        gauges={"backlog": "messages that wait to be judged"},
        words={
            "submissions": "submissions settled, dry runs too",
            "messages": "messages judged in them",
            "batches": "batches settled; messages by batches is how well commits are shared",
            "throttled": 'submissions answered "try later" for lack of room',
            "retried": "batches settled again because credits or keys had changed meanwhile",
            "failed": "submissions that ended with an error of ours",
            "sealed": "messages refused whose text only named readers can open",
            "by_action": "messages by the action of their verdict",
        },
    ),
    Family(
        title="Dispatch",
        prefix="dispatch",
        counters=DispatchCounters,
        words={
            "receipts_matched": "receipts that met the part they are about",
            "receipts_unmatched": "receipts that met none so far",
            "receipts_ignored": "receipts that say nothing new",
            "inbound": "messages from people, to a number of an account",
            "inbound_unclaimed": "messages from people, to a number that nobody holds",
            "opt_outs": "replies that stopped an account's messages",
            "opt_ins": "replies that started them again",
        },
    ),
    Family(
        title="Links to carriers",
        prefix="link",
        counters=LinkCounters,
        of_each="carrier",
        gauges={"up": "1 while at least one connection is bound", "outstanding": "parts without an answer yet"},
        words={
            "submitted": "parts written to a connection",
            "sent": "parts that the carrier took",
            "throttled": "parts refused for speed, to be sent again",
            "temporary": "parts refused for now, to be sent again",
            "permanent": "parts refused for good",
            "unanswered": "parts that may or may not have been taken",
            "not_sent": "parts given back because the link was down",
            "late": "answers that came after their part was given up",
            "deliveries": "receipts and inbound messages received",
            "answered": "of them those answered",
            "answered_too_late": "of them those whose connection had ended by then",
            "connects": "connections made",
            "connect_failures": "connections that could not be made",
            "binds": "binds granted",
            "binds_refused": "binds refused",
            "lost": "bound connections that ended unasked",
        },
    ),
    Family(
        title="SMPP server",
        prefix="smpp",
        counters=DoorCounters,
        words={
            "connections": "connections taken",
            "turned_away": "connections that were over a limit",
            "binds": "binds granted",
            "binds_refused": "binds refused",
            "binds_locked_out": "binds refused because of earlier failures",
            "parts": "of them parts of long messages",
            "wholes": "messages that such parts made",
            "sent": "deliver_sm written",
            "acknowledged": "deliver_sm that the customer took",
            "refused": "deliver_sm that the customer refused",
            "timed_out": "deliver_sm without an answer in time",
            "given_back": "deliver_sm put back for another connection",
            "expired": "deliver_sm that nobody fetched in time",
        },
    ),
    Family(title="Webhooks", prefix="webhooks", counters=WebhookCounters),
)

_HEAD: Final = f"""# Metrics

{NOTE}
`GET /metrics` answers in Prometheus' text format, to this machine and to networks named with `--metrics-allow`. Behind
a reverse proxy on the same machine everybody comes from this machine: let the proxy keep the page to itself.

Each process of a node writes its figures each second to a file in `DATA/run/figures`; whichever process is asked adds
up those of the whole node. Counters begin at 0 when a process starts. Every node answers for itself.
"""
_WATCH: Final = """
## Scores

| name | kind | label | meaning |
| --- | --- | --- | --- |
| `comity_score_drift` | gauge | `category` | how far the scores of the last seven days lie from \
those of the four weeks before (population stability index); not there while \
either has fewer than 500 messages |

## What to watch

- `comity_accept_sealed_total` that moves: a text was refused for the safety of children and sealed; the log says
  `sealed.case_opened` with account and message, and a named reader has to look at once (`comity sealed list`).
- `comity_score_drift` from 0.25 on: traffic or a model changed; `comity scores drift` shows the figures behind it.
- `comity_link_up` at 0 for more than a minute: nothing reaches that carrier.
- `comity_accept_backlog` that grows, or `comity_accept_throttled_total`: more comes in than can be put on disk.
- `comity_dispatch_resent_ambiguous_total`: possible duplicates; it moves only when a connection or a node was lost.
- `comity_dispatch_store_failures_total`, `comity_accept_failed_total` or `comity_webhooks_store_errors_total`: the
  database.
- `comity_dispatch_receipts_unmatched_total` that stays up: a carrier whose ids are written otherwise; see `id_form` in
  [carriers](carriers.md).
"""


def metrics_page() -> str:
    """The page."""
    return _HEAD + "".join(_section(family) for family in FAMILIES) + _WATCH


def names() -> set[str]:
    """Every metric's name, without what is appended for a counter."""
    return {f"comity_{family.prefix}_{name}" for family in FAMILIES for name, *_ in _figures(family)}


def _section(family: Family) -> str:
    rows = [
        (code(f"comity_{family.prefix}_{name}{suffix}"), kind, label, meaning)
        for name, suffix, kind, label, meaning in _figures(family)
    ]
    return f"\n## {family.title}\n\n" + table(("name", "kind", "label", "meaning"), rows)


def _figures(family: Family) -> Iterator[tuple[str, str, str, str, str]]:
    known = documented(family.counters) | family.words
    for name in family.counters.__struct_fields__:
        of_mapping = isinstance(getattr(family.counters(), name), dict)
        label = (family.label or name) if of_mapping else family.of_each
        yield name, "_total", "counter", code(label), known.get(name, "")
    for name, meaning in family.gauges.items():
        yield name, "", "gauge", code(family.of_each), meaning


def documented(struct: type[msgspec.Struct]) -> dict[str, str]:
    """The meanings that a struct's docstring gives under `Attributes:`; names that share a line share its words."""
    text = inspect.getdoc(struct) or ""
    found: dict[str, str] = {}
    for line in text.partition("Attributes:")[2].splitlines():
        entry = re.fullmatch(r"\s+([a-z_]+(?:, [a-z_]+)*): (.*)", line)
        if entry:
            found |= dict.fromkeys(entry[1].split(", "), entry[2].rstrip("."))
    return found
