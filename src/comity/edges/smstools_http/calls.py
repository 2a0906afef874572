"""Owns every call of the /v1 door but sending: a table of method, path and handler; must not judge anything."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import asyncpg
import msgspec

from comity.accounts.account import Account
from comity.base.clock import Clock
from comity.base.ids import earliest
from comity.edges.postgres import consent_opt_outs, message_store, webhook_store
from comity.edges.postgres.consent_opt_outs import OptOut
from comity.edges.postgres.held import HeldConnections
from comity.edges.postgres.team_activity import note
from comity.edges.postgres.tenant import Tenants
from comity.edges.smstools_http import shapes
from comity.edges.smstools_http.call import Call
from comity.edges.smstools_http.send import Reply
from comity.journey.webhook_delivery import WebhookError
from comity.numbers.format import format_number
from comity.numbers.read import BadNumber, read_destination
from comity.smstools import codes
from comity.smstools.codes import DialectError
from comity.smstools.pages import page_of, read_page
from comity.smstools.requests import read_date

Handler = Callable[["Calls", Call, dict[str, str]], Awaitable[Any]]
ReadCall = Callable[[], Awaitable[Call]]
_LAST_ID: Final = UUID(int=(1 << 128) - 1)
_A_MINUTE: Final = 60_000 << 80


class Calls:
    """The calls.

    Args:
        tenants: where an account's rows are read and written.
        road: for the one call that moves money.
        rules: what the operator asks of webhook endpoints.
    """

    def __init__(
        self, tenants: Tenants, road: HeldConnections, clock: Clock, rules: webhook_store.EndpointRules
    ) -> None:
        self._tenants = tenants
        self._road = road
        self._clock = clock
        self._rules = rules

    async def answer(self, method: str, path: str, read_call: ReadCall) -> Reply:
        """Find the handler, let the caller in, answer.

        Raises:
            DialectError: there is no such call, or it cannot be done.
        """
        handler, names = _find(method, path)
        call = await read_call()
        return 200, await handler(self, call, names), ()

    async def auth(self, call: Call, _names: dict[str, str]) -> Any:  # noqa: ANN401  a bare JSON string
        """The account's user name."""
        return call.account.name

    async def account(self, call: Call, _names: dict[str, str]) -> dict[str, Any]:
        """The account's profile."""
        async with self._tenants.account(call.account.account_id) as connection:
            spendable = await message_store.spendable(connection, call.account.account_id)
        return shapes.profile(call.account, spendable)

    async def balance(self, call: Call, _names: dict[str, str]) -> dict[str, Any]:
        """What the account may spend, in credits."""
        async with self._tenants.account(call.account.account_id) as connection:
            spendable = await message_store.spendable(connection, call.account.account_id)
        credits_ = shapes.written_credits(spendable)
        return {"credits": credits_, "balance": credits_, "currency": "CREDITS", "use": 0}

    async def sender_ids(self, call: Call, _names: dict[str, str]) -> list[dict[str, Any]]:
        """Sender ids granted to the account."""
        async with self._tenants.account(call.account.account_id) as connection:
            rows = await message_store.list_grants(connection, call.account.account_id)
        return [{"ID": row["number"], "name": row["sender"], "order": None} for row in rows]

    async def logging(self, call: Call, _names: dict[str, str]) -> dict[str, Any]:
        """A page of messages, newest first."""
        page = read_page(call.query)
        since, until = _range(call)
        async with self._tenants.account(call.account.account_id) as connection:
            total, rows = await message_store.list_messages(
                connection, call.account.account_id, since, until, page.limit, page.offset
            )
        return page_of(page, total, "messages", [shapes.logged(row, call.account) for row in rows])

    async def inbox(self, call: Call, _names: dict[str, str]) -> dict[str, Any]:
        """A page of received messages, newest first."""
        page = read_page(call.query)
        kind = call.query.get("type") or None
        async with self._tenants.account(call.account.account_id) as connection:
            total, rows = await message_store.list_inbox(
                connection, call.account.account_id, kind, page.limit, page.offset
            )
        return page_of(page, total, "messages", [shapes.received(row, call.account) for row in rows])

    async def outbox(self, call: Call, _names: dict[str, str]) -> dict[str, Any]:
        """A page of scheduled messages, next first."""
        page = read_page(call.query)
        async with self._tenants.account(call.account.account_id) as connection:
            total, rows = await message_store.list_scheduled(
                connection, call.account.account_id, page.limit, page.offset
            )
        return page_of(page, total, "messages", [shapes.scheduled(row, call.account) for row in rows])

    async def cancel(self, call: Call, names: dict[str, str]) -> dict[str, Any]:
        """Take a scheduled message back."""
        account_id = call.account.account_id
        # It moves money, which the tenant's role may not: the statement names the account in each of its parts.
        async with self._road.connection() as connection:
            done = await message_store.cancel_scheduled(connection, account_id, _whole(names["id"]), self._clock.now())
        if not done:
            raise DialectError(codes.MESSAGE_UNKNOWN)
        return {"ID": names["id"], "status": "deleted"}

    async def format_number(self, call: Call, _names: dict[str, str]) -> dict[str, Any]:
        """What is known of a number."""
        number = call.field("number")
        if not number:
            raise DialectError(codes.NUMBER_INVALID)
        found = format_number(number, call.field("countrycode") or None)
        return {
            "isValidNumber": found.valid,
            "numberType": found.number_type,
            "prefixCode": found.prefix_code,
            "regionCode": found.region_code,
            "formattedNumber": found.formatted_number,
            "error": found.error or None,
        }

    async def opt_out(self, call: Call, _names: dict[str, str]) -> dict[str, Any]:
        """Put a number on the opt-out list."""
        recipient, now = _number(call.field("number")), self._clock.now()
        wish = OptOut(recipient, memo=call.field("memo")[:255].replace("\0", ""))
        # The evidence log is no account's to write: the statements name the account.
        async with self._road.connection() as connection, connection.transaction():
            number = await consent_opt_outs.put_opt_out(connection, call.account.account_id, wish, now)
            if number is not None:
                await self._note(connection, call, "add_opt_out", str(number))
        return {"number": recipient}

    async def opt_outs(self, call: Call, _names: dict[str, str]) -> list[dict[str, Any]]:
        """The opt-out list."""
        async with self._tenants.account(call.account.account_id) as connection:
            rows = await message_store.list_opt_outs(connection, call.account.account_id)
        return [
            {"number": row["recipient"], "memo": row["memo"], "date": shapes.local(row["at"], call.account)}
            for row in rows
        ]

    async def create_webhook(self, call: Call, _names: dict[str, str]) -> dict[str, Any]:
        """Make a webhook; its secret is told once, here."""
        fields = call.body if isinstance(call.body, dict) else {}
        types = fields.get("webhook_types")
        wanted = webhook_store.Wanted(
            call.field("webhook_endpoint"),
            call.field("webhook_method") or "POST",
            types if isinstance(types, list) else [],
        )
        made: tuple[UUID, str] | WebhookError
        # What was done is no account's to write either. An error raised in there would cost the connection.
        async with self._road.connection() as connection, connection.transaction():
            try:
                made = await webhook_store.create(connection, call.account.account_id, wanted, self._rules)
                await self._note(connection, call, "create_webhook", str(made[0]))
            except WebhookError as error:
                made = error
        if isinstance(made, WebhookError):
            raise DialectError(codes.PARAMETERS, str(made))
        return {"secret": made[1]}

    async def webhooks(self, call: Call, _names: dict[str, str]) -> dict[str, Any]:
        """The account's webhooks, without their secrets."""
        async with self._tenants.account(call.account.account_id) as connection:
            found = await webhook_store.list_(connection, call.account.account_id)
        return {"webhooks": [shapes.webhook(one) for one in found]}

    async def delete_webhook(self, call: Call, names: dict[str, str]) -> dict[str, Any]:
        """Delete the webhook that has this secret."""
        async with self._road.connection() as connection, connection.transaction():
            gone = await webhook_store.delete_by_secret(connection, call.account.account_id, names["id"])
            if gone:  # it is named by its secret, which is written nowhere
                await self._note(connection, call, "delete_webhook", "")
        if not gone:
            raise DialectError(codes.WEBHOOK_UNKNOWN)
        return {"status": "deleted"}

    async def last_event(self, call: Call, names: dict[str, str]) -> Any:  # noqa: ANN401  JSON as it was told
        """The event that a webhook was last told, again."""
        account_id = call.account.account_id
        try:
            webhook_id = UUID(names["id"])
        except ValueError:
            raise DialectError(codes.WEBHOOK_UNKNOWN) from None
        async with self._tenants.account(account_id) as connection:
            if await webhook_store.by_id(connection, account_id, webhook_id) is None:
                raise DialectError(codes.WEBHOOK_UNKNOWN)
            event = await webhook_store.last_event(connection, account_id, webhook_id)
        return [msgspec.Raw(event)] if event else []

    async def opt_in(self, call: Call, names: dict[str, str]) -> dict[str, Any]:
        """Take a number off the opt-out list."""
        recipient = _number(names["id"])
        async with self._road.connection() as connection, connection.transaction():
            gone = await consent_opt_outs.take_back(
                connection, call.account.account_id, recipient, "api", self._clock.now()
            )
            if gone is not None:
                await self._note(connection, call, "remove_opt_out", str(gone["number"]))
        if gone is None:
            raise DialectError(codes.NUMBER_INVALID, "This number is not on the opt-out list.")
        return {"number": recipient}

    async def _note(self, connection: asyncpg.Connection, call: Call, operation: str, subject: str) -> None:
        """Write down what was done, with it."""
        await note(connection, call.account.account_id, call.actor, (f"v1_{operation}", subject), self._clock.now())


