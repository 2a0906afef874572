"""A text must not attack people for what they are: origin, religion, sex, orientation, disability or age (P10, U4).

The judgement puts together who is spoken of, what is said of them, and whose words it is. A group's name alone means
nothing; it counts together with hatred, with calling people vermin, criminals or inferior, with violence, expulsion
or death that is called for or wished, with rights or worth denied, with telling people to go. A pronoun takes up the
group named before: "X moved in next door. They are vermin." Words misspelt, run together, spaced out or written with
digits are read as what they stand for. It reads English, Dutch, French, German and Spanish; Italian and Portuguese
with fewer words.

Left alone are: what is denied ("I don't hate ..."), quoted, reported or condemned ("Saying that ... is disgusting"),
told of others ("people who hate ..."); attacks on things, on one person, or on people for what they do or think (a
trade, a team, a party); what people say of their own group; and groups named in a neutral or friendly way. Insults to
one person are for other rules.

Limits: allusion that needs knowledge of the world, irony, and words that are not in the lists are missed. Of invented
attacks in free wording, written before they were judged for the first time, two in three were found, and of harmless
sentences that look like one 19 in 20 passed; of attacks in plain wording far more are found. Of tweets that people
call hateful about three in ten are found: most of those stand on a word that is not always a slur. A quotation that
is approved of passes as one.
"""

from __future__ import annotations

from typing import Final

from comity.screening.judging import Rule
from comity.screening.scored import Speech, scored_rule

RULE: Final[Rule] = scored_rule(
    "hate",
    ("P10", "U4"),
    "Hate",
    Speech(
        "hate",
        sentence="The text attacks people for what they are{kind}.",
        remedy="Leave out what speaks ill of people for their origin, faith, sex, orientation, age or health.",
    ),
)
