"""Genuine texts that have the words of an offer and are none: no judge of content may find anything in them."""

from __future__ import annotations

import pytest

from comity.content.discrimination import judge_discrimination
from comity.content.emergency import judge_emergency_offer
from comity.content.health import judge_health
from comity.content.offers import judge_offer
from comity.content.promotion import judge_promotion
from comity.content.reading import Reading
from comity.content.regulated import judge_regulated
from comity.policy.files import default_policy

RULES = default_policy().document.rules
GENUINE = [
    "Your wine delivery slot is booked for Friday 18:00-19:00. Edit your order before Thursday.",
    "Hi, it's the vet: Rex's tablets are ready to collect, £23.50 to pay.",
    "Student Loans: your repayment of £56 was taken on 3 March.",
    "Reminder: your child's flu vaccine is due. Book online at https://gp.example",
    "You've used 80% of your data. Buy more at https://telecom.example or in the app.",
    "Your table at The Wine Bar is booked for 20:00 tonight. Reply YES to confirm.",
    "Election notice: polling stations open 7am-10pm Thursday. Bring photo ID.",
    "You bought 0.05 BTC for $3,000. View it in the app.",
    "Your loan application was approved. Sign the agreement in the app.",
    "Pub quiz tonight 8pm, first drink on the house",
    "Dear resident, the fire brigade will test sirens on Monday. Do not call 112.",
    "Ambulance transport booked for 9:30. Text us if you need a wheelchair.",
    "Your ride has arrived. In an emergency use the 112 button in the app.",
    "Women's football: training moved to 7pm, entry via gate B",
    "Barista wanted, 20h a week, must be 18+ to serve alcohol. Apply in store.",
    "Flat viewing confirmed for Monday 17:00, no need to bring documents",
    "Nurse wanted for women's refuge, female applicants only (by law)",
    "You've been selected for a free upgrade on flight XY117. Accept in the app.",
    "Congrats! You won the Monday raffle at work, pick up the hamper from reception.",
    "Free trial ends tomorrow. Your plan renews at £9.99/month. Cancel any time in settings.",
    "Claim your 20% off voucher before Sunday at https://shop.example STOP to end",
    "Your tax refund of £231.40 has been approved and paid to your account.",
    "Prescription for Mr J Smith is ready.",
    "Uw afspraak bij de huisarts is morgen om 9:00. Bij spoed bel 112.",
    "Je bestelling met 6 flessen wijn staat klaar bij de slijterij",
    "Ihr Kreditkartenumsatz: 23,50 EUR bei Weinhandel Muster",
    "Su préstamo hipotecario: cuota de 540 euros cargada hoy",
    "Sondaj: partidul conduce în alegeri",
    "Hey can you grab some weed killer and a 6 pack of beer on the way",
    "we need cash for the poker game at Dave's, call me",
    "Pokerabend bei mir, bringst du Bier mit?",
]


def limit(rule, setting):
    return RULES[rule].settings[setting]


@pytest.mark.parametrize("text", GENUINE)
def test_a_genuine_text_passes_every_judge_of_content(text):
    reading = Reading(text)
    promotional = judge_promotion(text).score >= 0.9
    assert all(one.score < limit("regulated-content", "hold_at") for one in judge_regulated(reading, promotional))
    assert judge_offer(reading, promotional).score < limit("deceptive-offer", "note_at")
    assert judge_discrimination(reading).score < limit("discriminatory-offer", "note_at")
    assert judge_emergency_offer(reading).score < limit("emergency-offer", "threshold")
    assert judge_health(reading).score < limit("health-data", "threshold")
