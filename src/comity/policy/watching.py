"""Owns what a policy says of accounts and of complaints: limits and figures, with what it leaves out as shipped.

It must not know how an account is looked at, how a complaint is taken, or what follows.
"""

from __future__ import annotations

from typing import Final

from comity.accounts.triggers import Triggers
from comity.complaints.figures import Figures
from comity.policy.document import PolicyDocument
from comity.policy.files import default_policy

_UNTOLD_ALWAYS: Final = ("probing-series",)


def triggers_of(document: PolicyDocument) -> Triggers:
    """The limits under a policy; one that was written before there were any has those that ship."""
    said, shipped = document.triggers, default_policy().document.triggers
    strikes, probing, drift = (
        getattr(said, table) or getattr(shipped, table) for table in ("strikes", "probing", "drift")
    )
    return Triggers(strikes, {**shipped.rates, **said.rates}, probing, drift)


def untold_of(document: PolicyDocument) -> tuple[str, ...]:
    """Rules of which an account that feels out the filter is told nothing (U16)."""
    said = document.triggers.probing or default_policy().document.triggers.probing
    return (*(said.rules if said is not None else ()), *_UNTOLD_ALWAYS)


def figures_of(document: PolicyDocument) -> Figures:
    """The figures of complaints under a policy; what it leaves out, table by table and kind by kind, is as shipped."""
    said, shipped = document.complaints, default_policy().document.complaints
    weights, linking, limits = (
        getattr(said, table) or getattr(shipped, table) for table in ("weights", "linking", "limits")
    )
    return Figures(weights, linking, {**shipped.kinds, **said.kinds}, limits)
