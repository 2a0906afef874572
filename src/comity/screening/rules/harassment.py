"""A text must not insult, hound or shame whoever reads it (U4, P10).

What counts is what a text does to its reader: telling them to die or to harm themselves, calling them something
degrading, saying that nobody wants them, following them wherever they go, threatening a debtor with shame before
family and neighbours. Each such act adds to the score once; several together weigh more than the harshest word.
Insults thrown at the reader are told from those of things, of oneself and of people who are absent by the sentence
they stand in.

Laughter and affection take off most of a name called among friends, little of a wish that somebody die. A sentence
that is denied, reported, supposed or quoted counts for nothing, whatever else the text says; and what excuses one
sentence excuses no other.

Well covered: English, Dutch, French, German and Spanish; less so Italian and Portuguese; the plainest sentences in
Turkish, Polish, Indonesian, Romanian and Swedish. It knows sentences, not people: sarcasm and allusions escape it,
and rough banter without any laughter may be held.
"""

from __future__ import annotations

from typing import Final

from comity.screening.judging import Rule
from comity.screening.scored import Speech, scored_rule

RULE: Final[Rule] = scored_rule(
    "harassment",
    ("U4", "P10"),
    "Harassment",
    Speech(
        "harassment",
        sentence="The text insults or hounds whoever reads it{kind}.",
        remedy="Say what you want without insult.",
    ),
)
