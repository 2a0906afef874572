"""Owns the /api door: Litestar with all its calls, the document of them, and a page for people.

It must not know what any call means. Nothing of /v1 passes through it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from threading import Lock
from typing import Any, Final

import msgspec
from litestar import Litestar, Response, get
from litestar.di import Provide

from comity.edges.http_server.asgi import App, Receive, Scope, Send
from comity.edges.rest_http import (
    account_keys,
    activity,
    assessments,
    cases,
    challenges,
    checks,
    complaint_proof,
    complaints,
    consents,
    consents_imports,
    consents_opt_outs,
    consents_requests,
    desk_cases,
    desk_challenges,
    desk_complaint_openings,
    desk_complaints,
    desk_evidence,
    desk_freezes,
    desk_imports,
    desk_labels,
    desk_money,
    desk_networks,
    desk_partners,
    desk_policy,
    desk_proof,
    desk_staff,
    desk_standing,
    desk_team,
    desk_upkeep,
    desk_upkeep_evidence,
    disclosure_desk,
    disclosure_orders,
    disclosure_public,
    disclosure_reading,
    erasures,
    evidence,
    feeds,
    notices,
    pages,
    policy_changes,
    proof_requests,
    standing,
    statements,
    subaccounts,
    takedowns,
    team,
    verdicts,
)
from comity.edges.rest_http.cached import Cache
from comity.edges.rest_http.docs_page import POLICY as DOCS_POLICY
from comity.edges.rest_http.docs_page import page
from comity.edges.rest_http.openapi import document_of, openapi_config
from comity.edges.rest_http.problems import REPORT, answer_to
from comity.edges.rest_http.services import (
    SERVICES,
    AnyRequest,
    Services,
    perhaps_signed_in,
    services_of,
    signed_in,
)
from comity.edges.rest_http.staff import staffer

_HEADERS: Final = ((b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"no-referrer"))
_NO_STORE: Final = (b"cache-control", b"no-store")
_CACHE_CONTROL: Final = b"cache-control"
_CACHE: Final = Cache()


# Both in a thread: who asks first waits a second for the document to be made, and nobody else waits with them.
@get("/api/openapi.json", include_in_schema=False, sync_to_thread=True)
def show_document(request: AnyRequest) -> Response[Any]:
    """This door as an OpenAPI 3.1 document."""
    answer: Response[Any] = _CACHE.answer(request, "openapi", api_document)
    return answer


@get("/api/docs", include_in_schema=False, sync_to_thread=True)
def show_docs() -> Response[str]:
    """This door as a page."""
    headers = {"content-security-policy": DOCS_POLICY, "x-frame-options": "DENY"}
    return Response(_docs_page(), media_type="text/html", headers=headers)


CALLS: Final[tuple[Any, ...]] = (
    verdicts.show_verdict,
    checks.check,
    *pages.CALLS,
    *consents.CALLS,
    *consents_imports.CALLS,
    *consents_opt_outs.CALLS,
    *consents_requests.CALLS,
    assessments.show_questions,
    assessments.assess_plan,
    *cases.CALLS,
    *challenges.CALLS,
    *desk_challenges.CALLS,
    *desk_cases.CALLS,
    *complaints.CALLS,
    *complaint_proof.CALLS,
    *desk_complaints.CALLS,
    *desk_complaint_openings.CALLS,
    *desk_freezes.CALLS,
    *notices.CALLS,
    *policy_changes.CALLS,
    *statements.CALLS,
    *proof_requests.CALLS,
    *desk_proof.CALLS,
    *desk_standing.CALLS,
    *desk_money.CALLS,
    *desk_imports.CALLS,
    *desk_staff.CALLS,
    *desk_evidence.CALLS,
    *desk_policy.CALLS,
    *desk_networks.CALLS,
    *desk_partners.CALLS,
    *desk_upkeep.CALLS,
    *desk_labels.CALLS,
    *desk_upkeep_evidence.CALLS,
    *disclosure_reading.CALLS,
    *disclosure_desk.CALLS,
    *disclosure_orders.CALLS,
    *disclosure_public.CALLS,
    *evidence.CALLS,
    *erasures.CALLS,
    *standing.CALLS,
    *feeds.CALLS,
    *takedowns.CALLS,
    *subaccounts.CALLS,
    *team.CALLS,
    *account_keys.CALLS,
    *activity.CALLS,
    *desk_team.CALLS,
)


@cache
def litestar() -> Litestar:
    """Litestar with every call, the same for all doors of a process: a request brings its own door's services."""
    return Litestar(
        [*CALLS, show_document, show_docs],
        dependencies={
            "services": Provide(services_of, sync_to_thread=False),
            "account": Provide(signed_in),
            "visitor": Provide(perhaps_signed_in),
            "staffer": Provide(staffer),
            "feed": Provide(feeds.partner),
        },
        exception_handlers={Exception: answer_to},
        openapi_config=openapi_config(),
        logging_config=None,
    )


class RestDoor:
    """The /api door as an ASGI application: adds what every answer carries.

    Args:
        services: what its calls work with.
        report: called with an error of ours, for the log.
    """

    def __init__(self, services: Services, report: Callable[[BaseException], None]) -> None:
        self._own = {SERVICES: services, REPORT: report}
        self._app: App = litestar()  # type: ignore[assignment]  # ASGI by its own names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""

        async def send_with_headers(message: Any) -> None:  # noqa: ANN401  ASGI's messages
            if message["type"] == "http.response.start":
                headers = [*message["headers"], *_HEADERS]
                if not any(name == _CACHE_CONTROL for name, _ in headers):
                    headers.append(_NO_STORE)
                message = {**message, "headers": headers}
            await send(message)

        await self._app({**scope, **self._own}, receive, send_with_headers)


_making: Final = Lock()


def api_document() -> dict[str, Any]:
    """The OpenAPI document, the same for every door: made when first asked for, since that takes a second."""
    with _making:
        return _document()


@cache
def _document() -> dict[str, Any]:
    return msgspec.to_builtins(document_of(litestar()))  # type: ignore[no-any-return]  # a dict stays one


@cache
def _docs_page() -> str:
    return page(api_document())
