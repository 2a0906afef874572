"""Codes, cards, passwords and identity numbers are not asked for by text (P9).

A word that asks and a word for confidential data in one sentence are a request. To hand something over, by reply or by
telephone, weighs more than to fill it in; a code that somebody received weighs more than "the code"; data of two sorts
weigh more than one; pressure adds. A request that is denied is none: "never share this code", "we will never ask for
your PIN", "anyone who asks you to send it is a fraud". A text that gives a one-time code passes, unless it wants that
code passed on. What is done in the sender's application or in person (a code for the courier) is no request either.

Who wrote to the account lately may be asked back: a finding is then a note at most (`contact_days`), but for the kinds
in `never_lifted`.

Limits: a date of birth by reply is noted at most, and bank details by reply are not even noted; links to forms are
judged by where they lead, under `phishing`. A code that a text gives and wants told to an agent is held at most, since
some firms do that. A request spread over several messages is not seen.
"""

from __future__ import annotations

from typing import Final

from comity.screening.judging import Rule
from comity.screening.scored import Speech, scored_rule

RULE: Final[Rule] = scored_rule(
    "solicitation",
    ("P9",),
    "Confidential data asked for",
    Speech(
        "solicitation",
        sentence="The text asks for confidential data{kind}.",
        remedy="Ask for codes, cards, passwords and identity numbers in your own application, never by text.",
    ),
)
