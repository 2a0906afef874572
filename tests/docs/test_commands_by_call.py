"""Every command has a call that does the same, or a page says why it has none; a new command cannot be forgotten."""

import re

import typer.main

from comity.edges.cli.main import app
from comity.edges.rest_http.app import api_document
from support.pages import ROOT

BY_CALL = {
    "check": "check",
    "assess": "assess_plan",
    "erase": "ask_erasure",
    "accounts networks": "set_desk_networks",
    "accounts subaccounts": "list_own_subaccounts",
    "accounts hand-down": "hand_down_credits",
    "accounts list": "list_desk_accounts",
    "accounts accept-policy": "accept_policy_change",
    "accounts standing": "propose_standing",
    "accounts notify": "add_notice_address",
    "accounts keys add": "make_account_key",
    "accounts keys list": "list_desk_keys",
    "accounts keys revoke": "revoke_desk_key",
    "accounts keys rotate": "rotate_account_key",
    "team invite": "invite_desk_person",
    "team list": "list_desk_people",
    "team role": "change_desk_person_role",
    "team remove": "remove_desk_person",
    "challenges list": "list_desk_challenges",
    "challenges confirm": "confirm_desk_challenge",
    "challenges deny": "deny_desk_challenge",
    "ledger check": "check_the_ledger",
    "ledger statement": "show_desk_statement",
    "ledger payouts": "list_desk_payouts",
    "ledger paid": "book_payment",
    "ledger correct": "propose_correction",
    "ledger approve": "decide_correction",
    "ledger corrections": "list_desk_corrections",
    "complaints import": "take_xarf",
    "complaints export": "export_complaints",
    "complaints list": "list_desk_complaints",
    "complaints show": "show_desk_complaint",
    "complaints feeds add": "add_feed",
    "complaints feeds list": "list_feeds",
    "complaints feeds remove": "remove_feed",
    "complaints report-number set": "set_report_number",
    "complaints report-number list": "list_report_numbers",
    "complaints report-number remove": "remove_report_number",
    "consents import": "import_consents",
    "consents imports": "list_desk_imports",
    "consents release": "release_import",
    "consents drop": "drop_import",
    "policy show": "show_policy",
    "policy export": "show_policy_version",
    "policy lint": "check_policy",
    "policy diff": "compare_policy_versions",
    "policy publish": "publish_policy",
    "policy withdraw": "withdraw_policy",
    "policy versions": "list_policy_versions",
    "policy notices": "list_policy_notices",
    "verdict show": "show_verdict",
    "cases list": "list_cases",
    "cases show": "show_case",
    "cases assign": "take_step",
    "cases escalate": "take_step",
    "cases decide": "decide_case",
    "cases open-text": "open_message",
    "cases reasons": "show_case",
    "cases rules": "list_rules",
    "staff add": "add_staffer",
    "staff remove": "remove_staffer",
    "staff history": "list_staff_events",
    "staff list": "list_desk_staff",
    "disclosures list": "list_disclosures",
    "disclosures register": "list_disclosures",
    "disclosures show": "show_disclosure",
    "disclosures figures": "show_transparency",
    "disclosures bases": "list_disclosure_bases",
    "disclosures orders": "list_preservation_orders",
    "disclosures preserve": "place_order",
    "disclosures extend-order": "extend_preservation_order",
    "disclosures end-order": "end_preservation_order",
    "labels add": "add_label",
    "labels list": "list_labels",
    "standing change": "propose_standing",
    "standing confirm": "decide_case",
    "standing show": "show_desk_standing",
    "standing strikes": "show_desk_standing",
    "standing strike": "give_a_strike",
    "standing unstrike": "take_a_strike_back",
    "standing appeals": "list_open_appeals",
    "standing decide": "decide_an_appeal",
    "evidence checkpoint": "take_evidence_checkpoint",
    "evidence export": "export_evidence",
    "evidence verify": "check_all_evidence",
    "evidence list": "list_desk_evidence",
    "evidence show": "export_evidence",
    "evidence proof": "prove_a_verdict",
    "retention show": "list_retention",
    "retention set": "set_retention",
}


def commands(node, path=()):
    if hasattr(node, "commands"):
        for name, child in node.commands.items():
            yield from commands(child, (*path, name))
    else:
        yield " ".join(path)


COMMANDS = sorted(set(commands(typer.main.get_command(app))))
CALLS = {one["operationId"] for methods in api_document()["paths"].values() for one in methods.values()}
PAGE = (ROOT / "docs/explanation/security.md").read_text()
SECTION = PAGE.split("## What only the machine's operator can do")[1].split("\n## ")[0]
REASONS = {
    named: why
    for row in re.findall(r"^\| (`.+`) \| (.+) \|$", SECTION, re.MULTILINE)
    for named in re.findall(r"`comity ([^`]+)`", row[0])
    for why in [row[1]]
}


def reason(command):
    """Why a command has no call: it, or the noun it belongs to, stands in the page's table."""
    return next((why for named, why in REASONS.items() if f"{command} ".startswith(f"{named} ")), None)


def test_each_command_has_a_call_or_a_reason_and_not_both():
    both = [one for one in COMMANDS if one in BY_CALL and reason(one) is not None]
    neither = [one for one in COMMANDS if one not in BY_CALL and reason(one) is None]
    assert (both, neither) == ([], [])
    assert {one: call for one, call in BY_CALL.items() if call not in CALLS} == {}


def test_calls_and_reasons_are_of_commands_that_there_are():
    assert BY_CALL.keys() <= set(COMMANDS)
    assert [named for named in REASONS if not any(f"{one} ".startswith(f"{named} ") for one in COMMANDS)] == []
