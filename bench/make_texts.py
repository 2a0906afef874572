#!/usr/bin/env python3
"""Writes transactional message templates for load.py: python make_texts.py > texts.txt

About 1,200 different templates in eleven languages, a fifth of them beyond GSM 7-bit (UCS-2), every one short enough
for a single part together with its token.
"""

import itertools

ITEMS = {
    "en": (
        ["order", "parcel", "invoice", "booking", "ticket", "repair"],
        [
            "Your {i} {token} is ready at {p}.",
            "{i} {token}: arrives {d} at {p}.",
            "We received {i} {token}. Details at {p}.",
            "Reminder: {i} {token}, {d}, {p}.",
        ],
        ["the desk", "Main Street 4", "the depot", "gate B"],
        ["today", "tomorrow", "Friday"],
    ),
    "nl": (
        ["bestelling", "pakket", "factuur", "afspraak"],
        ["Uw {i} {token} ligt klaar bij {p}.", "{i} {token}: {d} bij {p}.", "Herinnering: {i} {token}, {d}."],
        ["de balie", "het depot", "ingang B"],
        ["vandaag", "morgen", "vrijdag"],
    ),
    "fr": (
        ["commande", "colis", "facture"],
        ["Votre {i} {token} vous attend: {p}.", "{i} {token}: {d}, {p}.", "Rappel: {i} {token}, {d}."],
        ["accueil", "guichet 2", "porte B"],
        ["demain", "vendredi", "lundi"],
    ),
    "de": (
        ["Bestellung", "Rechnung", "Buchung"],
        ["Ihre {i} {token} liegt bereit: {p}.", "{i} {token}: {d}, {p}.", "Erinnerung: {i} {token}, {d}."],
        ["Schalter 2", "Lager", "Tor B"],
        ["heute", "morgen", "Freitag"],
    ),
    "es": (
        ["pedido", "paquete", "recibo"],
        ["Su {i} {token} le espera en {p}.", "{i} {token}: {d}, {p}."],
        ["la oficina", "tienda 4"],
        ["hoy", "viernes", "lunes"],
    ),
    "it": (
        ["ordine", "pacco", "biglietto"],
        ["Il suo {i} {token} arriva {d}, {p}.", "{i} {token}: pronto, {p}."],
        ["sportello 2", "cancello B"],
        ["oggi", "domani"],
    ),
    "pt": (
        ["pedido", "pacote", "bilhete"],
        ["O seu {i} {token} chega {d}: {p}.", "{i} {token}: pronto, {p}."],
        ["balcao 2", "porta B"],
        ["hoje", "segunda"],
    ),
    "el": (
        [
            "\u03c0\u03b1\u03c1\u03b1\u03b3\u03b3\u03b5\u03bb\u03af\u03b1",
            "\u03b4\u03ad\u03bc\u03b1",
            "\u03c1\u03b1\u03bd\u03c4\u03b5\u03b2\u03bf\u03cd",
        ],
        ["{i} {token}: {d}", "{i} {token}, {p}, {d}"],
        ["2", "3", "4", "5", "6"],
        ["\u03c3\u03ae\u03bc\u03b5\u03c1\u03b1", "\u03b1\u03cd\u03c1\u03b9\u03bf"],
    ),
    "ru": (
        ["\u0437\u0430\u043a\u0430\u0437", "\u043f\u043e\u0441\u044b\u043b\u043a\u0430", "\u0441\u0447\u0451\u0442"],
        ["{i} {token}: {d}", "{i} {token}, {p}, {d}"],
        ["2", "3", "4", "5", "6"],
        ["\u0441\u0435\u0433\u043e\u0434\u043d\u044f", "\u0437\u0430\u0432\u0442\u0440\u0430"],
    ),
    "ar": (
        ["\u0637\u0644\u0628", "\u0637\u0631\u062f", "\u0645\u0648\u0639\u062f"],
        ["{i} {token}: {d}", "{i} {token} {p} {d}"],
        ["2", "3", "4", "5", "6"],
        ["\u0627\u0644\u064a\u0648\u0645", "\u063a\u062f\u0627"],
    ),
    "zh": (
        ["\u8ba2\u5355", "\u5305\u88f9", "\u9884\u7ea6"],
        ["{i} {token}: {d}", "{i} {token}\uff0c{p}\uff0c{d}"],
        ["2", "3", "4", "5", "6"],
        ["\u4eca\u5929", "\u660e\u5929"],
    ),
}
BRANDS = ["Acme", "Acme Shop"]


def templates():
    """Every combination, each once, languages in turn."""
    by_language = []
    for items, forms, places, days in ITEMS.values():
        made = {
            f"{brand}: " + form.replace("{i}", item).replace("{p}", place).replace("{d}", day)
            for brand, form, item, place, day in itertools.product(BRANDS, forms, items, places, days)
        }
        by_language.append(sorted(made))
    for row in itertools.zip_longest(*by_language):
        yield from filter(None, row)


if __name__ == "__main__":
    print("\n".join(templates()))
