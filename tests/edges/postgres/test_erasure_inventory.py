"""The inventory of what is kept of people leaves no column out: each is in it, or says nothing of people."""

import re
from pathlib import Path

from comity.edges.postgres.roles import Role

PAGE = Path(__file__).parents[3] / "docs" / "explanation" / "erasure.md"
COLUMNS = """
    SELECT t.relname, a.attname
    FROM pg_class t
    JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
    JOIN pg_type y ON y.oid = a.atttypid
    WHERE t.relnamespace = 'public'::regnamespace AND t.relkind IN ('r', 'p') AND NOT t.relispartition
      AND (y.typcategory IN ('S', 'U', 'C') OR y.typname IN ('_text', '_bytea', 'bytea', 'json', 'jsonb', 'inet'))
      AND y.typname <> 'uuid'
    ORDER BY 1, 2
"""
# Tables of which no column says anything of people who get messages, write back, complain, or work for an account; who
# works at the desk is the operator's own to know.
_NOTHING_IN = """
account_brands account_domains accounts api_keys artefacts awaited_receipts body_keys body_vault carriers
case_messages clearances complaint_feeds complaint_messages complaint_office consent_imports consent_leaves
corrections dispatchers erasure_finishes erasure_leftovers erasures esmes evidence_checkpoints evidence_entries
evidence_heads evidence_installation evidence_minutes evidence_signed feed_reports in_flight installation key_days
ledger_entries list_loading lists lots message_life notice_addresses notice_deliveries number_arrivals payouts
policy_acceptances policy_announcements policy_answers policy_versions preservation_events prices probing_series
proof_request_events proof_requests queue registrations report_numbers retention_rules routes schema_migrations
score_days sealed_cases sealed_openings sealed_readers sender_grants sender_traffic staff staff_events subject_keys
template_traffic text_openings text_spread transfers trigger_firings unmatched_receipts use_cases webhooks
withdrawn_versions
"""
NOTHING_IN = frozenset(_NOTHING_IN.split())
# Columns that say nothing, of tables that are in the inventory by column.
NOTHING = {
    "inbox": "kind receiver subject",
    "labels": "category person",
    "messages": "door sender country category encoding action system_id subject",
    "webhook_events": "stream kind",
    "webhook_last_events": "kind",
    "deadlines": "kind",
    "challenges": "country ended_by facts how key kind state why",
    "complaint_events": "event by",
    "freezes": "kind key state by case_wire ended_by",
    "notices": "kind version",
    "team_members": "role state token_hash",
}


def inventory():
    page = PAGE.read_text()
    part = page[page.index("## Inventory") : page.index("## What the law needs")]
    return {name for line in part.splitlines() if line.startswith("|") for name in re.findall(r"`([a-z_.*]+)`", line)}


def is_in(table, column, named):
    families = {name.removesuffix("*") for name in named if name.endswith("*")}
    return table in named or f"{table}.{column}" in named or any(table.startswith(one) for one in families)


async def test_every_column_is_in_the_inventory_or_says_nothing_of_people(database):
    owner = await database.connect(Role.OWNER)
    columns = [tuple(row) for row in await owner.fetch(COLUMNS)]
    await owner.close()
    named = inventory()
    left_out = [
        f"{table}.{column}"
        for table, column in columns
        if table not in NOTHING_IN and column not in NOTHING.get(table, "").split() and not is_in(table, column, named)
    ]
    assert left_out == []
    whole = {table for table, _ in columns if table in named}
    assert whole & NOTHING_IN == set(), "in the inventory, so it says something"


async def test_the_inventory_names_no_table_that_is_not_there(database):
    owner = await database.connect(Role.OWNER)
    tables = {row["relname"] for row in await owner.fetch("SELECT relname FROM pg_class WHERE relkind IN ('r', 'p')")}
    await owner.close()
    named = {name.partition(".")[0] for name in inventory() if not name.endswith("*")}
    # Retention's rules stand there by name too.
    rules = {"texts", "replies", "unclaimed", "numbers", "proofs"}
    assert named - tables - rules == set()
