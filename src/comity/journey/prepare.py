"""Owns reading a draft: what was written becomes a message that can be judged, or one clear fault.

Pure: it must not know stores, clocks or doors. It runs before anything waits, so that
bad input costs nobody a place in the queue.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

from comity.accounts.account import Account
from comity.journey.texts import TextFacts, Texts
from comity.journey.wanted import Wanted, wanted_of
from comity.messages.submission import Category, Draft, InputFault, Malformed
from comity.numbers.emergency import emergency_number
from comity.numbers.read import BadNumber, Destination, Kind, read_destination
from comity.routing.routes import PriceTable, RouteTable, WireText
from comity.screening.compiled import CompiledPolicy
from comity.screening.judging import Message
from comity.screening.rules.link_listed import link_keys
from comity.senders.read import BadSender, Sender, read_sender
from comity.sms.segment import Encoding, Plan, UnencodableText

MAX_PARTS: Final = 4
MAX_REFERENCE: Final = 255
# Four parts hold 612 septets; what transliteration drops may come on top.
_LONGEST_TEXT: Final = 2_000
# So many texts that were never seen before take about as long as a slice of time.
_SCORED_AT_ONCE: Final = 32
# A date may lie this far back: clocks differ, and "now" written to the minute is already past.
_GRACE: Final = timedelta(minutes=2)
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_SENDER_FAULTS: Final = {
    BadSender.MISSING: (InputFault.SENDER_MISSING, "The sender is empty."),
    BadSender.NEEDS_PLUS: (InputFault.SENDER_NEEDS_PLUS, "A numeric sender must start with + and its country code."),
    BadSender.INVALID: (
        InputFault.SENDER_INVALID,
        "The sender is invalid: use at most 11 letters and digits, or a number of at most 14 digits.",
    ),
}


class Prepared(msgspec.Struct, gc=False):
    """A draft that can be judged, with all that its text and number alone decide.

    Attributes:
        compared_over: how far back earlier texts to the recipient matter, or None when none do.
        carrier: the first carrier of the route, by name.
        asks_traffic: whether any rule asks what the account and sender sent lately.
        asks_heard: whether any rule asks when the recipient last wrote.
        asks_context: whether any rule asks what the account sent of its template, and altogether.
        asks_lists: kinds and keys that may stand on a list of the operator; None when no rule asks.
        micro_credits: the price of all its parts.
        due_at: the customer's own date, or None for now.
    """

    draft: Draft
    message: Message
    destination: Destination
    sender: Sender
    plan: Plan
    route_prefix: str
    micro_credits: int
    compared_over: timedelta | None
    due_at: datetime | None
    carrier: str | None = None
    asks_traffic: bool = False
    asks_heard: bool = False
    asks_context: bool = False
    asks_lists: tuple[tuple[str, str], ...] | None = None


class Readings(msgspec.Struct, frozen=True):
    """What drafts are read against: policy, prices and routes of this moment.

    Attributes:
        lists: kinds of lists ("links", "numbers") of which any is loaded.
    """

    policy: CompiledPolicy
    prices: PriceTable
    routes: RouteTable
    lists: frozenset[str] = frozenset()


def prepare(
    draft: Draft, account: Account, readings: Readings, now: datetime, texts: Texts | None = None
) -> Prepared | Malformed:
    """Read one draft. The index in a fault is 0; who reads several sets it, and shares what their texts say."""
    fault = _obvious_fault(draft, now)
    if fault is not None:
        return fault
    sender = read_sender(draft.sender)
    if isinstance(sender, BadSender):
        return sender_fault(sender)
    destination = destination_of(draft.to)
    if isinstance(destination, Malformed):
        return destination
    text = (texts or Texts()).of(draft.text)
    prefix = readings.routes.prefix_of(destination.e164)
    segments = _segments(text, account, readings.routes.text_of(prefix))
    if isinstance(segments, Malformed):
        return segments
    category, declared = _category(draft, sender, account, text, readings.policy)
    scores = text.scores(readings.policy.scorer)
    message = Message(
        sender=sender,
        to=draft.to,
        recipient=destination.e164,
        country=destination.country,
        text=draft.text,
        category=category,
        declared=declared,
        at=max(draft.due_at, now) if draft.due_at is not None else now,
        text_key=text.key,
        similarity=text.similarity if category is Category.PROMOTIONAL or _is_compared(account) else None,
        promotion=text.promotion,
        kind=destination.kind,
        scores=scores,
        template=text.template,
    )
    wanted = wanted_of(readings.policy)
    return Prepared(
        draft=draft,
        message=message,
        destination=destination,
        sender=sender,
        plan=segments,
        route_prefix=prefix,
        micro_credits=segments.parts * readings.prices.per_part(message.country),
        compared_over=wanted.recent.get(category),
        due_at=draft.due_at if draft.due_at is not None and draft.due_at > now else None,
        carrier=readings.routes.carrier_name_of(prefix),
        asks_traffic=wanted.traffic_of(account, sender),
        asks_heard=wanted.heard_of(category, scores),
        asks_context=wanted.context_of(scores),
        asks_lists=_asks_lists(message, readings, wanted),
    )


def score_ahead(drafts: Sequence[Draft], index: int, texts: Texts, policy: CompiledPolicy) -> bool:
    """Before one of several drafts is read: score its text with those of the next ones, when it is the turn of that.

    Whether anything was scored; together texts cost far less than one after another.
    """
    if index % _SCORED_AT_ONCE or len(drafts) == 1:
        return False
    ahead = drafts[index : index + _SCORED_AT_ONCE]
    texts.score((one.text for one in ahead if len(one.text) <= _LONGEST_TEXT), policy.scorer)
    return True


def sender_fault(bad: BadSender) -> Malformed:
    """What is told of a sender that cannot be one."""
    fault, what = _SENDER_FAULTS[bad]
    return Malformed(fault, 0, what)


def _obvious_fault(draft: Draft, now: datetime) -> Malformed | None:
    if not draft.to.strip():
        return Malformed(InputFault.RECIPIENT_MISSING, 0, "The recipient is missing.")
    if not draft.text.strip():
        return Malformed(InputFault.TEXT_MISSING, 0, "The message is empty.")
    if len(draft.text) > _LONGEST_TEXT:
        # Not even read: a text of megabytes would cost everybody else a second.
        return Malformed(
            InputFault.TEXT_TOO_LONG, 0, f"The message makes more than {MAX_PARTS} parts (612 characters)."
        )
    if len(draft.reference) > MAX_REFERENCE:
        return Malformed(InputFault.REFERENCE_TOO_LONG, 0, f"The reference is longer than {MAX_REFERENCE} characters.")
    if not _can_be_kept(draft.reference) or not _can_be_kept(draft.to):
        return Malformed(InputFault.TEXT_NOT_SENDABLE, 0, "The request holds a NUL or half a character.")
    if draft.due_at is not None and draft.due_at < now - _GRACE:
        return Malformed(InputFault.DATE_INVALID, 0, "The date lies in the past.")
    return None


def _can_be_kept(written: str) -> bool:
    """The store takes neither NUL nor lone surrogates; one such row would fail the batch of everybody else."""
    return "\0" not in written and (written.isascii() or not _SURROGATE.search(written))


def destination_of(written: str) -> Destination | Malformed:
    """The recipient; an emergency number passes as it is, since its rule has the better answer."""
    try:
        return read_destination(written)
    except BadNumber as error:
        emergency = emergency_number(written)
        if emergency is None:
            return Malformed(InputFault.RECIPIENT_INVALID, 0, f"The recipient is not a valid number: {error.what}")
        digits = "".join(c for c in written if c.isascii() and c.isdigit())
        return Destination(e164=digits, country=None, calling_code=0, kind=Kind.UNKNOWN)


def _segments(text: TextFacts, account: Account, wire: WireText) -> Plan | Malformed:
    if account.transliterate and not wire.transliterate:
        wire = msgspec.structs.replace(wire, transliterate=True)
    try:
        segments = text.plan(wire)
    except UnencodableText as error:
        return Malformed(InputFault.TEXT_NOT_SENDABLE, 0, f"The message cannot be sent: {error}")
    if segments.parts > MAX_PARTS:
        room = "612 characters" if segments.encoding is Encoding.GSM7 else "268 characters in this alphabet"
        return Malformed(
            InputFault.TEXT_TOO_LONG, 0, f"The message makes {segments.parts} parts; {MAX_PARTS} are allowed ({room})."
        )
    return segments


def _category(
    draft: Draft, sender: Sender, account: Account, text: TextFacts, policy: CompiledPolicy
) -> tuple[Category, Category]:
    """What it is treated as and what it was declared as: a text that promotes is promotional whatever was said."""
    declared = _declared(draft, sender, account)
    if declared is Category.PROMOTIONAL:
        return declared, declared
    settings = policy.settings_of("undeclared-promotion", enforced=True)
    promotional = settings is not None and text.promotion >= settings.threshold
    return Category.PROMOTIONAL if promotional else declared, declared


def _declared(draft: Draft, sender: Sender, account: Account) -> Category:
    """The request says, else the sender's grant, else the account."""
    if draft.category is not None:
        return draft.category
    grant = account.grants.get(sender.key)
    return Category(grant.category if grant is not None and grant.category else account.category)


def _is_compared(account: Account) -> bool:
    """Whether texts are compared with those that it declared or registered, probed with, or that are frozen."""
    record = account.record
    declared = record.use_case is not None and bool(record.use_case.samples)
    registered = any(registration.samples for registration in record.registrations)
    return declared or registered or bool(account.probing or account.frozen)


def _asks_lists(message: Message, readings: Readings, wanted: Wanted) -> tuple[tuple[str, str], ...] | None:
    """What may stand on a list: the recipient of what promotes, and every link."""
    if not wanted.listed:
        return None
    asks: list[tuple[str, str]] = []
    if "numbers" in readings.lists and message.category is Category.PROMOTIONAL:
        asks.append(("numbers", message.recipient))
    if "links" in readings.lists:
        asks += (("links", key) for link in message.reading.links for key in link_keys(link))
    return tuple(dict.fromkeys(asks))
