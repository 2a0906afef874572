"""A text must not be sexually explicit or foul (U6, P10).

The gravest word sets the score and each further one adds less: words for acts weigh most, then pornography, oaths at
somebody, strong oaths, coarse words for the body, sexual subjects and mild oaths. Words turned at whoever reads them,
said of what somebody wants, done to a body or offered with a link, a number or a show weigh more.

A single oath is no finding: people swear at trains. Medicine and its teaching, protection and help, reports and
filters, quotations, goods that shops sell, and names such as Scunthorpe or Dick are left alone; each counts for its own
sentence, and explicit acts are never excused by medicine or quotation marks alone. Insults, threats and hate are for
other rules.

Words of 31 languages are known, explicit ones by their usual phrases, so that rare inflections are missed, most of all
in Polish and Italian. Pictures and what lies behind links are not seen.
"""

from __future__ import annotations

from typing import Final

from comity.screening.judging import Rule
from comity.screening.scored import Speech, scored_rule

RULE: Final[Rule] = scored_rule(
    "obscene",
    ("U6", "P10"),
    "Obscene text",
    Speech(
        "obscene",
        sentence="The text is obscene{kind}.",
        remedy="Leave out what is explicit or foul.",
    ),
)
