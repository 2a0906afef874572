"""Owns the calls that are documentation: countries and the policy in force; must not know accounts.

Settings and thresholds of rules are not told here: they would be a recipe for those who try what just passes (U16).
"""

from __future__ import annotations

from typing import Any, Final

import msgspec
from litestar import Response, get
from litestar.params import FromPath

from comity.countries import countries
from comity.countries.page import CountryPage, country_page
from comity.edges.rest_http.cached import Cache
from comity.edges.rest_http.models import CountryEntry, ShownClause, ShownPolicy, ShownRule, Word
from comity.edges.rest_http.problems import NOT_FOUND, ProblemError
from comity.edges.rest_http.services import AnyRequest, Work
from comity.edges.rest_http.shown import NOT_FOUND_ANSWER
from comity.policy.document import Mode, PolicyDocument, RuleSetting
from comity.screening.rulebook import RULEBOOK

_CACHE: Final = Cache()
_RULES: Final = {rule.id: rule for rule in RULEBOOK}
_OFF: Final = RuleSetting(mode=Mode.OFF)
_LONGEST: Final = 60


@get(
    "/api/countries",
    tags=["Countries"],
    summary="Every country there is a page for",
    response_description="The countries, by name.",
    sync_to_thread=False,
)
def list_countries(request: AnyRequest) -> Response[list[CountryEntry]]:
    """By name. Needs no credentials; may be kept for five minutes, and asked for anew by its ETag."""
    return _CACHE.answer(request, "countries", _all_countries)


@get(
    "/api/countries/{iso:str}",
    tags=["Countries"],
    summary="What a country asks of senders, texts, links and hours",
    response_description="The country's page.",
    responses=NOT_FOUND_ANSWER,
    sync_to_thread=False,
)
def show_country(request: AnyRequest, iso: FromPath[str]) -> Response[CountryPage]:
    """By its ISO 3166-1 alpha-2 code. Each fact says where it was read and how sure it is; none is legal advice."""
    page = country_page(iso.upper()) if len(iso) == 2 else None  # noqa: PLR2004  alpha-2
    if page is None:
        raise _nothing("country", iso, "Use a code of two letters from /api/countries, such as BE.")
    return _CACHE.answer(request, ("country", page.iso2), lambda: _shown_country(page))


@get(
    "/api/policy",
    tags=["Policy"],
    summary="The policy in force",
    response_description="The policy, with all its clauses and rules.",
    sync_to_thread=False,
)
def show_policy(request: AnyRequest, services: Work) -> Response[ShownPolicy]:
    """Version, digest, clauses with examples, and which rule speaks for which. Thresholds are not told."""
    policy = services.readings().policy.policy
    return _CACHE.answer(request, (policy.digest, ""), lambda: _shown_policy(policy.document, policy.digest))


@get(
    "/api/policy/clauses/{clause:str}",
    tags=["Policy"],
    summary="A clause of the policy in force",
    response_description="The clause.",
    responses=NOT_FOUND_ANSWER,
    sync_to_thread=False,
)
def show_clause(request: AnyRequest, services: Work, clause: FromPath[str]) -> Response[ShownClause]:
    """By its id, such as U1."""
    policy = services.readings().policy.policy
    name = clause.upper()
    if name not in policy.document.clauses:
        raise _nothing("clause", clause, "See /api/policy for those there are.")
    return _CACHE.answer(request, (policy.digest, name), lambda: _shown_clause(policy.document, name))


@get(
    "/api/policy/rules/{rule:str}",
    tags=["Policy"],
    summary="A rule of the policy in force",
    response_description="The rule, as the policy has it.",
    responses=NOT_FOUND_ANSWER,
    sync_to_thread=False,
)
def show_rule(request: AnyRequest, services: Work, rule: FromPath[str]) -> Response[ShownRule]:
    """By its id, such as sender-not-granted: what it is about, for which clauses, and what a hit asks for."""
    policy = services.readings().policy.policy
    if rule not in _RULES:
        raise _nothing("rule", rule, "See /api/policy for those there are.")
    return _CACHE.answer(request, (policy.digest, rule), lambda: _shown_rule(policy.document, rule))


CALLS: Final[tuple[Any, ...]] = (list_countries, show_country, show_policy, show_clause, show_rule)


def _nothing(what: str, written: str, remedy: str) -> ProblemError:
    return ProblemError(NOT_FOUND, f"There is no {what} {written[:_LONGEST]!r}.", remedy)


def _all_countries() -> list[CountryEntry]:
    return [
        CountryEntry(one.iso2, one.name, one.calling_code, f"/api/countries/{one.iso2}")
        for one in sorted(countries(), key=lambda one: one.name)
    ]


def _shown_country(page: CountryPage) -> CountryPage:
    """The page; what to say where nothing was found stands in no section that has lines."""
    sections = tuple(
        msgspec.structs.replace(section, nothing="") if section.lines else section for section in page.sections
    )
    return msgspec.structs.replace(page, sections=sections)


def _shown_policy(document: PolicyDocument, digest: str) -> ShownPolicy:
    return ShownPolicy(
        version=document.version,
        title=document.title,
        digest=digest,
        effective=document.effective,
        acceptance_required=document.acceptance_required,
        clauses=tuple(_shown_clause(document, name) for name in document.clauses),
        rules=tuple(_shown_rule(document, rule.id) for rule in RULEBOOK if rule.id in document.rules),
    )


def _shown_clause(document: PolicyDocument, name: str) -> ShownClause:
    clause = document.clauses[name]
    rules = tuple(rule.id for rule in RULEBOOK if name in rule.clauses and rule.id in document.rules)
    return ShownClause(
        id=name,
        title=clause.title,
        text=clause.text,
        category=clause.category,
        guidance=clause.guidance,
        fine=clause.fine,
        not_fine=clause.not_fine,
        elsewhere=clause.elsewhere,
        rules=rules,
    )


def _shown_rule(document: PolicyDocument, name: str) -> ShownRule:
    rule, setting = _RULES[name], document.rules.get(name, _OFF)
    action: Word = setting.action  # type: ignore[assignment]  # compiling the policy saw to it
    return ShownRule(name, rule.title, setting.mode.value, action, rule.clauses)
