"""A text must not threaten a person, their family, property or name with harm (U4, P10).

Threats are made of parts: who will act, what is to be done to whom, where the reader is found, what is demanded, to
whom nobody may speak. Violence, fire or a bomb announced to the reader is enough by itself; a visit, a recording or
a demand means something only beside another part, so that "we come to your house" on a moving day is nothing and
"pay, or we come to your house" is a threat. Pictures or secrets to be shown to others unless something is paid are
one too.

It leaves alone what follows in law (a bailiff, a court, a collection), warnings of weather and danger, news, idioms
("this heat is killing me"), threats that are reported, quoted or denied, games and films in the clause that names
them, and what friends say with laughter. What excuses one sentence excuses no other. No record of good conduct
excuses a threat.

Well covered: English, Dutch, French, German and Spanish; less so Italian and Portuguese; the plainest sentences in
Turkish, Polish, Indonesian, Romanian and Swedish. A veiled threat that names no harm, place or demand is not seen.
"""

from __future__ import annotations

from typing import Final

from comity.screening.judging import Rule
from comity.screening.scored import Speech, scored_rule

RULE: Final[Rule] = scored_rule(
    "threat",
    ("U4", "P10"),
    "Threat",
    Speech(
        "threat",
        sentence="The text threatens{kind}.",
        remedy="Say what follows in law, if anything does, and nothing else.",
    ),
)
