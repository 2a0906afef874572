"""A text must not pose as somebody to get at people's accounts, devices or trust (U1, P9).

No word makes a case. A text is read for what it is made of: who is claimed, by a protected name or as "your bank",
"your parcel", "mum"; what is said to be wrong or held out; what is asked; how it presses; and where it leads. A
claim, a story and a link that nobody vouches for make a case together; a link to the claimed one's own domain unmakes
it. Links that were cut off or blacked out count as links, and a number to call as a road of its own. Disguised words
are read as people see them. The score is the same for every message of a template, and decides among note, hold and
refuse.

What speaks against it: pointing people to the app they have or the number on their card, the last digits of the
recipient's own card, nothing to be done, a way to opt out, an appointment, a warning of fraud, people's own way of
chatting. Before an unknown link such words count only where they stand in the sentence that makes the case. A text
that gives a one-time code and leads nowhere is never refused.

Its limits: a sender's own domain that no register knows, beside words of fees or refunds, is held now and then; name
it for the account. A bank that gives a plain telephone number in an alarm looks like one who poses as a bank, and is
held. A stranger's "are we still on for golf?" is held at most, and many such openings read like anybody's chat. Most
lists are deepest in English, then Dutch, French, German and Spanish.
"""

from __future__ import annotations

from typing import Final

from comity.screening.judging import Rule
from comity.screening.scored import Speech, scored_rule

RULE: Final[Rule] = scored_rule(
    "phishing",
    ("U1", "P9"),
    "Phishing",
    Speech(
        "phishing",
        sentence="The text reads as phishing{kind}.",
        remedy="Say who you are, link to your own domain only, and ask for nothing that a stranger should not be told.",
    ),
)