def _find(method: str, path: str) -> tuple[Handler, dict[str, str]]:
    known = False
    for wanted, pattern, handler in _TABLE:
        found = pattern.fullmatch(path)
        if found:
            known = True
            if wanted == method:
                return handler, found.groupdict()
    raise DialectError(codes.WRONG_METHOD if known else _unknown(path))


def _unknown(path: str) -> codes.Code:
    """WhatsApp is known to the interface and not offered here: say so instead of faking it."""
    return codes.MISCONFIGURED if path.startswith("/v1/whatsapp") else codes.NOT_THERE


def _range(call: Call) -> tuple[UUID, UUID]:
    """The ids between the dates `from` and `to`; a date without a time means the whole day."""
    since = _edge(call.query.get("from", ""), call.account, "00:00")
    until = _edge(call.query.get("to", ""), call.account, "23:59")
    low = earliest(since) if since else UUID(int=0)
    # To the end of that minute; reckoned in ids, since no date follows the last of the calendar.
    return low, UUID(int=earliest(until).int + _A_MINUTE) if until else _LAST_ID


def _edge(written: str, account: Account, time: str) -> datetime | None:
    written = written.strip()
    return read_date(f"{written} {time}" if _DAY.fullmatch(written) else written, account.time_zone)


def _number(written: str) -> str:
    try:
        return read_destination(written).e164
    except BadNumber as error:
        raise DialectError(codes.NUMBER_INVALID, f"The number is invalid: {error.what}") from None


