"""What texts say is found out once for all recipients of a request, and scored for many at a time."""

from datetime import UTC, datetime

import pytest

from comity.content.template import template_key, template_of
from comity.journey.prepare import score_ahead
from comity.journey.texts import Texts
from comity.messages.submission import Draft
from comity.policy.document import PolicyDocument
from comity.screening.scoring import Scorer
from support.judging import shipped

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
WORDS = ("table", "chair", "lamp", "door", "window", "garden", "kettle", "mirror", "carpet", "shelf", "drawer", "stove")
OTHERS = ("red", "blue", "green", "white", "black", "brown", "grey", "pink")
TEXTS = tuple(f"Your {colour} {thing} is ready to be fetched" for thing in WORDS for colour in OTHERS)


class Counting(Scorer):
    """Says how many texts it was given at a time."""

    def __init__(self):
        super().__init__(PolicyDocument("1", "Test", NOON.date(), {}))
        self.given = []

    def scores_of_templates(self, templates):
        self.given.append(len(templates))
        return super().scores_of_templates(templates)


class Judging:
    """A policy as far as scoring asks for one."""

    def __init__(self):
        self.scorer = Counting()


def read(texts, policy):
    """As a request's drafts are read."""
    drafts, known = [Draft("32470000000", "Bank", text) for text in texts], Texts()
    for index, draft in enumerate(drafts):
        score_ahead(drafts, index, known, policy)
        known.of(draft.text).scores(policy.scorer)


@pytest.mark.parametrize(
    ("texts", "given"),
    [
        (TEXTS[:1], [1]),
        (TEXTS[:2], [2]),
        (TEXTS[:32], [32]),
        (TEXTS[:33], [32, 1]),
        (TEXTS, [32, 32, 32]),
        (TEXTS[:1] * 96, [1]),
        (TEXTS[:3] * 32, [3]),
        ((*TEXTS[:2], "x" * 5_000), [2, 1]),
    ],
    ids=["one", "two", "a turn", "one more", "many", "one to all", "some to all", "one too long to be sent"],
)
def test_the_texts_of_a_request_are_scored_once_each_and_many_at_a_time(texts, given):
    policy = Judging()
    read(texts, policy)
    assert policy.scorer.given == given


def test_together_they_score_as_they_do_alone():
    scorer = shipped().scorer
    texts = [*TEXTS[:5], "Confirm your password at https://bank-secure.example/login or lose your account today"]
    together = Texts()
    together.score(texts, scorer)
    assert [together.of(text).scores(scorer) for text in texts] == [scorer.scores_of((text,))[0] for text in texts]


def test_a_text_knows_its_template():
    one = Texts().of("Hi Anna, your code is 123456")
    assert one.template_text == template_of("Hi Anna, your code is 123456")
    assert one.template == template_key(one.template_text)
