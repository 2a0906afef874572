"""A genuine code with a link of the name it says has the levels of codes; with anybody else's link it has not."""

import msgspec
import pytest

from comity.content.scores import CATEGORIES, Judged, Scores, Sign
from comity.policy.files import default_policy
from comity.screening.rulebook import RULEBOOK
from comity.screening.scored import Ready, ScoredSettings
from comity.screening.scoring import Scorer
from comity.senders.brands import BrandIndex
from support.judging import a_message, the_facts

DOCUMENT = default_policy().document
FRAUD = next(rule for rule in RULEBOOK if rule.id == "fraud")
OWN = "Your Amazon verification code is 482913. Didn't ask for it? https://amazon.com/a/c/r/abc123"
OTHERS = "Your Amazon verification code is 482913. Didn't ask for it? https://amazon-help.top/abc123"
UNSAID = "Your verification code is 482913. Didn't ask for it? https://amazon.com/a/c/r/abc123"


class Fixed(Scorer):
    """Judges every text the same, so that the levels alone decide."""

    def __init__(self) -> None:
        self.judged = Judged(0.96, "", (Sign(0, 4, "something"),), ())

    def scores_of(self, texts):
        return [Scores(**dict.fromkeys(CATEGORIES, self.judged.score))] * len(texts)

    def own(self, names, domains=frozenset()):
        return Scorer.of(DOCUMENT).own(names, domains)

    def judge(self, *_asked, **_more):
        return self.judged


@pytest.mark.parametrize(("text", "action"), [(OWN, "hold"), (OTHERS, "refuse"), (UNSAID, "refuse")])
def test_whose_links_stand_beside_a_code_decides_its_levels(text, action):
    settings = msgspec.convert(DOCUMENT.rules["fraud"].settings, ScoredSettings)
    ready = Ready(settings, Fixed(), BrandIndex.of(DOCUMENT.brands), settings.least)
    assert FRAUD.check(a_message(text=text), the_facts(template=None, history=None, heard=None), ready).action == action
