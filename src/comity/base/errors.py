"""Owns the shape of an error that a person is told about; must not know any door's dialect.

An error is data: whose fault it is decides the status a door answers with, and
the words say what is wrong and how to mend it. They never hold secrets or the
text of a message.
"""

from __future__ import annotations

import enum


class Fault(enum.Enum):
    """Whose fault an error is."""

    CALLER = "caller"
    OURS = "ours"
    PEER = "peer"


class ComityError(Exception):
    """Base of every error that Comity raises on purpose.

    Args:
        what: one sentence that says what is wrong.
        remedy: one sentence that says how to mend it; may be empty.
    """

    fault: Fault = Fault.CALLER

    def __init__(self, what: str, remedy: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.what} {self.remedy}".strip()


class SettingsError(ComityError):
    """A setting, option or file given by the operator is wrong."""


class StoreError(ComityError):
    """The store cannot be used as it is."""

    fault = Fault.OURS


class UnfitValueError(StoreError):
    """A value that came from outside is none that the store can hold."""

    fault = Fault.CALLER
