"""Owns what the desk's calls about disclosures are sent; must not know what they answer, or how a request is moved."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from comity.disclosure.fields import FIELDS
from comity.disclosure.request import MOST_ACCOUNTS, MOST_NUMBERS, Requester

Why = Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]
_Order = Annotated[str, msgspec.Meta(min_length=1, max_length=300)]
_Preparation = Annotated[str, msgspec.Meta(max_length=64)]
_Numbers = Annotated[tuple[str, ...], msgspec.Meta(max_length=MOST_NUMBERS)]
_Accounts = Annotated[tuple[str, ...], msgspec.Meta(max_length=MOST_ACCOUNTS)]
_Fields = Annotated[tuple[str, ...], msgspec.Meta(max_length=len(FIELDS))]


class ScopeBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is asked for.

    Attributes:
        since: of which time, with its offset.
        until: up to which time, excluded.
        numbers: whose, with plus and country; empty for all that the accounts have.
        accounts: names of accounts; empty for any.
        fields: which fields; empty for those that the basis proposes.
    """

    since: datetime
    until: datetime
    numbers: _Numbers = ()
    accounts: _Accounts = ()
    fields: _Fields = ()


class EnterDisclosure(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A request for information, as it reached the house.

    Attributes:
        requester: who asks.
        basis: the legal basis: a name of /api/desk/disclosure-bases.
        asked: what for.
        received_at: when it reached the house; now when left out. The time to answer runs from here.
        emergency: whether life or safety is in danger now.
        delay_until: by a legal order, when the accounts concerned are told.
        delay_order: which order says so.
    """

    requester: Requester
    basis: _Order
    asked: ScopeBody
    received_at: datetime | None = None
    emergency: bool = False
    delay_until: datetime | None = None
    delay_order: Annotated[str, msgspec.Meta(max_length=300)] = ""


class IdentityBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How you made sure who asks.

    Attributes:
        how: such as a call back to the switchboard in the official directory.
        found: what showed it.
    """

    how: _Order
    found: _Order


class PrepareBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What would go out; what is left out is as it is proposed.

    Attributes:
        fields: which fields.
        numbers: of those asked about, which.
        accounts: of those asked about, which.
        since: from when.
        until: up to when, excluded.
        why: why more goes out than is proposed; the approver reads it.
    """

    fields: _Fields | None = None
    numbers: _Numbers | None = None
    accounts: _Accounts | None = None
    since: datetime | None = None
    until: datetime | None = None
    why: Annotated[str, msgspec.Meta(max_length=2000)] = ""


class DisclosureWord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A person's word on a request, with its reason."""

    why: Why


class MoreTime(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """More time to answer.

    Attributes:
        hours: how many hours more.
        why: the reason, such as a question that whoever asks must answer first.
    """

    hours: Annotated[int, msgspec.Meta(ge=1, le=1440)]
    why: Why


class DelayBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When the accounts concerned are told.

    Attributes:
        until: the date of the order, with its offset.
        legal_order: which order says so.
    """

    until: datetime
    legal_order: _Order


class RefuseBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """That nothing is told.

    Attributes:
        why: the reason. The accounts concerned read it: write nothing of who was harmed.
        preparation: what the request says of itself under this name; empty where nothing is prepared.
    """

    why: Why
    preparation: _Preparation = ""


class SealBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a package goes out.

    Attributes:
        why: why it goes out.
        days: how long the link works.
        passphrase: closes the file beside its link; tell it by another way. Kept nowhere.
        certificate: instead, the recipient's X.509 certificate with an RSA key, in PEM.
    """

    why: Why
    days: Annotated[int, msgspec.Meta(ge=1, le=30)] = 7
    passphrase: Annotated[str, msgspec.Meta(max_length=200)] = ""
    certificate: Annotated[str, msgspec.Meta(max_length=16_384)] = ""


class ReleaseBody(SealBody, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is released, and how it goes out.

    Attributes:
        preparation: what the request, or its preview, says of itself under this name: another one is not released.
    """

    preparation: _Preparation
