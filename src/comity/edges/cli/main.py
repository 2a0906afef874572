"""Owns the `comity` command: its tree of commands and what each prints; must not do their work."""

from __future__ import annotations

import logging
import sys
from typing import Annotated

import structlog
import typer

from comity.edges.cli import (
    accounts,
    assessing,
    backtests,
    carriers,
    cases,
    challenges,
    checking,
    complaints,
    consents,
    disclosures,
    erasing,
    esme,
    evidence,
    intent,
    keys,
    labels,
    ledger,
    lists,
    models,
    notices,
    policy,
    run_commands,
    sealed,
    staff,
    standing,
    strikes,
    team,
    verdicts,
)

app = typer.Typer(
    name="comity",
    help="The SMS gateway that enforces its own acceptable use policy.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
run_commands.add_to(app)
checking.add_to(app)
assessing.add_to(app)
intent.add_to(app)
app.add_typer(accounts.accounts, name="accounts")
app.add_typer(accounts.senders, name="senders")
ledger.add_to(accounts.ledger)
notices.add_to_accounts(accounts.accounts)
app.add_typer(accounts.ledger, name="ledger")
app.add_typer(esme.esme, name="esme")
app.add_typer(carriers.carriers, name="carriers")
app.add_typer(carriers.routes, name="routes")
app.add_typer(carriers.prices, name="prices")
app.add_typer(complaints.complaints, name="complaints")
app.add_typer(consents.consents, name="consents")
app.add_typer(lists.lists, name="lists")
app.add_typer(policy.policy, name="policy")
backtests.add_to(policy.policy)
notices.add_to_policy(policy.policy)
app.add_typer(verdicts.verdict, name="verdict")
app.add_typer(verdicts.messages, name="messages")
app.add_typer(cases.cases, name="cases")
app.add_typer(challenges.challenges, name="challenges")
challenges.add_to_accounts(accounts.accounts)
app.add_typer(staff.staff, name="staff")
app.add_typer(disclosures.disclosures, name="disclosures")
accounts.accounts.add_typer(keys.keys, name="keys")
app.add_typer(labels.labels, name="labels")
app.add_typer(models.model, name="model")
app.add_typer(sealed.sealed, name="sealed")
app.add_typer(standing.standing, name="standing")
strikes.add_to(standing.standing)
app.add_typer(team.team, name="team")
app.add_typer(labels.scores, name="scores")
app.add_typer(evidence.evidence, name="evidence")
erasing.add_to(app)


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"comity {version('comity')}")
        raise typer.Exit


@app.callback()
def comity(
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """The SMS gateway that enforces its own acceptable use policy."""
    # A command speaks in its own words; what its parts log is for servers.
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
    )
