"""Owns the timers of a session's life: bind, enquire_link, unbind, inactivity; must not know PDUs or clocks.

Source: SMPP 3.4 section 7.2. What happens between two readings of the clock is
noted without a time and stamped with the later reading.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from comity.smpp.states import BOUND, State
from comity.smpp.window import NOT_YET

if TYPE_CHECKING:
    from collections.abc import Iterator

    from comity.smpp.settings import Settings


class Due(enum.Enum):
    """What is to be done about a deadline that has come."""

    BIND = "bind"
    ENQUIRE = "enquire"
    LINK = "link"
    UNBIND = "unbind"
    LEAVE = "leave"
    INACTIVE = "inactive"


class Liveness:
    """When the peer was last heard, and what it owes.

    Args:
        settings: the spans, in seconds.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._opened_at = self._heard_at = self._active_at = NOT_YET
        self._enquire_deadline = self._unbind_deadline = NOT_YET
        self._leave_deadline = NOT_YET
        self._unbinding = self._leaving = False

    def heard(self) -> None:
        """A whole PDU came: whatever it says, the peer lives."""
        self._heard_at = self._enquire_deadline = NOT_YET

    def active(self) -> None:
        """A message went either way, or the session was bound."""
        self._active_at = NOT_YET

    def unbinding(self) -> None:
        """We asked to unbind."""
        self._unbinding = True

    def leaving(self) -> None:
        """The peer asked to unbind; it is not kept waiting for longer than it may keep us."""
        self._leaving = True

    def enquired(self, now: float) -> None:
        """We sent an enquire_link."""
        self._enquire_deadline = now + self._settings.enquire_timeout_s

    def stamp(self, now: float) -> None:
        """Give what happened since the last call its time."""
        if self._opened_at == NOT_YET:
            self._opened_at = now
        if self._heard_at == NOT_YET:
            self._heard_at = now
        if self._active_at == NOT_YET:
            self._active_at = now
        if self._unbinding and self._unbind_deadline == NOT_YET:
            self._unbind_deadline = now + self._settings.enquire_timeout_s
        if self._leaving and self._leave_deadline == NOT_YET:
            self._leave_deadline = now + self._settings.enquire_timeout_s

    def next_deadline(self, state: State) -> float:
        """The earliest deadline; infinity when there is none."""
        return min(deadline for deadline, _ in self._deadlines(state))

    def due(self, state: State, now: float) -> Due | None:
        """What the first deadline that has come asks for."""
        for deadline, due in self._deadlines(state):
            if deadline <= now:
                return due
        return None

    def _deadlines(self, state: State) -> Iterator[tuple[float, Due]]:
        settings = self._settings
        if state not in BOUND:
            yield self._opened_at + _or_never(settings.bind_timeout_s), Due.BIND
            return
        yield self._unbind_deadline, Due.UNBIND
        yield self._leave_deadline, Due.LEAVE
        yield self._active_at + _or_never(settings.inactivity_s), Due.INACTIVE
        if self._enquire_deadline == NOT_YET:
            yield self._heard_at + _or_never(settings.enquire_interval_s), Due.ENQUIRE
        else:
            yield self._enquire_deadline, Due.LINK


def _or_never(span_s: float | None) -> float:
    return NOT_YET if span_s is None else span_s
