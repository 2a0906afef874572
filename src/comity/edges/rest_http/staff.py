"""Owns who works at the desk as its calls see them: who calls, in which role; must not know any call or decision."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import msgspec
from litestar.di import NamedDependency

from comity.cases.life import Role
from comity.edges.postgres.staff_store import StaffKey, find_staff
from comity.edges.rest_http.problems import CREDENTIALS, FORBIDDEN, ProblemError
from comity.edges.rest_http.services import AnyRequest, Services, Work, address_of, credentials


class Staffer(msgspec.Struct, frozen=True):
    """A person of the staff, and what they may do."""

    person: str
    role: Role

    @property
    def holder(self) -> str:
        """Whose Idempotency-Keys theirs are."""
        return f"staff:{self.person}"


Staff = NamedDependency[Staffer]


async def staffer(request: AnyRequest, services: Work) -> Staffer:
    """The person who calls; calls that ask for more than a reviewer say so: `opt={"role": Role.SENIOR}`.

    Wrong secrets are counted with those of customers: ten from one address lock further guesses out.

    Raises:
        EntryRefusedError, ProblemError: they may not come in, or their role is too low.
    """
    client_id, secret = credentials(request)
    if not client_id and not secret:
        raise ProblemError(
            CREDENTIALS,
            "This call is for the operator's staff.",
            "Send the client id and secret that `comity staff add` printed, as HTTP Basic.",
        )
    known: StaffKey = await services.gate.recognise(client_id, secret, address_of(request), _finder(services))
    caller = Staffer(known.person, Role[known.role.upper()])
    least: Role = request.route_handler.opt.get("role", Role.REVIEWER)
    if caller.role < least:
        raise ProblemError(FORBIDDEN, f"This needs the role {least.word}.", "Ask somebody who has it.")
    return caller


def _finder(services: Services) -> Callable[[str], Awaitable[StaffKey | None]]:
    async def find(client_id: str) -> StaffKey | None:
        async with services.road.connection() as connection:
            return await find_staff(connection, client_id)

    return find
