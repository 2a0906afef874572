"""Owns to whom explicit and foul words are turned and what they are offered for; must not know what that weighs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from comity.content.analysis import Analysis
from comity.content.obscene_met import Met

_NEAR: Final = 24
_YOU: Final = re.compile(
    r"(?<!\w)(?:you|u|ur|your|yours|yourself|youre|ya|jij|je|jou|jouw|jullie|tu|te|toi|ton|ta|tes|vous|votre|vos|du"
    r"|dich|dir|dein\w{0,2}|euch|ihr|ti|tus|contigo|tuo|tua|tuoi|voce|vc|teu|seu|sua|ci|cie|ciebie|tobie|toba"
    r"|twoj\w{0,3}|twe\w{0,3}|sen|seni|sana|senin|seninle|kamu|lu|lo|kau|elo|dig|din|ditt|tine|tau|tebe|tvoj\w?|tvuj"
    r"|ты|тебя|тебе|тобой|тво\w{1,3}|вы|вас|tum|tujhe|teri|tera|tere|你|妳)(?!\w)"
)
_YOU_UNSPACED: Final = re.compile("[\u4f60\u59b3]")
_OFFERS: Final = re.compile(
    r"(?<!\w)(?:watch|live|cams?|webcams?|on cam|near you|in your area|18\+?|xxx|uncensored|for free|free|call now"
    r"|call me|text me|join|subscribe|sign up|onlyfans|tonight|singles|hook ?up|meet me|waiting for you|show you"
    r"|chat now|girls|kijk|in de buurt|gratis|bel|bellen|vannacht|vanavond|vrouwen|meiden"
    r"|regarde\w?|en direct|pres de chez|gratuit\w{0,3}|appelle|ce soir|cette nuit|femmes|filles"
    r"|schau|in deiner nahe|kostenlos|ruf an|anrufen|heute nacht|heute abend|frauen|girls"
    r"|mira|en vivo|en directo|cerca de ti|llama\w{0,3}|esta noche|chicas|mujeres"
    r"|guarda|in diretta|vicino a te|chiama\w{0,3}|stasera|stanotte|donne|ragazze"
    r"|veja|ao vivo|perto de|ligue|liga|hoje a noite|mulheres|garotas"
    r"|izle\w{0,3}|canli|yakinda\w{0,3}|ara|bu gece|kadinlar|kizlar"
    r"|ogladaj|na zywo|w poblizu|zadzwon|dzis w nocy|kobiety|dziewczyny"
    r"|tonton|nonton|malam ini|cewek|gratuito|gratuita|titta|i natt|i kvall|tjejer|live-show"
    r"|смотри|онлайн|бесплатно|звони|сегодня ночью|девушки)(?!\w)"
)
_OFFERING: Final = (
    "offering", "calling", "contacting", "kind_offer", "asks_click", "asks_call", "asks_reply", "asks_channel"
)  # fmt: skip
_ASKS: Final = re.compile(
    r"(?<!\w)(?:send|show|gimme|give me|stuur|laat|toon|envoie|montre|schick\w?|zeig\w?|manda\w{0,4}|envia\w{0,3}"
    r"|ensena\w{0,3}|muestra\w{0,3}|mostra\w{0,3}|mostre|invia\w{0,3}|wyslij|pokaz|gonder|goster|kirim\w?|skicka|visa"
    r"|пришли|покажи)(?!\w)"
)
_WANTS: Final = re.compile(
    r"(?<!\w)(?:want(?:s|ing)?|wanna|looking|ready|love|let's|lets|need(?:s|ing)?|gonna|going|dying|wil|wilt|willen|zin"
    r"|veut|veux|veulent|envie|viens|wollen|will|willst|lust|quier\w{1,2}|ganas|vamos a|voglio|vuole|vogliono|voglia"
    r"|quer\w{1,4}|vontade|chce\w?|chca|istiyor\w{0,3}|isteyen|mau|pengen|vill|vil|хочу|хочет|хотят|хочешь)"
    r"(?: \w{1,12}){0,3} $"
)
_ACTS: Final = frozenset({
    "fuck", "fuk", "fck", "f ck", "f  k", "ficken", "follar", "chingar", "foder", "transar", "scopare", "neuken",
    "baiser", "jebac", "sikmek", "ngentot", "entot", "ebat", "knulla", "ебать", "трахать",
})  # fmt: skip
_BUT_AWAY: Final = re.compile(r" (?:off|up|with|around|about|this|that|it|all|over|ing|sake|yeah|no|yes)(?!\w)")
_WANTED_BEFORE: Final = 48


def is_sold(analysis: Analysis) -> bool:
    """Whether goods or services are offered and there is a way to them, so that nobody is just talking."""
    return bool(analysis.shapes.keys() & {"link", "phone"}) and analysis.has("offering", "calling", "kind_offer")


def is_at_reader(text: str, words: Iterable[Met]) -> bool:
    """Whether somebody is spoken to, or asked for something, right beside one of these words."""
    return any(_speaks_to(text[max(0, one.start - _NEAR) : one.end + _NEAR]) for one in words)


def is_wanted(text: str, word: Met) -> bool:
    """Whether an oath that is also a word for an act is said of what somebody wants or is ready to do."""
    if word.word not in _ACTS:
        return False
    before = text[max(0, word.start - _WANTED_BEFORE) : word.start]
    return _WANTS.search(before) is not None and _BUT_AWAY.match(text, word.end) is None


def is_offered(analysis: Analysis) -> bool:
    """Whether a text leads somewhere or invites: a link, a number, a show, women near by."""
    reached = analysis.shapes.keys() & {"link", "phone"}
    return bool(reached) or analysis.has(*_OFFERING) or _OFFERS.search(analysis.searched.text) is not None


def _speaks_to(stretch: str) -> bool:
    return any(pattern.search(stretch) for pattern in (_YOU, _YOU_UNSPACED, _ASKS))
