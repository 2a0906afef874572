"""Owns how sealed columns are read and written over a connection; must not know tables or who asks.

A process with the vault reads `sealed_text` and `passing_text` as texts and `sealed_verdict` as the JSON of a verdict;
what was erased reads as "", and a `contact` as what stands for it. One without it gets the boxes, and can write none.
"""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID, uuid4

import asyncpg
import msgspec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from comity.edges.vault import Vault, new_key, open_body, seal_body

_TEXT: Final = b"\x00"
_QUOTED: Final = b"\x01"


class Unreadable(str):
    """The empty text that stands for one whose key is not to be had: erased, or a node without its keys."""

    __slots__ = ()


_UNREADABLE: Final = Unreadable()


class Quoted(msgspec.Struct, frozen=True):
    """What a box holds where the verdict tells of the text: the text, and the verdict whole or what it left out."""

    text: str
    verdict: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    to: str = ""


def body_of(text: str) -> bytes:
    """The octets that are sealed of a text."""
    return _TEXT + text.encode()


def body_with_verdict(text: str, verdict: str) -> bytes:
    """The same, with the verdict (JSON) that quotes it."""
    return _QUOTED + msgspec.json.encode(Quoted(text, msgspec.Raw(verdict.encode())))


def body_with_recipient(text: str, to: str) -> bytes:
    """The same, with the recipient as it was written, which is all that the verdict leaves out."""
    return _QUOTED + msgspec.json.encode(Quoted(text, to=to))


class OwnBox(msgspec.Struct, frozen=True):
    """What is sealed with a key of its own, as it is given to the database (`own_box`).

    Attributes:
        owner: what it belongs to, in words that nothing else has; the key stands under account 0.
        text: what is sealed.
        about: a number that it is found by; "" for none.
    """

    owner: str
    text: str
    about: str = ""


NOBODYS: Final = 0
"""The account of keys that are no account's."""


async def set_vault_codecs(connection: asyncpg.Connection, vault: Vault) -> None:
    """Read what is sealed as what it says, and write what passes through as boxes."""

    def sealed_text(row: tuple[Any, ...]) -> str:
        return text_in(vault, row)

    def sealed_verdict(row: tuple[Any, ...]) -> str:
        return verdict_in(vault, row)

    def passing_text(row: tuple[bytes | None, str | None]) -> str:
        box, plain = row
        return plain or "" if box is None else (vault.open_passing(box) or b"").decode()

    def subject(row: tuple[int, str]) -> bytes:
        return vault.subject(*row)

    def no_writer(_: object) -> tuple[Any, ...]:
        raise TypeError("sealed columns are only read so")

    def own_box(said: OwnBox) -> tuple[bytes, UUID, bytes, bytes, bytes | None]:
        return boxed(vault, said)

    def no_reader(_: object) -> None:
        raise TypeError("a new box is only written")

    def sealed_passing(text: str) -> tuple[bytes, None]:
        return vault.seal_passing(text.encode()), None

    for name, decoder, encoder in (
        ("sealed_text", sealed_text, no_writer),
        ("sealed_verdict", sealed_verdict, no_writer),
        ("contact", subject, no_writer),
        ("passing_text", passing_text, sealed_passing),
        ("own_box", no_reader, own_box),
    ):
        await connection.set_type_codec(name, schema="public", format="tuple", decoder=decoder, encoder=encoder)


def boxed(vault: Vault, said: OwnBox) -> tuple[bytes, UUID, bytes, bytes, bytes | None]:
    """The columns of an `own_box`: owner, id, wrapped key, box, number.

    Raises:
        KeysMissingError: no epoch has a key here.
    """
    subject, id_, key = vault.subject(NOBODYS, said.owner), uuid4(), new_key()
    box = seal_body(AESGCM(key), body_of(said.text), NOBODYS, subject, id_)
    about = vault.subject(NOBODYS, said.about) if said.about else None
    return subject, id_, vault.wrap(key, NOBODYS, subject), box, about


def text_in(vault: Vault, row: tuple[Any, ...]) -> str:
    """The text of a `sealed_text`, in the order of its columns."""
    return _text(_opened(vault, row), row)


def verdict_in(vault: Vault, row: tuple[Any, ...]) -> str:
    """The verdict (JSON) of a `sealed_verdict`, in the order of its columns."""
    return _verdict(_opened(vault, row), row)


def _opened(vault: Vault, row: tuple[Any, ...]) -> bytes | None:
    wrapped, account_id, subject, id_, box, _ = row
    if box is None or wrapped is None:
        return None
    key = vault.unwrap(wrapped, account_id, subject)
    return None if key is None else open_body(key, box, account_id, subject, id_)


def _text(opened: bytes | None, row: tuple[Any, ...]) -> str:
    if opened is None:
        plain: str | None = row[-1]
        return plain or ("" if row[-2] is None else _UNREADABLE)
    if opened[:1] == _QUOTED:
        return msgspec.json.decode(opened[1:], type=Quoted).text
    return opened[1:].decode()


def _verdict(opened: bytes | None, row: tuple[Any, ...]) -> str:
    kept: str = row[-1]
    if opened is None or opened[:1] != _QUOTED:
        return kept
    quoted = msgspec.json.decode(opened[1:], type=Quoted)
    if quoted.verdict is not msgspec.UNSET:
        return bytes(quoted.verdict).decode()
    verdict = msgspec.json.decode(kept)
    verdict["given"]["to"] = quoted.to
    return msgspec.json.encode(verdict).decode()
