"""Owns which messages a complaint is about: by token, by what they say, or by sender and time (G7).

It must not know where messages are kept. Whoever asks brings those that went to the number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID

import msgspec

from comity.base.ids import instant_of
from comity.complaints.complaint import NewComplaint
from comity.complaints.figures import Linking
from comity.content.template import template_key, template_of
from comity.text.fold import same_text_key
from comity.text.similar import NOTHING_TO_COMPARE, distance, similarity_hash

How = Literal["token", "text", "template", "similar", "time"]
_SURER: Final[tuple[How, ...]] = ("token", "text", "template", "similar", "time")
# Texts that came through a phone have lost or gained a space or a sign at their ends.
_EDGES: Final = " \t\r\n\"'«»“”\u2018\u2019…"


class Candidate(msgspec.Struct, frozen=True):
    """A message that a complaint may be about.

    Attributes:
        sender: as it was shown.
        text_key, template, similarity: of its text; `similarity` is None where nobody needed it.
        scores: what its text was scored for.
    """

    account_id: int
    id: UUID
    sender: str
    category: str
    text: str
    text_key: int
    template: int | None
    similarity: int | None
    scores: Mapping[str, float] = {}
    country: str | None = None


class Link(msgspec.Struct, frozen=True):
    """A message that a complaint is about, and how that is known."""

    candidate: Candidate
    how: How


class Reported(msgspec.Struct, frozen=True):
    """The text of a complaint as it is compared; nothing but None where there is none."""

    text_key: int | None = None
    template: int | None = None
    similarity: int | None = None


def reported(text: str) -> Reported:
    """What a reported text is compared by."""
    stripped = text.strip(_EDGES)
    if not stripped:
        return Reported()
    return Reported(same_text_key(stripped), template_key(template_of(stripped)), similarity_hash(stripped))


def span_of(received_at: datetime | None, now: datetime, limits: Linking) -> tuple[datetime, datetime]:
    """Between which instants messages are looked for."""
    if received_at is None:
        return now - timedelta(days=limits.days), now
    within = timedelta(hours=limits.hours)
    return received_at - within, min(received_at + within, now)


def link(complaint: NewComplaint, candidates: Sequence[Candidate], limits: Linking) -> tuple[Link, ...]:
    """The messages that a complaint is about, the surest first, of equals the nearest in time; of one way alone.

    Args:
        complaint: as it came in.
        candidates: messages that went to its number, the newest first.
        limits: how far apart texts and times may be.
    """
    said = reported(complaint.text)
    found: dict[How, list[Link]] = {}
    for candidate in candidates:
        how = _how(complaint, said, candidate, limits)
        if how is not None:
            found.setdefault(how, []).append(Link(candidate, how))
    best = next((found[how] for how in _SURER if how in found), [])
    if best and best[0].how == "time":
        best = best[:1]
    return tuple(sorted(best, key=lambda one: _apart(complaint, one.candidate)))


def _how(complaint: NewComplaint, said: Reported, candidate: Candidate, limits: Linking) -> How | None:
    if complaint.message == (candidate.account_id, candidate.id):
        return "token"
    if complaint.sender and _sender(complaint.sender) != _sender(candidate.sender):
        return None
    if said.text_key is None:
        near = _apart(complaint, candidate) <= timedelta(hours=limits.hours_without_text).total_seconds()
        return "time" if complaint.sender and complaint.received_at is not None and near else None
    if said.text_key == same_text_key(candidate.text.strip(_EDGES)):
        return "text"
    if said.template == candidate.template:
        return "template"
    return "similar" if _is_near(said.similarity, _similarity(candidate), limits.distance) else None


def _similarity(candidate: Candidate) -> int:
    return similarity_hash(candidate.text) if candidate.similarity is None else candidate.similarity


def _is_near(one: int | None, other: int, most: int) -> bool:
    if one is None or NOTHING_TO_COMPARE in (one, other):
        return False
    return distance(one, other) <= most


def _apart(complaint: NewComplaint, candidate: Candidate) -> float:
    """Seconds between when it was sent and when it came, as the reporter says; 0 where they do not."""
    if complaint.received_at is None:
        return 0.0
    return abs((complaint.received_at - instant_of(candidate.id)).total_seconds())


def _sender(written: str) -> str:
    """A sender without what phones add: the plus, spaces and capitals."""
    return written.strip().removeprefix("+").replace(" ", "").casefold()
