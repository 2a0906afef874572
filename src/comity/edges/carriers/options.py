"""Owns what can be set for a carrier: names, types, limits and defaults; must not know URLs, sockets or messages.

The struct is the table: the URL reader, the stored JSON and docs/reference/carriers.md
are all made from its annotations.
"""

from __future__ import annotations

import difflib
import enum
from typing import TYPE_CHECKING, Annotated, Any, Final

import msgspec
import msgspec.inspect
from msgspec import Meta

from comity.base.errors import SettingsError
from comity.smpp.correlation import IdForm
from comity.sms.alphabet import LANGUAGES
from comity.sms.segment import NationalTables

if TYPE_CHECKING:
    from collections.abc import Mapping


class BindAs(enum.Enum):
    """How a carrier wants to be bound to."""

    TRX = "trx"
    TXRX = "txrx"


class LongText(enum.Enum):
    """How a text of several parts is marked as one."""

    UDH = "udh"
    SAR = "sar"
    PAYLOAD = "payload"


class Charset(enum.Enum):
    """What a carrier takes `data_coding` 0, the SMSC default alphabet, to be."""

    GSM7 = "gsm7"
    LATIN1 = "latin1"
    ASCII = "ascii"
    UTF8 = "utf8"


class Plus(enum.Enum):
    """What stands before an international number."""

    NONE = "none"
    PLUS = "plus"
    ZEROS = "00"


class LinkOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Everything that can be set for one carrier."""

    # how fast
    window: Annotated[int, Meta(ge=1, le=10_000, description="messages under way on one connection")] = 50
    rate: Annotated[
        float, Meta(ge=0, le=100_000, description="messages a second over all connections; 0: no limit")
    ] = 0
    links: Annotated[int, Meta(ge=1, le=64, description="parallel connections (with `bind=txrx`, pairs)")] = 1

    # how to connect
    bind: Annotated[BindAs, Meta(description="one transceiver bind, or a transmitter and a receiver")] = BindAs.TRX
    tls: Annotated[bool, Meta(description="speak TLS; the certificate is always verified")] = False
    tls_ca: Annotated[str, Meta(description="file of certificates to trust instead of the system's")] = ""
    tls_name: Annotated[str, Meta(description="name the certificate must bear, when it is not the host's")] = ""
    system_type: Annotated[str, Meta(max_length=12, description="`system_type` of the bind")] = ""
    addr_ton: Annotated[int, Meta(ge=0, le=255, description="`addr_ton` of the bind")] = 0
    addr_npi: Annotated[int, Meta(ge=0, le=255, description="`addr_npi` of the bind")] = 0
    addr_range: Annotated[str, Meta(max_length=40, description="`address_range` of the bind")] = ""
    version: Annotated[int, Meta(ge=0, le=255, description="`interface_version` of the bind; 52 is 3.4, 80 is 5.0")] = (
        52
    )
    connect_s: Annotated[
        float, Meta(ge=0.1, le=300, description="seconds to connect, to bind, to answer enquire_link, each")
    ] = 10
    enquire_s: Annotated[float, Meta(ge=0, le=3600, description="silence before enquire_link, seconds; 0: never")] = 30
    response_timeout_s: Annotated[
        float, Meta(ge=0.1, le=86_400, description="seconds to wait for an answer before it counts as unanswered")
    ] = 60

    # addresses
    source_ton: Annotated[int, Meta(ge=-1, le=255, description="`source_addr_ton` for every sender; -1: by kind")] = -1
    source_npi: Annotated[int, Meta(ge=-1, le=255, description="`source_addr_npi` for every sender; -1: by kind")] = -1
    short_ton: Annotated[int, Meta(ge=0, le=255, description="`source_addr_ton` of a short code")] = 3
    short_npi: Annotated[int, Meta(ge=0, le=255, description="`source_addr_npi` of a short code")] = 0
    dest_ton: Annotated[int, Meta(ge=0, le=255, description="`dest_addr_ton`")] = 1
    dest_npi: Annotated[int, Meta(ge=0, le=255, description="`dest_addr_npi`")] = 1
    dest_plus: Annotated[Plus, Meta(description="what stands before the recipient's number")] = Plus.NONE
    source_plus: Annotated[Plus, Meta(description="what stands before a sender that is a number")] = Plus.NONE
    service_type: Annotated[str, Meta(max_length=5, description="`service_type` of every message")] = ""

    # text
    charset: Annotated[Charset, Meta(description="what `data_coding` 0 means to the carrier")] = Charset.GSM7
    packed: Annotated[bool, Meta(description="septets packed, eight in seven octets (`charset=gsm7` only)")] = False
    gsm_coding: Annotated[int, Meta(ge=0, le=255, description="`data_coding` to send for the default alphabet")] = 0
    ucs2_coding: Annotated[int, Meta(ge=0, le=255, description="`data_coding` to send for UCS-2")] = 8
    long: Annotated[LongText, Meta(description="header in the text, `sar_*` parameters, or one message_payload")] = (
        LongText.UDH
    )
    wide_reference: Annotated[bool, Meta(description="16-bit concatenation references")] = False
    national: Annotated[
        str, Meta(description="national language tables handsets there understand: numbers 1-13, with commas")
    ] = ""
    transliterate: Annotated[bool, Meta(description="write typographic characters plainly where it avoids UCS-2")] = (
        False
    )

    # receipts and life
    id_form: Annotated[IdForm, Meta(description="how message ids in responses and receipts are to be compared")] = (
        IdForm.AUTO
    )
    registered: Annotated[int, Meta(ge=0, le=255, description="`registered_delivery` when a receipt is wanted")] = 1
    validity_s: Annotated[
        int,
        Meta(ge=0, le=63 * 86_400, description="validity sent when a message names none, seconds; 0: the carrier's"),
    ] = 0

    @property
    def tables(self) -> tuple[NationalTables, ...]:
        """The national tables to plan with: for each language single shift, locking shift where there is one, both."""
        return tuple(table for language in _languages(self.national) for table in _tables_of(language))


_SPANISH: Final = 2  # the one language without a locking shift table (TS 23.038 annex A.3.2)


def _tables_of(language: int) -> tuple[NationalTables, ...]:
    single = NationalTables(single_shift=language)
    if language == _SPANISH:
        return (single,)
    return single, NationalTables(locking=language), NationalTables(locking=language, single_shift=language)


def _languages(written: str) -> tuple[int, ...]:
    return tuple(int(word) for word in written.split(",") if word)


def read_options(written: Mapping[str, Any]) -> LinkOptions:
    """The options given by name, as text or as JSON values; the rest take their defaults.

    Raises:
        SettingsError: an option is unknown or its value is wrong; says which, and what would be right.
    """
    for name in written:
        if name not in LinkOptions.__struct_fields__:
            raise _unknown(name)
    try:
        options = msgspec.convert(dict(written), LinkOptions, strict=False)
    except msgspec.ValidationError as error:
        raise _wrong(str(error)) from None
    _check(options)
    return options


def to_json(options: LinkOptions) -> dict[str, Any]:
    """What differs from the defaults, as JSON values, in the form `read_options` takes."""
    return dict(msgspec.to_builtins(options))


def _unknown(name: str) -> SettingsError:
    near = difflib.get_close_matches(name, LinkOptions.__struct_fields__, n=1)
    remedy = f"Did you mean {near[0]}?" if near else "docs/reference/carriers.md lists the options."
    # A password with an unescaped & in it would show up here.
    shown = f" {name}" if near else ""
    return SettingsError(f"There is no carrier option{shown} of that name.", remedy)


def _wrong(complaint: str) -> SettingsError:
    name = complaint.rpartition("$.")[2].rstrip("`")
    row = next((row for row in rows() if row.name == name), None)
    if row is None:
        return SettingsError("The carrier's options cannot be read.", "docs/reference/carriers.md lists them.")
    return SettingsError(f"The value of the carrier option {name} is wrong.", f"It takes {row.takes}: {row.meaning}.")


def _check(options: LinkOptions) -> None:
    try:
        known = all(language in LANGUAGES for language in _languages(options.national))
    except ValueError:
        known = False
    if not known:
        raise _wrong("$.national")
    if options.packed and options.charset is not Charset.GSM7:
        raise SettingsError("Septets are packed only where charset is gsm7.", "Leave packed or charset out.")
    if (options.tls_ca or options.tls_name) and not options.tls:
        raise SettingsError("tls_ca and tls_name mean nothing without TLS.", "Add tls=1.")


class Row(msgspec.Struct, frozen=True):
    """One option as documented: what it takes, its default and its meaning, all in words."""

    name: str
    takes: str
    default: str
    meaning: str


def rows() -> tuple[Row, ...]:
    """Every option in order, from the struct's own annotations."""
    described = msgspec.inspect.type_info(LinkOptions)
    assert isinstance(described, msgspec.inspect.StructType)
    return tuple(_row(field) for field in described.fields)


def _row(field: msgspec.inspect.Field) -> Row:
    kind, meaning = field.type, ""
    if isinstance(kind, msgspec.inspect.Metadata):
        meaning = (kind.extra_json_schema or {})["description"]
        kind = kind.type
    return Row(field.name, _takes(kind), _default(field.default), meaning)


def _takes(kind: msgspec.inspect.Type) -> str:
    match kind:
        case msgspec.inspect.BoolType():
            return "0 or 1"
        case msgspec.inspect.IntType(ge=low, le=high):
            return f"{low} to {high}"
        case msgspec.inspect.FloatType(ge=low, le=high):
            return f"{low:g} to {high:g}"
        case msgspec.inspect.EnumType(cls=names):
            return ", ".join(str(member.value) for member in names)
        case msgspec.inspect.StrType(max_length=int(most)):
            return f"up to {most} characters"
    return "text"


def _default(value: Any) -> str:  # noqa: ANN401  whatever the fields hold
    if isinstance(value, enum.Enum):
        value = value.value
    return str(int(value)) if isinstance(value, bool) else str(value)
