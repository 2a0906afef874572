"""Owns the error codes of the Smstools interface and our policy codes beside them; must not know HTTP handlers.

The vendor's codes are the interface's own. Policy refusals have none there: they take
2000 to 2099, one code per clause: 2000 + n for U n, 2030 + n for P n, 2050 + n for G n
and 2060 + n for D n.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

import msgspec

from comity.base.errors import ComityError


class Code(msgspec.Struct, frozen=True):
    """An error code with the status it answers with and its plain words."""

    number: int
    status: int
    words: str


def _code(number: int, status: HTTPStatus, words: str) -> Code:
    return Code(number, status.value, words)


NO_MESSAGE: Final = _code(102, HTTPStatus.BAD_REQUEST, "No message")
NUMBER_INVALID: Final = _code(103, HTTPStatus.BAD_REQUEST, "The number is required or invalid")
CREDENTIALS: Final = _code(104, HTTPStatus.UNAUTHORIZED, "Invalid credentials")
TROUBLE: Final = _code(105, HTTPStatus.SERVICE_UNAVAILABLE, "Server trouble, try later")
BUSY: Final = _code(105, HTTPStatus.TOO_MANY_REQUESTS, "Too much is waiting already, try later")
DESTINATION: Final = _code(106, HTTPStatus.BAD_REQUEST, "The destination is missing or invalid")
CREDITS: Final = _code(108, HTTPStatus.PAYMENT_REQUIRED, "Not enough credits")
SENDER_EMPTY: Final = _code(109, HTTPStatus.BAD_REQUEST, "The sender is empty")
SENDER_PLUS: Final = _code(110, HTTPStatus.BAD_REQUEST, "A numeric sender must start with +")
SENDER_INVALID: Final = _code(111, HTTPStatus.BAD_REQUEST, "The sender is invalid")
TEXT_MISSING: Final = _code(112, HTTPStatus.BAD_REQUEST, "A message is required")
EMPTY_REQUEST: Final = _code(114, HTTPStatus.BAD_REQUEST, "The request is empty")
TOO_LONG: Final = _code(118, HTTPStatus.BAD_REQUEST, "The message is too long")
DATE: Final = _code(121, HTTPStatus.BAD_REQUEST, "The date is invalid or in the past")
WITHOUT_ID: Final = _code(123, HTTPStatus.BAD_REQUEST, "The object has no ID")
GROUP_UNKNOWN: Final = _code(125, HTTPStatus.NOT_FOUND, "The group was not found")
OPTED_OUT: Final = _code(131, HTTPStatus.FORBIDDEN, "The number is on the opt-out list")
MESSAGE_UNKNOWN: Final = _code(133, HTTPStatus.NOT_FOUND, "The message was not found")
WEBHOOK_UNKNOWN: Final = _code(134, HTTPStatus.NOT_FOUND, "The webhook was not found")
LIMIT: Final = _code(135, HTTPStatus.BAD_REQUEST, "limit must be 1 to 2000")
PAGE: Final = _code(136, HTTPStatus.BAD_REQUEST, "page must be greater than 0")
MISCONFIGURED: Final = _code(138, HTTPStatus.NOT_IMPLEMENTED, "This part is not set up here")
PARAMETERS: Final = _code(139, HTTPStatus.BAD_REQUEST, "Parameters are missing or invalid")
BODY_TOO_LARGE: Final = _code(139, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The request is too large")
BODY_TOO_SLOW: Final = _code(139, HTTPStatus.REQUEST_TIMEOUT, "The request did not arrive in time")
KEY_CONFLICT: Final = _code(139, HTTPStatus.CONFLICT, "The Idempotency-Key stands for another request")
NOT_THERE: Final = _code(139, HTTPStatus.NOT_FOUND, "There is nothing at this address")
WRONG_METHOD: Final = _code(139, HTTPStatus.METHOD_NOT_ALLOWED, "This address does not take that method")
OUT_OF_SCOPE: Final = _code(104, HTTPStatus.FORBIDDEN, "This key may not do that")
ADDRESS_BARRED: Final = _code(200, HTTPStatus.FORBIDDEN, "This IP address is not allowed")
LOCKED_OUT: Final = _code(1002, HTTPStatus.TOO_MANY_REQUESTS, "Too many failed logins, try later")

_FAMILIES: Final = {"U": 2000, "P": 2030, "G": 2050, "D": 2060}


def policy_code(clauses: tuple[str, ...]) -> Code:
    """The code of a policy refusal, by the clause that leads."""
    leading = clauses[0] if clauses else ""
    number = _FAMILIES.get(leading[:1], 2000) + (int(leading[1:]) if leading[1:].isdecimal() else 0)
    return Code(number, HTTPStatus.FORBIDDEN.value, "Refused under the acceptable use policy")


class DialectError(ComityError):
    """A request is answered with an error of the Smstools interface.

    Args:
        code: the code and the status it answers with.
        what: what is wrong in this request; the code's own words when empty.
    """

    def __init__(self, code: Code, what: str = "") -> None:
        super().__init__(what or code.words)
        self.code = code


def envelope(code: Code, what: str = "") -> dict[str, object]:
    """`{"error": "104", "errorMsg": "Invalid credentials"}`: the number as a string, as the vendor's pages show it."""
    return {"error": str(code.number), "errorMsg": what or code.words}
