"""Owns the samples of the demonstration: what is sent and what must come of it; must not know how it is run.

Recipients of samples about hours are chosen for the present moment, so that the
demonstration shows the same at any hour and on any weekday.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

import msgspec
import phonenumbers

from comity.countries import link_rule, sender_verdict, text_labels
from comity.countries.hours import Allowed, Wait, next_allowed
from comity.numbers.read import read_destination
from comity.numbers.zones import place_of, zones_of

SHOP: Final = "Acme Shop"
BANK: Final = "Metro Bank"
NEW: Final = "Newcomer"
# Countries asked, in this order, for one where a promotional text may go now and one where it must wait. Those that do
# not take the shop's name, or a link, are passed over: they would show another rule.
_COUNTRIES: Final = (
    *("BE", "NL", "FR", "DE", "GB", "ES", "IT", "SE", "PL", "JP", "AU", "NZ", "SG", "KR", "TH", "PH"),
    *("MX", "BR", "CL", "KE", "ZA", "IE", "PT", "FI", "NO", "DK", "AT", "CH", "CZ", "GR", "HU", "RO"),
)
STOP_SENDER: Final = "32470123999"
SHOP_NUMBER: Final = "32460000001"


class Sample(msgspec.Struct, frozen=True):
    """One message of the demonstration.

    Attributes:
        title: what it shows, in plain words.
        expect: the state it must end in.
        category: what it is declared as.
        consent: whether an opt-in of the recipient is on file.
        after_stop: whether the recipient texts STOP to the shop first.
        over_smpp: whether it comes in by the SMPP door.
    """

    title: str
    account: str
    sender: str
    to: str
    text: str
    expect: str
    category: str = ""
    consent: bool = False
    after_stop: bool = False
    over_smpp: bool = False


def make_samples(now: datetime) -> list[Sample]:
    """The samples for this moment."""
    return [*_notices(), *_promotions(_open_number(now), _closed_number(now)), *_refusals(), *_troubles()]


def _notices() -> list[Sample]:
    return [
        _shop("An order notice", "32470123401", f"{_ORDER} 4711 is ready for pickup.", "delivered"),
        Sample(
            title="A one-time code",
            account=BANK,
            sender="MetroBank",
            to="32470123407",
            text="Metro Bank: 482 913 is your code. Never share it.",
            expect="delivered",
            category="otp",
        ),
        Sample(
            title="A notice submitted over SMPP",
            account=BANK,
            sender="MetroBank",
            to="32470123408",
            text="Metro Bank: your new card is on its way.",
            expect="delivered",
            over_smpp=True,
        ),
        _shop("A long text in Greek, several parts", "306912345678", _GREEK, "delivered"),
    ]


def _promotions(open_now: str, closed_now: str) -> list[Sample]:
    sale = "until Friday! Shop at https://acme.example/sale Reply STOP to opt out."
    return [
        _promotion("A promotion, opted in", open_now, f"Acme Shop: 20% off all shoes {sale}", "delivered"),
        _promotion("Nearly the same promotion again", open_now, f"Acme Shop: 25% off all shoes {sale}", "held"),
        _promotion(
            "A promotion outside the hours",
            closed_now,
            "Acme Shop: our winter sale starts now, 30% off every coat. Reply STOP to opt out.",
            "scheduled",
        ),
    ]


def _refusals() -> list[Sample]:
    offer = "70% off, today only! Buy now at https://acme.example Reply STOP to opt out"
    return [
        _shop("A promotion without opt-in", "32470123402", f"Acme Shop: {offer}", "refused", category="promotional"),
        _shop("A promotion declared as a notice", "32470123403", f"MEGA SALE! {offer}", "refused"),
        Sample("Posing as the bank", SHOP, "MetroBank", "32470123404", "Please confirm your payment.", "refused"),
        _shop("To an emergency number", "112", "There is smoke in hall 3.", "refused"),
        Sample("Nobody accepted the policy", NEW, "Newcomer", "32470123405", "Hello from a new customer.", "refused"),
        _shop(
            "After the recipient texted STOP", STOP_SENDER, "Acme Shop: it is on its way.", "refused", after_stop=True
        ),
    ]


def _troubles() -> list[Sample]:
    """The last six digits tell the simulated carrier what to do (docs/reference/simulator.md)."""
    return [
        _shop("A handset that is switched off", "32470999001", f"{_ORDER} 4712 is ready for pickup.", "undelivered"),
        _shop("A number the carrier refuses", "32470999010", f"{_ORDER} 4713 is ready for pickup.", "rejected"),
        _shop("A carrier that throttles first", "32470999020", f"{_ORDER} 4714 is ready for pickup.", "delivered"),
        _shop("A receipt that comes before the answer", "32470999042", f"{_ORDER} 4715 is ready.", "delivered"),
    ]


def _shop(title: str, to: str, text: str, expect: str, *, category: str = "", after_stop: bool = False) -> Sample:
    return Sample(title, SHOP, "AcmeShop", to, text, expect, category, after_stop=after_stop)


def _promotion(title: str, to: str, text: str, expect: str) -> Sample:
    return Sample(title, SHOP, "AcmeShop", to, text, expect, "promotional", consent=True)


_ORDER: Final = "Acme Shop: your order"
_GREEK: Final = (
    "Acme Shop: η παραγγελία σας είναι έτοιμη και σας περιμένει στο κατάστημα της οδού Ερμού 4, "
    "από Δευτέρα έως Σάββατο, 9 με 5. Φέρτε μαζί σας τον αριθμό της παραγγελίας."
)


def _open_number(now: datetime) -> str:
    return next(number for number, answer in _answers(now) if isinstance(answer, Allowed))


def _closed_number(now: datetime) -> str:
    return next(number for number, answer in _answers(now) if isinstance(answer, Wait))


def _takes_the_shop(country: str, now: datetime) -> bool:
    """Whether nothing but the hours stands between the shop's name, its link and a recipient there."""
    sender, links = sender_verdict(country, "alpha", now.date()), link_rule(country, now.date())
    open_to_names = sender.allowed != "no" and sender.registration is None and not sender.affixes
    return open_to_names and (links is None or links.links == "allowed") and not text_labels(country, now.date())


def _answers(now: datetime) -> Iterator[tuple[str, object]]:
    for country in _COUNTRIES:
        example = phonenumbers.example_number_for_type(country, phonenumbers.PhoneNumberType.MOBILE)
        if example is None or not _takes_the_shop(country, now):
            continue
        number = f"{example.country_code}{phonenumbers.national_significant_number(example)}"
        destination = read_destination(number)
        yield number, next_allowed(place_of(destination), zones_of(destination), "promotional", now)
