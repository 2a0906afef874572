"""Owns the errors of the /api door: a closed table of kinds, each answered as RFC 9457 problem details.

It must not know any call. A problem says what is wrong with this request and how to mend it; it never holds a trace.
"""

from __future__ import annotations

from typing import Annotated, Any, Final

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException

from comity.base.errors import ComityError, Fault, SettingsError, UnfitValueError
from comity.edges.http_server.asgi import BodyTooLargeError, BodyTooSlowError, BusyError, GoneError
from comity.edges.http_server.gate import Entry, EntryRefusedError

MEDIA_TYPE: Final = "application/problem+json"
REPORT: Final = "comity.report"
"""Where a request's scope has what is called with an error of ours, for the log."""
_SERVER_ERROR: Final = 500


class Problem(msgspec.Struct, frozen=True):
    """An error (RFC 9457)."""

    type: Annotated[str, msgspec.Meta(description="The kind of problem: a part of /api/docs.")]
    title: Annotated[str, msgspec.Meta(description="The kind in a few words.")]
    status: Annotated[int, msgspec.Meta(description="The HTTP status.")]
    detail: Annotated[str, msgspec.Meta(description="What is wrong with this request, and how to mend it.")]


class Kind(msgspec.Struct, frozen=True):
    """A kind of problem: its name in `type`, its status and title, and headers that always come with it."""

    name: str
    status: int
    title: str
    headers: dict[str, str] = {}


_CLOSE: Final = {"connection": "close"}
_SOON: Final = {"retry-after": "1"}
UNREADABLE: Final = Kind("unreadable", 400, "The request cannot be read")
CREDENTIALS: Final = Kind("credentials", 401, "Invalid credentials", {"www-authenticate": 'Basic realm="comity"'})
FORBIDDEN: Final = Kind("forbidden", 403, "These credentials may not do that")
BARRED: Final = Kind("address-barred", 403, "This IP address is not allowed")
NOT_FOUND: Final = Kind("not-found", 404, "There is nothing at this address")
CONFLICT: Final = Kind("conflict", 409, "It does not go together with what is there")
GONE: Final = Kind("gone", 410, "It was there, and is no more")
METHOD: Final = Kind("method", 405, "This address does not take that method")
TOO_SLOW: Final = Kind("too-slow", 408, "The request did not arrive in time", _CLOSE)
TOO_LARGE: Final = Kind("too-large", 413, "The request is too large", _CLOSE)
MEDIA: Final = Kind("media-type", 415, "The body is not JSON")
LOCKED_OUT: Final = Kind("locked-out", 429, "Too many failed logins", {"retry-after": "300"})
TOO_MANY: Final = Kind("too-many", 429, "Too many requests")
FAILED: Final = Kind("failed", 500, "Trouble on our side")
LATER: Final = Kind("later", 503, "Not at the moment", _SOON)
KINDS: Final = (
    UNREADABLE, CREDENTIALS, FORBIDDEN, BARRED, NOT_FOUND, CONFLICT, GONE, METHOD, TOO_SLOW, TOO_LARGE, MEDIA,
    LOCKED_OUT, TOO_MANY, FAILED, LATER,
)  # fmt: skip

_ENTRY: Final = {
    Entry.WRONG: CREDENTIALS,
    Entry.LOCKED_OUT: LOCKED_OUT,
    Entry.ADDRESS_BARRED: BARRED,
    Entry.OUT_OF_SCOPE: FORBIDDEN,
}
_BODIES: Final[dict[type[Exception], tuple[Kind, str]]] = {
    BodyTooLargeError: (TOO_LARGE, "Send less at once; /api/docs names the limit of each call."),
    BodyTooSlowError: (TOO_SLOW, "Send the body within 15 seconds."),
    BusyError: (LATER, "Too much is being read at the moment; try again in a second."),
    GoneError: (UNREADABLE, "The connection ended before the body did."),
}
_OF_STATUS: Final = {kind.status: kind for kind in (UNREADABLE, NOT_FOUND, METHOD, TOO_LARGE, MEDIA)}
_ADVICE: Final = {
    NOT_FOUND.name: "See /api/docs for what there is.",
    METHOD.name: "The header Allow names those it takes.",
}


class ProblemError(ComityError):
    """A request is answered with a problem."""

    def __init__(self, kind: Kind, what: str, remedy: str = "", headers: dict[str, str] | None = None) -> None:
        super().__init__(what, remedy)
        self.kind = kind
        self.headers = headers or {}


def problem(kind: Kind, detail: str, headers: dict[str, str] | None = None) -> Response[Any]:
    """The answer that says so."""
    body = msgspec.json.encode(Problem(f"/api/docs#{kind.name}", kind.title, kind.status, detail))
    return Response(body, status_code=kind.status, media_type=MEDIA_TYPE, headers={**kind.headers, **(headers or {})})


def answer_to(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """The answer to whatever went wrong; what is our fault goes to the log."""
    if isinstance(error, ProblemError):
        return problem(error.kind, str(error), error.headers)
    if isinstance(error, EntryRefusedError):
        return problem(_ENTRY[error.why], str(error))
    if type(error) in _BODIES:
        return problem(*_BODIES[type(error)])
    if isinstance(error, HTTPException) and error.status_code < _SERVER_ERROR:
        kind = _OF_STATUS.get(error.status_code, UNREADABLE)
        return problem(kind, _ADVICE.get(kind.name, error.detail), error.headers)
    if isinstance(error, SettingsError | UnfitValueError):
        return problem(UNREADABLE, str(error))
    if isinstance(error, msgspec.ValidationError):
        return problem(UNREADABLE, f"The body does not have the shape that is asked for: {error}. See /api/docs.")
    if isinstance(error, ComityError) and error.fault is Fault.CALLER:
        return problem(CONFLICT, str(error))
    request.scope[REPORT](error)  # type: ignore[typeddict-item]  # a key of ours
    if isinstance(error, ComityError) and error.fault is not Fault.CALLER:
        return problem(LATER, "Something on our side is not there at the moment; try again in a second.")
    return problem(FAILED, "It was noted, and nothing was done. Try again; if it stays so, tell the operator.")
