"""Owns reading SQL from its files; must not know what a statement does."""

from __future__ import annotations

from functools import cache
from importlib import resources


@cache
def load(name: str) -> str:
    """The text of `sql/NAME.sql`."""
    return resources.files("comity.edges.postgres").joinpath("sql").joinpath(f"{name}.sql").read_text("utf-8")
