"""Owns to whom explicit and foul words are turned and what they are offered for; must not know what that weighs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from comity.content.analysis import Analysis
from comity.content.obscene_met import Met

_NEAR: Final = 24
_WORD: Final = re.compile(r"\w+")
_YOU: Final = frozenset(
    _WORD.findall(
        "you u ur your yours yourself youre ya jij jou jouw jullie tu te toi ton ta tes vous votre vos du dich "
        "dir dein deine deinen deiner deinem deins euch ihr ti tus contigo tuo tua tuoi voce vc teu seu sua cie "
        "ciebie tobie toba twoj twoja twoje twoim sen seni sana senin seninle kamu kau elo dig din ditt tine tau "
        "tebe tvoj tvuj ты тебя тебе тобой твой твоя твою твои вы вас tum tujhe teri tera tere"
    )
)
_ASKS: Final = frozenset(
    _WORD.findall(
        "send show gimme stuur laat toon envoie montre schick schicke zeig zeige manda mandame mandami envia "
        "enviame ensena ensename muestra muestrame mostra mostrami mostre invia inviami wyslij pokaz gonder "
        "goster kirim kirimi skicka visa пришли покажи"
    )
)
_TO_YOU: Final = re.compile("(?<!\\w)(?:met|in|aan|om|van|bij) je(?!\\w)|[\u4f60\u59b3]")
_OFFERS: Final = re.compile(
    r"(?<!\w)(?:watch|live|cams?|webcams?|near you|in your area|18\+?|xxx|uncensored|for free|free|call now|call me"
    r"|text me|join|subscribe|sign up|onlyfans|tonight|hook ?up|meet me|waiting for you|show you|chat now"
    r"|kijk|in de buurt|gratis|bel|bellen|vannacht|vanavond"
    r"|regarde\w?|en direct|pres de chez|gratuit\w{0,3}|appelle|ce soir|cette nuit"
    r"|schau|in deiner nahe|kostenlos|ruf an|anrufen|heute nacht|heute abend"
    r"|mira|en vivo|en directo|cerca de ti|llama\w{0,3}|esta noche"
    r"|guarda|in diretta|vicino a te|chiama\w{0,3}|stasera|stanotte"
    r"|veja|ao vivo|perto de|ligue|liga|hoje a noite"
    r"|izle\w{0,3}|canli|yakinda\w{0,3}|ara|bu gece|ogladaj|na zywo|w poblizu|zadzwon|dzis w nocy"
    r"|tonton|nonton|malam ini|gratuito|gratuita|titta|i natt|i kvall"
    r"|смотри|онлайн|бесплатно|звони|сегодня ночью)(?!\w)"
)
_HOT: Final = (
    "hot|horny|sexy|naughty|lonely|wet|geile|hete|natte|heisse|chaudes|cochonnes|calientes|cachondas|calde|arrapate"
    "|vogliose|gostosas|quentes|safadas|azgin|atesli|napalone|gorace|sange|kata|heta|горячие"
)
_ONES: Final = (
    "women|ladies|babes|vrouwen|dames|femmes|frauen|damen|chicas|mujeres|donne|mulheres|kadinlar|bayanlar|kobiety"
    "|cewek|kvinnor|женщины"
)
_PEOPLE: Final = re.compile(
    rf"(?<!\w)(?:(?:{_HOT}) (?:{_ONES})|(?:{_ONES}) (?:{_HOT})|(?:hot |sexy )?singles|milfs?|sluts|housewives)(?!\w)"
)
_OFFERING: Final = (
    "offering", "calling", "contacting", "kind_offer", "asks_click", "asks_call", "asks_reply", "asks_channel"
)  # fmt: skip
_WANTED: Final = re.compile(
    r"(?<!\w)(?:want(?:s|ing)?|wanna|looking|ready|love|lets|let's|need|gonna|going|wil|wilt|willen|zin|veut|veux"
    r"|veulent|envie|viens|pour|wollen|will|willst|lust|quier\w{1,3}|ganas|vamos a|vogli\w{1,4}|vuoi|vuole|quer\w{1,4}"
    r"|vontade|vem|chce\w?|chca|mau|pengen|vill|vil|хочу|хочет|хотят|хочешь)(?: (?!the |the$)\w{1,12}){0,3}"
    r" (?:fuck|fuk|fck|f  ?k|ficken|bumsen|vogeln|follar|foder|transar|scopare|neuken|baiser|(?:wy)?ruchac|ngentot"
    r"|entot|knulla|ебать|трахать)(?!\w)(?! (?:off|up|with|around|about|this|that|it|all|over|sake|yeah|no|yes)(?!\w))"
    r"|(?<!\w)sikm?is?m?ek iste"
)
_VERBS: Final = (
    "fuck", "fuk", "fck", "f ck", "f  k", "ficken", "bumsen", "vogeln", "follar", "foder", "transar", "scopare",
    "neuken", "baiser", "ruchac", "entot", "knulla", "ебать", "трахать", "iste",
)  # fmt: skip
_DONE_TO: Final = re.compile(
    r"(?<!\w)(?:suck\w{0,3}|lick\w{0,3}|rid(?:e|ing)|swallow|strok\w{1,3}|tast(?:e|ing)|wet|dripping|throbbing|hard|zuig\w?"
    r"|lik\w?|natte|harde|suce\w?|sucer|lech\w{1,3}|mouille\w?|lutsch\w{0,2}|leck\w{0,2}|feuchte\w?|nasse\w?|harte\w?"
    r"|chup\w{1,3}|lam\w{1,3}|mojad\w{1,2}|dur[oai]s?|succhi\w{0,3}|lecc\w{1,4}|bagnat\w|molhad\w{1,2}|yala|islak"
    r"|mokr\w{1,2}|tward\w{1,2}|ssij|liz\w{0,2}|соси\w{0,2}|лиз\w{1,3}|мокр\w{2})(?: \w{1,10}){0,2} $"
)
_IS_SO: Final = re.compile(
    r" (?:is|are|feels|ist|est|esta|sta|e|jest)(?: \w{1,8}){0,2} (?:wet|dripping|hard|throbbing|nat|stijf"
    r"|feucht|nass|hart|mouillee?|dure?|mojad[oa]|dur[oa]|bagnat[oa]|molhad[oa]|mokr[aey]|tward[aey])(?!\w)"
)
_BEFORE: Final = 32


def is_sold(analysis: Analysis) -> bool:
    """Whether goods or services are offered and there is a way to them, so that nobody is just talking."""
    return bool(analysis.shapes.keys() & {"link", "phone"}) and analysis.has("offering", "calling", "kind_offer")


def is_at_reader(text: str, words: Iterable[Met]) -> bool:
    """Whether somebody is spoken to, or asked for something, right beside one of these words."""
    return any(_speaks_to(text[max(0, one.start - _NEAR) : one.end + _NEAR]) for one in words)


def is_wanted(text: str) -> bool:
    """Whether somebody is said to want to, or invited to; a verb alone is an oath or an ordinary word as often."""
    # Most texts have none of the verbs, and looking for them is fifty times quicker.
    return any(verb in text for verb in _VERBS) and _WANTED.search(text) is not None


def is_used(text: str, word: Met) -> bool:
    """Whether something is done to a part of the body, or it is said to be aroused."""
    before = text[max(0, word.start - _BEFORE) : word.start]
    return _DONE_TO.search(before) is not None or _IS_SO.match(text, word.end) is not None


def is_offered(analysis: Analysis) -> bool:
    """Whether a text leads somewhere or invites: a link, a number, a show."""
    reached = analysis.shapes.keys() & {"link", "phone"}
    return bool(reached) or analysis.has(*_OFFERING) or _OFFERS.search(analysis.searched.text) is not None


def names_people(text: str) -> bool:
    """Whether it speaks of people as goods are spoken of."""
    return _PEOPLE.search(text) is not None


def _speaks_to(stretch: str) -> bool:
    said = _WORD.findall(stretch)
    return not (_YOU.isdisjoint(said) and _ASKS.isdisjoint(said)) or _TO_YOU.search(stretch) is not None
