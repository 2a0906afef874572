"""Owns what the calls of the /api door work with, and who calls; must not know any call."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import msgspec
from litestar import Request
from litestar.di import NamedDependency

from comity.accounts.account import Account
from comity.accounts.challenges import stops_changes
from comity.accounts.team import masked_network
from comity.base.clock import Clock
from comity.edges.http_server.asgi import read_body
from comity.edges.http_server.gate import Entry, EntryRefusedError, Gate
from comity.edges.postgres.held import HeldConnections
from comity.edges.postgres.team_activity import Actor
from comity.edges.postgres.tenant import Tenants
from comity.edges.rest_http.problems import CREDENTIALS, FORBIDDEN, MEDIA, TOO_LARGE, UNREADABLE, ProblemError
from comity.edges.rest_http.turns import Rate, Turns
from comity.journey.accept import Acceptor
from comity.journey.prepare import Readings

AnyRequest = Request[Any, Any, Any]
_WHILE_CHALLENGED: Final = ("/api/challenges/", "/api/check", "/api/assessment")
SERVICES: Final = "comity.services"
"""Where a request's scope has what its calls work with."""
# Many times what the largest request needs: reading more would cost everybody else time.
_MOST_MARKS: Final = ((b"{", 50_000), (b"[", 50_000), (b'"', 400_000), (b",", 400_000))
_SMALL: Final = 128 * 1024
_READ: Final = frozenset({"GET", "HEAD"})
# What lasts longer than the overlap in which a key's secret before works too.
_LASTING: Final = frozenset({"", "keys", "team", "subaccounts"})
_ACTOR: Final = "comity.actor"
# What a key must be allowed, by how the path begins.
_SCOPES: Final = (
    ("/api/check", "read"),
    ("/api/assessment", "read"),
    ("/api/consents", "consents"),
    ("/api/recipients", "consents"),
    ("/api/opt-outs", "consents"),
    ("/api/cases", "cases"),
    ("/api/appeals", "cases"),
    ("/api/text-openings", "cases"),
    ("/api/proof", "cases"),
    ("/api/refunds", "billing"),
    ("/api/invoices", "billing"),
    ("/api/subaccounts", "subaccounts"),
    ("/api/keys", "keys"),
    ("/api/team", "team"),
    ("/api/activity", "team"),
)


class Services(msgspec.Struct, frozen=True):
    """What calls work with.

    Attributes:
        gate: lets callers in; the /v1 door's own, so that failures at either count at both.
        acceptor: judges, without writing anything.
        readings: policy, prices and routes as they stand.
        tenants: reads an account's own rows.
        road: writes what the account's role may not, each statement naming the account.
        clock: the present.
        folder: the data directory, where the key of the evidence log lies.
        heavy: turns of those who have an account.
        visitors: turns of those who have none.
        rate: how often those may ask.
    """

    gate: Gate
    acceptor: Acceptor
    readings: Callable[[], Readings]
    tenants: Tenants
    road: HeldConnections
    clock: Clock
    folder: Path
    heavy: Turns
    visitors: Turns
    rate: Rate


Work = NamedDependency[Services]
Caller = NamedDependency[Account]
PerhapsCaller = NamedDependency[Account | None]


def make_services(
    gate: Gate,
    acceptor: Acceptor,
    readings: Callable[[], Readings],
    connections: tuple[Tenants, HeldConnections],
    clock: Clock,
    folder: Path,
) -> Services:
    """Services with the limits that hold in each process; `connections` are the accounts' own and the road's."""
    tenants, road = connections
    return Services(
        gate,
        acceptor,
        readings,
        tenants,
        road,
        clock,
        folder,
        heavy=Turns(at_once=2, waiting=16, of_one=1),
        visitors=Turns(at_once=1, waiting=4, of_one=1),
        rate=Rate(most=10, within_s=60.0),
    )


def services_of(request: AnyRequest) -> Services:
    """What the calls of the door work with at which the request came in."""
    held: Services = request.scope[SERVICES]  # type: ignore[typeddict-item]  # a key of ours
    return held


def address_of(request: AnyRequest) -> str:
    """Whence the request came; "" when that is not known."""
    return request.client.host if request.client else ""


async def signed_in(request: AnyRequest, services: Work) -> Account:
    """The account that calls.

    Raises:
        EntryRefusedError, ProblemError: it may not come in.
    """
    client_id, secret = credentials(request)
    if not client_id and not secret:
        raise ProblemError(
            CREDENTIALS,
            "This call needs credentials.",
            "Send the client id and secret as user and password (HTTP Basic), or as X-Client-Id and X-Client-Secret.",
        )
    return await _admitted(request, services, (client_id, secret))


