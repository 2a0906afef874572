"""Owns POST /v1/message/send: wire messages become a submission, its outcome becomes the wire's answer.

It must not judge anything: `accept()` does, for every door alike.
"""

from __future__ import annotations

import hashlib
from itertools import islice
from typing import Any, Final

from comity.accounts.account import Account
from comity.base.ids import to_wire
from comity.journey.accept import MAX_RECIPIENTS, Acceptor
from comity.messages.submission import (
    Answered,
    Category,
    Door,
    Draft,
    InputFault,
    Judged,
    Malformed,
    Outcome,
    Submission,
    TryLater,
)
from comity.messages.verdict import Action, for_sender
from comity.smstools import codes
from comity.smstools.codes import Code, DialectError
from comity.smstools.requests import MAX_KEY, WireMessage, read_date, read_messages

_FAULTS: Final[dict[InputFault, Code]] = {
    InputFault.NO_MESSAGE: codes.NO_MESSAGE,
    InputFault.TEXT_MISSING: codes.TEXT_MISSING,
    InputFault.TEXT_TOO_LONG: codes.TOO_LONG,
    InputFault.TEXT_NOT_SENDABLE: codes.PARAMETERS,
    InputFault.SENDER_MISSING: codes.SENDER_EMPTY,
    InputFault.SENDER_NEEDS_PLUS: codes.SENDER_PLUS,
    InputFault.SENDER_INVALID: codes.SENDER_INVALID,
    InputFault.RECIPIENT_MISSING: codes.DESTINATION,
    InputFault.RECIPIENT_INVALID: codes.DESTINATION,
    InputFault.TOO_MANY_RECIPIENTS: codes.PARAMETERS,
    InputFault.DATE_INVALID: codes.DATE,
    InputFault.REFERENCE_TOO_LONG: codes.PARAMETERS,
    InputFault.NOT_ENOUGH_CREDITS: codes.CREDITS,
    InputFault.IDEMPOTENCY_CONFLICT: codes.KEY_CONFLICT,
}
# Verdicts told in one answer.
MOST_VERDICTS: Final = 100
_OPTED_OUT_RULE: Final = "recipient-opted-out"
Reply = tuple[int, dict[str, Any], tuple[tuple[bytes, bytes], ...]]


async def send(
    acceptor: Acceptor,
    account: Account,
    body: Any,  # noqa: ANN401  any JSON value
    query: dict[str, str],
    key: str,
) -> Reply:
    """Status, JSON body and headers of the answer.

    Raises:
        DialectError: the request cannot be read.
    """
    submission = read_submission(account, body, query, key)
    return reply_to(await acceptor.accept(submission))


def read_submission(account: Account, body: Any, query: dict[str, str], key: str) -> Submission:  # noqa: ANN401  any JSON value
    """The submission that a request stands for.

    Raises:
        DialectError: the request cannot be read.
    """
    messages = read_messages(body, query, MAX_RECIPIENTS)
    if len(key) > MAX_KEY or not key.isprintable():
        raise DialectError(codes.PARAMETERS, f"An Idempotency-Key has at most {MAX_KEY} printable characters.")
    tests = {message.test for message in messages}
    if len(tests) > 1:
        raise DialectError(codes.PARAMETERS, "test must be the same for every message of a request.")
    return Submission(
        account=account,
        door=Door.SMSTOOLS,
        drafts=tuple(draft for message in messages for draft in _drafts(message, account)),
        dry_run=tests.pop(),
        idempotency_key=key,
        fingerprint=_fingerprint(messages) if key else b"",
    )


def _drafts(message: WireMessage, account: Account) -> list[Draft]:
    if message.subid and message.subid != str(account.account_id):
        raise DialectError(codes.PARAMETERS, "There is no such subaccount.")
    due_at = read_date(message.date, account.time_zone)
    category = Category(message.category) if message.category else None
    return [
        Draft(
            to=to,
            sender=message.sender,
            text=message.text,
            category=category,
            due_at=due_at,
            reference=message.reference,
        )
        for to in message.to
    ]


def _fingerprint(messages: list[WireMessage]) -> bytes:
    return hashlib.sha256(repr(messages).encode("utf-8", "backslashreplace")).digest()


def reply_to(outcome: Outcome) -> Reply:
    """The wire's answer to an outcome."""
    if isinstance(outcome, TryLater):
        return codes.BUSY.status, codes.envelope(codes.BUSY), ((b"retry-after", str(outcome.retry_after_s).encode()),)
    if isinstance(outcome, Malformed):
        code = _FAULTS[outcome.fault]
        return code.status, codes.envelope(code, outcome.what), ()
    return _reply_to_answer(outcome)


def _reply_to_answer(answer: Answered) -> Reply:
    headers = ((b"idempotent-replayed", b"true"),) if answer.replayed else ()
    messages = answer.messages
    if all(judged.verdict.action == Action.REFUSE.word for judged in messages):
        return _refusal(messages, headers)
    if len(messages) == 1:
        judged = messages[0]
        body: dict[str, Any] = {"messageid": to_wire(judged.id)}
        if judged.verdict.action != Action.ALLOW.word:
            body["verdict"] = for_sender(judged.verdict)
        return 200, body, headers
    body = {"messageids": [to_wire(judged.id) for judged in messages]}
    verdicts = _verdicts(messages)
    if verdicts:
        body["verdicts"] = verdicts
    return 200, body, headers


def _refusal(messages: tuple[Judged, ...], headers: tuple[tuple[bytes, bytes], ...]) -> Reply:
    deciding = messages[0].verdict.deciding()
    assert deciding is not None  # a refusal has an enforced finding that asked for it
    code = codes.OPTED_OUT if deciding.rule == _OPTED_OUT_RULE else codes.policy_code(deciding.clauses)
    body = codes.envelope(code, f"{deciding.sentence} {deciding.remedy}".strip())
    if len(messages) == 1:
        body |= {"messageid": to_wire(messages[0].id), "verdict": for_sender(messages[0].verdict)}
    else:
        body |= {"messageids": [to_wire(judged.id) for judged in messages], "verdicts": _verdicts(messages)}
    return code.status, body, headers


def _verdicts(messages: tuple[Judged, ...]) -> dict[str, Any]:
    """Verdicts by message id, of the first that are not simply allowed; the log of messages tells the rest."""
    told = (judged for judged in messages if judged.verdict.action != Action.ALLOW.word)
    return {to_wire(judged.id): for_sender(judged.verdict) for judged in islice(told, MOST_VERDICTS)}
