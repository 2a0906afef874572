"""A text must not hold out or threaten something to get at people's money (P9, U3).

The score adds up what is held out or threatened and how the money is to go: a fortune or a win against a fee, easy work
with daily pay through a messenger, profit said to be sure, a loan without papers against a fee, a "safe account", a
relative or superior who needs money or gift cards, a charge to be cancelled by telephone, a cut-off to be averted by
calling somebody, an account to be lent, pictures to be paid for. One half of a scheme alone is none.

Lawful texts with the same words pass: interviews and shifts, a bank's offer with its terms, payslips, reminders of an
invoice, appeals and receipts of charities, lotteries' own notices, notices of exchanges, warnings of fraud, friends who
split a bill. A genuine one-time code is never refused, whatever stands around it.

Limits: a charge with a number to call for those who did not make it is how banks write too, and is only noted unless
more speaks for fraud. An appeal for a charity that does not exist reads like one for a charity that does. Openers that
ask for nothing yet ("hi mum, this is my new number") are for the rule `phishing`.
"""

from __future__ import annotations

from typing import Final

from comity.screening.judging import Rule
from comity.screening.scored import Speech, scored_rule

RULE: Final[Rule] = scored_rule(
    "fraud",
    ("P9", "U3"),
    "Fraud",
    Speech(
        "fraud",
        sentence="The text reads as a fraud{kind}.",
        remedy="Say plainly who offers what at what price, and ask nobody for money in advance.",
    ),
)