async def perhaps_signed_in(request: AnyRequest, services: Work) -> Account | None:
    """The account that calls, or None for somebody who shows no credentials.

    Raises:
        EntryRefusedError: what was shown does not let in.
    """
    client_id, secret = credentials(request)
    if not client_id and not secret:
        return None
    return await _admitted(request, services, (client_id, secret))


async def _admitted(request: AnyRequest, services: Services, shown: tuple[str, str]) -> Account:
    address = address_of(request)
    scope = scope_of(request)
    account, key = await services.gate.admit(*shown, address, scope)
    if services.gate.is_former(shown[1], key) and _is_lasting(request, scope):
        raise ProblemError(
            FORBIDDEN,
            "This is the key's former secret, which changes no keys and no people and answers no challenge.",
            "Use its new secret.",
        )
    if account.challenged and stops_changes(account.challenged) and not _changes_nothing(request):
        raise ProblemError(
            FORBIDDEN,
            "This key is used from a country that is new for its account, so it changes nothing.",
            "Answer at /api/challenges first. Until then it reads, and what it sends is held.",
        )
    # Not in the state, which a server may share between requests.
    actor = Actor(
        key.client_id,
        key.member_id,
        masked_network(address),
        key.scopes,
        expires_at=key.expires_at,
        networks=key.networks,
        secret_hash=key.secret_hash,
    )
    request.scope[_ACTOR] = actor  # type: ignore[typeddict-unknown-key]  # a key of ours
    return account


def _changes_nothing(request: AnyRequest) -> bool:
    """Whether a call only looks, or answers a challenge."""
    return request.method in _READ or request.scope["path"].startswith(_WHILE_CHALLENGED)


def _is_lasting(request: AnyRequest, scope: str) -> bool:
    """Whether whoever holds a secret that ends could keep the account by a call."""
    if request.method in _READ:
        return False
    return scope in _LASTING or request.scope["path"].startswith("/api/challenges/")


def actor_of(request: AnyRequest) -> Actor:
    """Who calls in an account's name, once that was let in."""
    actor: Actor = request.scope[_ACTOR]  # type: ignore[typeddict-item]  # a key of ours
    return actor


def scope_of(request: AnyRequest) -> str:
    """What a key must be allowed for a call: what the call says itself (`opt={"scope": ...}`), or by where it is.

    Whatever is not named changes nothing when it is a GET, and else counts as sending. "" is for any key.
    """
    own: str | None = request.route_handler.opt.get("scope")
    if own == "":
        return own
    path = request.scope["path"]
    named = own or next((scope for start, scope in _SCOPES if path.startswith(start)), None)
    return named or ("read" if request.method in _READ else "send")


def credentials(request: AnyRequest) -> tuple[str, str]:
    """Client id and secret as they were shown; empty when none were.

    Raises:
        EntryRefusedError: they cannot be read.
    """
    headers = request.headers
    client_id, secret = headers.get("x-client-id", ""), headers.get("x-client-secret", "")
    if client_id or secret:
        return client_id, secret
    kind, _, encoded = headers.get("authorization", "").partition(" ")
    if not kind:
        return "", ""
    if kind.lower() != "basic":
        raise EntryRefusedError(Entry.WRONG)
    try:
        written = base64.b64decode(encoded.strip(), validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        raise EntryRefusedError(Entry.WRONG) from None
    client_id, _, secret = written.partition(":")
    if not client_id or not secret:
        raise EntryRefusedError(Entry.WRONG)
    return client_id, secret


async def read_json(request: AnyRequest, most: int) -> bytes:
    """The body, which says that it is JSON and is no larger than it may be; not decoded yet.

    Raises:
        ProblemError, BodyTooLargeError, BodyTooSlowError, BusyError, GoneError.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise ProblemError(
            MEDIA,
            f"The body is {kind[:100]!r}." if kind else "The body has no type.",
            "Send Content-Type: application/json.",
        )
    body = await read_body(request.receive, most)  # type: ignore[arg-type]  # ASGI's, by Litestar's name for its messages
    if len(body) > _SMALL and any(body.count(mark) > limit for mark, limit in _MOST_MARKS):
        raise ProblemError(TOO_LARGE, "The body holds more values than any request needs.", "Send less at once.")
    return body


def decoded(body: bytes | msgspec.Raw, kind: Any) -> Any:  # noqa: ANN401  any type, and a value of it
    """A JSON text as a type.

    Raises:
        ProblemError: it is no JSON.
        msgspec.ValidationError: it is JSON, of another shape.
    """
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.ValidationError:
        raise
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        place = f" ({error})" if isinstance(error, msgspec.DecodeError) else ""
        raise ProblemError(UNREADABLE, f"The body is not valid JSON in UTF-8{place}.", "Correct it.") from None
    except RecursionError:
        raise ProblemError(UNREADABLE, "The body is nested too deep.", "Send plain objects.") from None
