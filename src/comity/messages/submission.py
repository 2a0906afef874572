"""Owns what a door hands to `accept()` and what it gets back; must not know any door's dialect.

Every door builds a `Submission` and translates the closed `Outcome` into its own
words. All or nothing: a malformed draft refuses the whole submission.
"""

from __future__ import annotations

import enum
from datetime import datetime
from uuid import UUID

import msgspec

from comity.accounts.account import Account
from comity.messages.life import State
from comity.messages.verdict import Verdict


class Category(enum.StrEnum):
    """The kind of traffic a message belongs to."""

    PROMOTIONAL = "promotional"
    TRANSACTIONAL = "transactional"
    OTP = "otp"
    ALERT = "alert"


class Door(enum.StrEnum):
    """Where a message came in."""

    SMSTOOLS = "smstools"
    REST = "rest"
    SMPP = "smpp"
    CONSOLE = "console"
    OPT_OUT = "opt_out"


class Draft(msgspec.Struct, frozen=True, gc=False):
    """One text to one recipient, as a customer wrote it.

    Attributes:
        to: the recipient's number as written.
        sender: the sender id as written.
        text: the text, any length.
        category: what the customer says it is, or None to let the grant or account say.
        due_at: when to send (aware), or None for now.
        reference: the customer's own mark, up to 255 characters.
        receipt: whether an SMPP customer asked for a delivery receipt.
        validity_s: how long it may be tried, seconds; None for the default.
    """

    to: str
    sender: str
    text: str
    category: Category | None = None
    due_at: datetime | None = None
    reference: str = ""
    receipt: bool = False
    validity_s: int | None = None


class Submission(msgspec.Struct, frozen=True):
    """Drafts that belong together: accepted in one commit, or not at all.

    Attributes:
        account: who sends, as the door knew it when it let the request in.
        dry_run: judge and count, but write, send and charge nothing.
        idempotency_key: the customer's key for this request; "" for none.
        fingerprint: digest of the request's parameters, compared when the key comes again.
        system_id: the SMPP login it came in by; "" for other doors.
    """

    account: Account
    door: Door
    drafts: tuple[Draft, ...]
    dry_run: bool = False
    idempotency_key: str = ""
    fingerprint: bytes = b""
    system_id: str = ""

    @property
    def key(self) -> tuple[int, str] | None:
        """Account and idempotency key, when it has one and writes anything."""
        keyed = self.idempotency_key and not self.dry_run
        return (self.account.account_id, self.idempotency_key) if keyed else None


class InputFault(enum.Enum):
    """What can be wrong with a draft before any rule looks at it."""

    NO_MESSAGE = "no_message"
    TEXT_MISSING = "text_missing"
    TEXT_TOO_LONG = "text_too_long"
    TEXT_NOT_SENDABLE = "text_not_sendable"
    SENDER_MISSING = "sender_missing"
    SENDER_NEEDS_PLUS = "sender_needs_plus"
    SENDER_INVALID = "sender_invalid"
    RECIPIENT_MISSING = "recipient_missing"
    RECIPIENT_INVALID = "recipient_invalid"
    TOO_MANY_RECIPIENTS = "too_many_recipients"
    DATE_INVALID = "date_invalid"
    REFERENCE_TOO_LONG = "reference_too_long"
    NOT_ENOUGH_CREDITS = "not_enough_credits"
    IDEMPOTENCY_CONFLICT = "idempotency_conflict"


class Judged(msgspec.Struct, frozen=True, gc=False):
    """What became of one draft: its id, first state, verdict, parts and price."""

    id: UUID
    state: State
    verdict: Verdict
    parts: int
    micro_credits: int


class Answered(msgspec.Struct, frozen=True):
    """Every draft was judged; what was accepted is on disk.

    Attributes:
        replayed: it was answered before, under its idempotency key.
        available: micro-credits that the account could spend; told of a rehearsal, which may cost more than that.
    """

    messages: tuple[Judged, ...]
    replayed: bool = False
    available: int | None = None


class Malformed(msgspec.Struct, frozen=True):
    """Nothing was done, because a draft is wrong: which one, and how."""

    fault: InputFault
    index: int
    what: str


class TryLater(msgspec.Struct, frozen=True):
    """Nothing was done, because too much is waiting already."""

    retry_after_s: int


Outcome = Answered | Malformed | TryLater
