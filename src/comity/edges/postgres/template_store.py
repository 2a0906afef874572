"""Owns how what accounts send by template is counted and looked up in PostgreSQL; must not know who judges by it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import asyncpg

from comity.edges.postgres.statements import load
from comity.journey.ports import AcceptedBatch
from comity.journey.templates import TemplateTraffic
from comity.screening.judging import Template

Templates = Sequence[tuple[int, int]]


async def find_templates(
    connection: asyncpg.Connection, templates: Templates
) -> dict[tuple[int, int], TemplateTraffic]:
    """What accounts sent of templates, given as account and key, and altogether."""
    rows = await connection.fetch(
        load("accept_templates"),
        list(range(len(templates))),
        [account_id for account_id, _ in templates],
        [template for _, template in templates],
    )
    return {templates[row["place"]]: _traffic(row) for row in rows}


def template_arguments(batch: AcceptedBatch) -> tuple[Any, ...]:
    """The parameters of `accept_commit.sql` that count templates, and each message's own; in order of their keys."""
    counted = sorted(batch.templates.items())
    return (
        [account_id for (account_id, _), _ in counted],
        [template for (_, template), _ in counted],
        [messages for _, messages in counted],
        batch.at,
        [row.template for row in batch.rows],
    )


def _traffic(row: Any) -> TemplateTraffic:  # noqa: ANN401  asyncpg's record
    template = Template()
    if row["since"] is not None:
        template = Template(row["since"], row["sent"], row["days"], row["complaints"])
    return TemplateTraffic(template, row["last_day"], row["account_since"], row["account_sent"] or 0)
