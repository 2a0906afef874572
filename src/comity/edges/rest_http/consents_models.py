"""Owns the shapes of the consent calls of the /api door; must not know how any of them comes about."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec

_Says = msgspec.Meta
Scope = Literal["everything", "brand", "category"]
Number = Annotated[str, _Says(max_length=40, description="A number with its country, such as +32470000000.")]
Digits = Annotated[str, _Says(description="The person's number, in digits.")]
Brand = Annotated[str, _Says(min_length=1, max_length=100, description="To whom the person agreed.")]
Purpose = Annotated[str, _Says(min_length=1, max_length=100)]
Purposes = Annotated[
    list[Purpose], _Says(min_length=1, max_length=10, description="What for, in words such as offers.")
]
Wording = Annotated[str, _Says(min_length=1, max_length=2000, description="The words that the person was shown.")]


class ConsentBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """That a person agreed, as you report it."""

    recipient: Number
    brand: Brand
    purposes: Purposes
    wording: Wording
    channel: Annotated[str, _Says(min_length=1, max_length=50, description="How they agreed, such as web form.")]
    proof: Annotated[str, _Says(min_length=1, max_length=1000, description="Where your proof of it is to be found.")]
    at: Annotated[datetime | None, _Says(description="When, with its offset; now when left out.")] = None
    address: Annotated[str, _Says(max_length=500, description="The page, or the address of their computer.")] = ""
    expires: Annotated[datetime | None, _Says(description="From when it holds no more; never when left out.")] = None


class ConsentProof(msgspec.Struct, frozen=True):
    """A file that proves a consent."""

    digest: Annotated[str, _Says(description="SHA-256 of the file, in hexadecimal digits.")]
    name: Annotated[str, _Says(description="The file's name.")]
    media_type: Annotated[str, _Says(description="What kind of file it is.")]
    octets: Annotated[int, _Says(description="How long it is.")]
    at: Annotated[datetime, _Says(description="When it was kept.")]


class ShownConsent(msgspec.Struct, frozen=True):
    """A consent, as it was recorded, and whether it was withdrawn."""

    id: str
    recipient: Digits
    brand: Annotated[str, _Says(description="To whom they agreed.")]
    purposes: Annotated[list[str], _Says(description="What for.")]
    wording: Annotated[str, _Says(description="The words that they were shown.")]
    channel: Annotated[str, _Says(description="How they agreed.")]
    at: Annotated[datetime, _Says(description="When they agreed.")]
    proof: Annotated[str, _Says(description="Where the proof is to be found.")]
    address: Annotated[str, _Says(description="The page, or the address of their computer.")]
    expires: Annotated[datetime | None, _Says(description="From when it holds no more.")]
    confirmed: Annotated[bool, _Says(description="Whether they said so to us in a reply.")]
    counts: Annotated[bool, _Says(description="False while the list it came with is held for a reviewer, or after.")]
    withdrawn_at: Annotated[datetime | None, _Says(description="When they asked it back.")]
    withdrawn_how: Annotated[str, _Says(description="How they asked it back.")]
    recorded_at: Annotated[datetime, _Says(description="When it was recorded here.")]
    proofs: Annotated[list[ConsentProof], _Says(description="Files that prove it.")]


class WithdrawBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """That a person asked a consent back."""

    how: Annotated[str, _Says(min_length=1, max_length=500, description="How they asked, such as by telephone.")]


class WithdrawAnswer(msgspec.Struct, frozen=True):
    """What a withdrawal ended: all that the person had agreed to with that brand."""

    recipient: Digits
    brand: Annotated[str, _Says(description="The brand that may not send them promotional messages any more.")]
    ended: Annotated[list[str], _Says(description="Ids of the consents that hold no more.")]


class Ruled(msgspec.Struct, frozen=True):
    """What a person is to messages of a brand and a category."""

    brand: Annotated[str, _Says(description="The brand; empty for one that no event names.")]
    category: Annotated[str, _Says(description="The category.")]
    open: Annotated[bool, _Says(description="Whether such a message may go to them.")]
    standing: Annotated[str, _Says(description="In a word: granted, not_needed, exempt, opted_out, withdrawn, ...")]
    why: Annotated[str, _Says(description="In a sentence.")]
    since: Annotated[datetime | None, _Says(description="When what decided it happened.")]


class RecipientConsent(msgspec.Struct, frozen=True):
    """What a person agreed to and asked back, and what follows from it now."""

    recipient: Digits
    at: Annotated[datetime, _Says(description="The instant it is told for.")]
    rulings: Annotated[list[Ruled], _Says(description="By brand and category.")]


class OptOutBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """That a person is to be left alone."""

    recipient: Number
    scope: Annotated[Scope, _Says(description="Left alone by you altogether, by a brand, or with a category.")] = (
        "everything"
    )
    subject: Annotated[str, _Says(max_length=100, description="The brand or category; empty for everything.")] = ""
    memo: Annotated[str, _Says(max_length=255, description="A note of your own.")] = ""


class ShownOptOut(msgspec.Struct, frozen=True):
    """An opt-out."""

    id: str
    recipient: Digits
    scope: Annotated[Scope, _Says(description="From what: everything, a brand, a category.")]
    subject: Annotated[str, _Says(description="The brand, in small letters, or the category.")]
    source: Annotated[str, _Says(description="How it came: reply, api, carrier.")]
    memo: Annotated[str, _Says(description="A note; of a reply, the number that was written to.")]
    at: Annotated[datetime, _Says(description="Since when.")]


class RequestBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A person to be asked whether they agree."""

    recipient: Number
    brand: Brand
    purposes: Purposes
    wording: Wording
    sender: Annotated[str, _Says(max_length=40, description="A number of yours that takes replies.")]
    address: Annotated[str, _Says(max_length=500, description="The page, or the address of their computer.")] = ""
    hours: Annotated[int, _Says(ge=1, le=168, description="How long their answer counts.")] = 24


class ShownRequest(msgspec.Struct, frozen=True):
    """What became of asking a person."""

    id: str
    recipient: Digits
    brand: Annotated[str, _Says(description="Whose messages they were asked about.")]
    purposes: Annotated[list[str], _Says(description="What for.")]
    wording: Annotated[str, _Says(description="The words that they were shown before.")]
    sender: Annotated[str, _Says(description="The number that asked.")]
    text: Annotated[str, _Says(description="The question.")]
    state: Annotated[str, _Says(description="pending, confirmed, declined or expired.")]
    message: Annotated[str | None, _Says(description="The id of the message that asks.")]
    asked_at: Annotated[datetime, _Says(description="When they were asked.")]
    expires_at: Annotated[datetime, _Says(description="From when an answer counts no more.")]
    settled_at: Annotated[datetime | None, _Says(description="When they answered, or it was over.")]
    consent: Annotated[str | None, _Says(description="The id of the consent that they gave.")]
