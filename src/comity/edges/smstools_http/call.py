"""Owns one call to the /v1 door as handlers see it: who calls, the body, the query; must not know any handler."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from comity.accounts.account import Account
from comity.accounts.challenges import stops_changes
from comity.accounts.team import masked_network
from comity.edges.http_server.asgi import MAX_BODY, Receive, Scope, read_body, read_query
from comity.edges.http_server.gate import Entry, EntryRefusedError, Gate, KnownKey
from comity.edges.postgres.team_activity import Actor
from comity.smstools import codes
from comity.smstools.codes import DialectError
from comity.smstools.requests import read_json, read_text

_CLIENT_ID = b"x-client-id"
_SECRET = b"x-client-secret"
_KEY = b"idempotency-key"
# What a key must be allowed, by how the path begins; the rest reads.
_SCOPES: Final = (
    ("/v1/message/send", "send"),
    ("/v1/outbox/", "send"),
    ("/v1/optouts/list", "read"),
    ("/v1/optouts", "consents"),
    ("/v1/webhook/", "send"),
)
# Room for credentials in the body and 10,000 recipients of one text.
_STRANGERS_BODY: Final = 512 * 1024


class Call(msgspec.Struct, frozen=True):
    """A call that was let in.

    Attributes:
        body: the JSON value in the body; an empty object when there was none.
        key: what let it in.
    """

    account: Account
    body: Any
    query: dict[str, str]
    idempotency_key: str
    address: str
    key: KnownKey

    @property
    def actor(self) -> Actor:
        """Who calls in the account's name."""
        return Actor(self.key.client_id, self.key.member_id, masked_network(self.address), self.key.scopes)

    def field(self, name: str) -> str:
        """A text field of the body, or of the query for the clients that put it there; "" when left out."""
        in_body = read_text(self.body, name) if isinstance(self.body, dict) else ""
        return in_body or self.query.get(name, "")


def _is_read_or_sent(scope: Scope) -> bool:
    """What a key may do while somebody has to vouch for where it is used: what it sends is held."""
    return scope["method"] in {"GET", "HEAD"} or scope["path"].startswith("/v1/message/send")


async def read_call(scope: Scope, receive: Receive, gate: Gate) -> Call:
    """Read a call and let it in.

    Raises:
        EntryRefusedError: it may not come in.
        DialectError: it cannot be read.
    """
    client_id = secret = key = ""
    for name, value in scope["headers"]:
        if name == _CLIENT_ID:
            client_id = value.decode("latin-1")
        elif name == _SECRET:
            secret = value.decode("latin-1")
        elif name == _KEY:
            key = value.decode("latin-1")
    client = scope.get("client")
    address = client[0] if client else ""
    query = read_query(scope)
    if any("\0" in value for value in query.values()):
        raise DialectError(codes.PARAMETERS, "The query holds a NUL.")
    client_id = client_id or query.get("client_id", "")
    secret = secret or query.get("client_secret", "")
    scope_wanted = next((wanted for start, wanted in _SCOPES if scope["path"].startswith(start)), "read")
    # Who does not say first who they are is read only a little.
    entered = await gate.admit(client_id, secret, address, scope_wanted) if client_id and secret else None
    body = read_json(await read_body(receive, MAX_BODY if entered else _STRANGERS_BODY))
    if entered is None:
        fields = body if isinstance(body, dict) else {}
        client_id = client_id or read_text(fields, "client_id")
        secret = secret or read_text(fields, "client_secret")
        entered = await gate.admit(client_id, secret, address, scope_wanted)
    account, known = entered
    if account.challenged and stops_changes(account.challenged) and not _is_read_or_sent(scope):
        raise EntryRefusedError(Entry.OUT_OF_SCOPE)
    return Call(account, body, query, key, address, known)
