"""Owns what a policy says of accounts as a whole: the limits of triggers, with what it leaves out as shipped.

It must not know how an account is looked at, or what follows.
"""

from __future__ import annotations

from typing import Final

from comity.accounts.triggers import Triggers
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
