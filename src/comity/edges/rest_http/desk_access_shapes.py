"""Owns shapes of the calls about whence accounts are used, and where notices are mailed; must not know any call."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

NetworkWord = Annotated[str, msgspec.Meta(min_length=1, max_length=50)]
Networks = Annotated[list[NetworkWord], msgspec.Meta(max_length=100)]


class NoticeAddressLine(msgspec.Struct, frozen=True):
    """Where notices of an account are mailed.

    Attributes:
        email: the address.
        language: of the mails, ISO 639-1.
        added_at: since when.
    """

    email: str
    language: str
    added_at: datetime


class NewNoticeAddress(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An address that an account's notices are mailed to.

    Attributes:
        email: the address.
        language: of the mails, ISO 639-1; given again, it changes.
    """

    email: Annotated[str, msgspec.Meta(min_length=3, max_length=254)]
    language: Annotated[str, msgspec.Meta(max_length=10)] = "en"


class GoneNoticeAddress(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An address that is mailed to no more.

    Attributes:
        email: the address.
    """

    email: Annotated[str, msgspec.Meta(min_length=3, max_length=254)]


class NoticeAddresses(msgspec.Struct, frozen=True):
    """Where notices of an account are mailed.

    Attributes:
        account: its name.
        items: the addresses, the oldest first.
    """

    account: str
    items: list[NoticeAddressLine]


class AccountNetworks(msgspec.Struct, frozen=True):
    """From where an account may be used.

    Attributes:
        account: its name.
        networks: in CIDR notation; none means from anywhere.
    """

    account: str
    networks: list[str]


class NewNetworks(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From where an account may be used, in place of what was set before.

    Attributes:
        networks: in CIDR notation, or single addresses; none for anywhere.
    """

    networks: Networks


class OwnNetworks(msgspec.Struct, frozen=True):
    """From where your keys and SMPP logins may be used.

    Attributes:
        networks: in CIDR notation; none means from anywhere.
        caller: the address that you call from, as it is seen here.
        caller_inside: whether you may go on calling from it.
    """

    networks: list[str]
    caller: str
    caller_inside: bool


class NewOwnNetworks(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From where your keys and SMPP logins may be used, in place of what was set before.

    Attributes:
        networks: in CIDR notation, or single addresses; none for anywhere.
        lock_me_out: say true where you mean to shut out the very address that you call from; else it is refused.
    """

    networks: Networks
    lock_me_out: bool = False
