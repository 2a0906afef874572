"""Owns answers that anybody may keep: encoded once, named by an ETag, not sent again; must not know what they hold."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any, Final

import msgspec
from litestar import Response

from comity.edges.rest_http.services import AnyRequest

_ETAG_CHARACTERS: Final = 32
_KEEP: Final = {"cache-control": "public, max-age=300"}
_MOST: Final = 1_024


class Kept(msgspec.Struct, frozen=True):
    """An encoded answer and its ETag."""

    body: bytes
    etag: str


class Cache:
    """Encoded answers by key; those of an older policy fall out with the rest when there are very many."""

    def __init__(self) -> None:
        self._kept: dict[object, Kept] = {}

    def answer(self, request: AnyRequest, key: object, make: Callable[[], object]) -> Response[Any]:
        """The answer under a key, made when first asked for; 304 without it for a caller who has it already."""
        kept = self._kept.get(key)
        if kept is None:
            if len(self._kept) >= _MOST:
                self._kept.clear()
            body = msgspec.json.encode(make())
            kept = Kept(body, f'"{hashlib.sha256(body).hexdigest()[:_ETAG_CHARACTERS]}"')
            self._kept[key] = kept
        headers = {**_KEEP, "etag": kept.etag}
        if _has_it(request.headers.get("if-none-match", ""), kept.etag):
            return Response(None, status_code=304, headers=headers)
        return Response(kept.body, media_type="application/json", headers=headers)


def _has_it(written: str, etag: str) -> bool:
    """Whether If-None-Match names it (RFC 9110, 13.1.2: weakly compared)."""
    return any(one.strip().removeprefix("W/") in {etag, "*"} for one in written.split(","))
