"""Owns the /v1 door as an ASGI application; must not know what any call means.

Sending is the hot path and is handled here with nothing between; everything else goes
to the table of `calls.py`. Whatever goes wrong is answered in the interface's envelope.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from comity.base.errors import ComityError
from comity.edges.http_server.asgi import (
    BodyTooLargeError,
    BodyTooSlowError,
    BusyError,
    GoneError,
    Receive,
    Scope,
    Send,
    answer_json,
)
from comity.edges.http_server.gate import Entry, EntryRefusedError, Gate
from comity.edges.smstools_http.call import Call, read_call
from comity.edges.smstools_http.calls import Calls
from comity.edges.smstools_http.send import Reply, send
from comity.journey.accept import Acceptor
from comity.smstools import codes
from comity.smstools.codes import DialectError

_SEND: Final = "/v1/message/send"
_CLOSE: Final = ((b"connection", b"close"),)
_ENTRY: Final = {
    Entry.WRONG: codes.CREDENTIALS,
    Entry.LOCKED_OUT: codes.LOCKED_OUT,
    Entry.ADDRESS_BARRED: codes.ADDRESS_BARRED,
    Entry.OUT_OF_SCOPE: codes.OUT_OF_SCOPE,
}


class SmstoolsDoor:
    """The /v1 door.

    Args:
        report: called with an error of ours, for the log.
    """

    def __init__(self, acceptor: Acceptor, gate: Gate, calls: Calls, report: Callable[[BaseException], None]) -> None:
        self._acceptor = acceptor
        self._gate = gate
        self._calls = calls
        self._report = report

    async def __call__(self, scope: Scope, receive: Receive, answer: Send) -> None:
        """Answer one request."""
        try:
            status, body, headers = await self._reply(scope, receive)
        except DialectError as error:
            status, body, headers = error.code.status, codes.envelope(error.code, error.what), ()
        except EntryRefusedError as error:
            code = _ENTRY[error.why]
            status, body, headers = code.status, codes.envelope(code), ()
        except BodyTooLargeError:
            code = codes.BODY_TOO_LARGE
            status, body, headers = code.status, codes.envelope(code), _CLOSE
        except BodyTooSlowError:
            code = codes.BODY_TOO_SLOW
            status, body, headers = code.status, codes.envelope(code), _CLOSE
        except GoneError:
            return
        except BusyError:
            code = codes.BUSY
            status, body, headers = code.status, codes.envelope(code), ((b"retry-after", b"1"), *_CLOSE)
        except ComityError as error:
            self._report(error)
            status, body, headers = codes.TROUBLE.status, codes.envelope(codes.TROUBLE), ((b"retry-after", b"1"),)
        except Exception as error:  # noqa: BLE001  the caller gets an answer, the log the error
            self._report(error)
            status, body, headers = 500, codes.envelope(codes.TROUBLE), ()
        await answer_json(answer, status, body, headers)

    async def _reply(self, scope: Scope, receive: Receive) -> Reply:
        path: str = scope["path"].rstrip("/")
        if path != _SEND:
            return await self._calls.answer(scope["method"], path, lambda: read_call(scope, receive, self._gate))
        if scope["method"] != "POST":
            raise DialectError(codes.WRONG_METHOD)
        call: Call = await read_call(scope, receive, self._gate)
        return await send(self._acceptor, call.account, call.body, call.query, call.idempotency_key)