def _whole(written: str) -> int:
    number = int(written)
    if number >= 1 << 63:
        raise DialectError(codes.MESSAGE_UNKNOWN)
    return number


_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_TABLE: Final[tuple[tuple[str, re.Pattern[str], Handler], ...]] = tuple(
    (method, re.compile(f"/v1/{pattern}"), handler)
    for method, pattern, handler in (
        ("GET", "auth", Calls.auth),
        ("GET", "account", Calls.account),
        ("GET", "(account/)?balance", Calls.balance),
        ("GET", "senderids", Calls.sender_ids),
        ("GET", "message/logging", Calls.logging),
        ("GET", "message/inbox", Calls.inbox),
        ("GET", "outbox", Calls.outbox),
        ("DELETE", r"outbox/(?P<id>\d{1,19})", Calls.cancel),
        ("POST", "format/number", Calls.format_number),
        ("POST", "optouts", Calls.opt_out),
        ("GET", "optouts/list", Calls.opt_outs),
        ("DELETE", "optouts/(?P<id>[^/\0]{1,40})", Calls.opt_in),
        ("POST", "webhook/create", Calls.create_webhook),
        ("GET", "webhook/endpoint-list", Calls.webhooks),
        ("DELETE", "webhook/(?P<id>[^/\0]{1,100})", Calls.delete_webhook),
        ("GET", "webhook/(?P<id>[^/\0]{1,100})", Calls.last_event),
    )
)
