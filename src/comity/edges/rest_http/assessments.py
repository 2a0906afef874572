"""Owns the self-assessment over HTTP: the questions, and a plan's marks; must not mark anything itself."""

from __future__ import annotations

from typing import Any, Final, get_args

from litestar import Response, get, post

from comity.countries import Content
from comity.edges.rest_http.cached import Cache
from comity.edges.rest_http.models import Questionnaire
from comity.edges.rest_http.services import AnyRequest, PerhapsCaller, Work, address_of, decoded, read_json
from comity.edges.rest_http.shown import BODY_ANSWERS, ENTRY_ANSWERS
from comity.journey.assess import MOST_SAMPLES, Answers, Assessment, Assessor, read_plan
from comity.journey.slices import SLICE_S, Slices
from comity.messages.submission import Category
from comity.policy.questions import questions

MOST_BODY: Final = 512 * 1024
MOST_BODY_OF_VISITORS: Final = 128 * 1024
# Of samples, from each sender to each country.
MOST_JUDGED: Final = 500
MOST_JUDGED_FOR_VISITORS: Final = 100
_CACHE: Final = Cache()


@get(
    "/api/assessment",
    tags=["Assessment"],
    summary="The questions of the self-assessment",
    response_description="The questions by name, with the words that their answers take.",
    sync_to_thread=False,
)
def show_questions(request: AnyRequest) -> Response[Questionnaire]:
    """Each with its possible answers, what they come to and why. Needs no credentials."""
    return _CACHE.answer(request, "questions", _questionnaire)


@post(
    "/api/assessment",
    opt={"body": (Answers,)},
    status_code=200,
    tags=["Assessment"],
    summary="What a planned use comes to, clause by clause",
    response_description="The plan's marks, the worst first.",
    responses={**BODY_ANSWERS, **ENTRY_ANSWERS},
)
async def assess_plan(request: AnyRequest, services: Work, visitor: PerhapsCaller) -> Assessment:
    """Answers and up to 50 sample texts, judged by the same engine as live messages.

    With credentials the account's record counts, and up to 500 samples (each from each sender to each country) are
    judged in at most 512 KB. Without, a plan is judged as that of somebody with no account: 100 samples, 128 KB, 10
    plans a minute from one address.
    """
    if visitor is None:
        services.rate.take(address_of(request))
        answers = _answers(await read_json(request, MOST_BODY_OF_VISITORS))
        async with services.visitors.turn(address_of(request)):
            return await _assess(
                Assessor(answers, services.readings().policy, services.clock.now()), MOST_JUDGED_FOR_VISITORS
            )
    answers = _answers(await read_json(request, MOST_BODY))
    async with services.heavy.turn(visitor.account_id):
        assessor = Assessor(answers, services.readings().policy, services.clock.now(), visitor.record)
        return await _assess(assessor, MOST_JUDGED)


def _answers(body: bytes) -> Answers:
    return read_plan(decoded(body, Any), "The body")


async def _assess(assessor: Assessor, most: int) -> Assessment:
    slices = Slices(SLICE_S)
    for _ in assessor.steps(most):
        await slices.breathe()
    return assessor.result()


def _questionnaire() -> Questionnaire:
    return Questionnaire(
        questions=dict(questions()),
        contents=get_args(Content),
        categories=tuple(category.value for category in Category),
        most_samples=MOST_SAMPLES,
    )
