"""Owns judging a text for phishing; must not know who sends it or what follows.

A text is phishing by what it is made of: somebody trusted is claimed, something is said to be wrong or held out,
something is to be done about it, and it leads where the claimed would hardly lead. No word makes a case by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

import msgspec

from comity.content.analysis import Analysis
from comity.content.clauses import readings_of
from comity.content.cues import Mark, words
from comity.content.cues_indexed import Indexed
from comity.content.cues_shapes import Places
from comity.content.cues_weighed import first_places, probability, weights_of
from comity.content.damage import is_blacked_out, is_misread
from comity.content.leads import Lead
from comity.content.posing import Posed, posed, posing
from comity.content.scores import UNTOUCHED, Judged, Sign
from comity.content.speech import OPEN, worst
from comity.text.links import Link

_STORIES: Final = frozenset({
    "trouble_delivery", "trouble_address", "trouble_account", "trouble_access", "trouble_billing", "trouble_unpaid",
    "trouble_expiry", "trouble_law", "trouble_device", "lure_refund", "lure_prize", "lure_peek",
})  # fmt: skip
_DOING: Final = frozenset({"asks_click", "asks_verify", "asks_pay", "asks_call", "asks_reply", "asks_install"})
_CORE: Final = _STORIES | {"asks_unlock", "asks_secret", "asks_step", "asks_scan", "not_you", "purchase"}
_AGAINST: Final = frozenset({
    "safe_app", "safe_number", "safe_no_action", "kind_stop", "kind_receipt", "kind_delivery", "kind_reminder",
    "kind_balance", "kind_offer", "kind_chat", "kind_code", "advises", "offers_help",
})  # fmt: skip
_PROGRAM: Final = re.compile(r"\w\.(?:apk|aab|xapk|mobileconfig|exe|scr|msi)\b")
_SUM: Final = re.compile(r"(?<![\d.,])\d{2,4}[.,]\d{2}(?![\d.,])")
_FOR_ANYBODY: Final = frozenset({
    "com", "net", "org", "info", "online", "site", "top", "xyz", "vip", "cc", "shop", "live", "icu", "club", "app",
    "co", "biz",
})  # fmt: skip
_CODE_AND_CALL: Final = frozenset({"claims_crypto", "urges"})
_MOST_OF_CODE: Final = 0.8
"""A text that gives a code is held at most: no genuine code may be refused."""
_MOST_OF_LINK: Final = 0.9
"""A link alone, without a story, is held at most: whose it is, other rules say."""
_HIDING: Final = frozenset({"homoglyph", "leet", "spacing", "invisible", "split", "bidi"})
# The surest first: who is claimed, or the story.
_KINDS: Final = {
    "toll": "toll", "vehicle": "traffic fine", "court": "court", "police": "police", "tax": "tax", "crypto": "crypto",
    "parcel": "parcel", "lure_peek": "something to look at", "utility": "energy", "telecom": "telephone",
    "streaming": "subscription", "loan": "loan", "health": "health", "bank": "bank", "wallet": "payment",
    "government": "government", "lure_prize": "prize", "tech": "device", "purchase": "purchase",
}  # fmt: skip
_LEAD_WEIGHT: Final = 0.8
_MOST_OF_LEAD: Final = 4.0
_LIKELY: Final = 1.1
_STEEPNESS: Final = 1.25
_SAID: Final = frozenset({"says_wrong", "says_free", "urges"})
_ERRAND: Final = frozenset({"step_later", "asks_word"})
_COMMON: Final = frozenset({
    "story", "claim", "doing", "pressing", "no_link", "road_number", "road_plain", "about_service", "says_wrong",
    "urges",
})  # fmt: skip
_ALARMS: Final = frozenset({"trouble_account", "trouble_law", "trouble_access", "trouble_device"})
_SCAN: Final = frozenset({"scans", "code_to_scan"})
_CALM: Final = frozenset({"kind_stop", "kind_offer"})
_ORDERED: Final = frozenset({"about_service", "says_wrong", "urges"})
_VERY_CALM: Final = frozenset({
    "kind_stop", "kind_offer", "kind_reminder", "kind_receipt", "kind_delivery", "kind_balance", "kind_code",
    "offers_help", "advises", "safe_app", "safe_no_action",
})  # fmt: skip
_HELD_OUT: Final = frozenset({"says_free", "urges"})
_HIDDEN: Final = frozenset({"shortener", "messenger", "form"})
_BAD: Final = 1.0
_BAD_IF_HIDDEN: Final = 1.7
_BAD_IF_JOINED: Final = 0.4
_MOST_SIGNS: Final = 12
_WITHOUT_LINK: Final = frozenset({"", "number"})
_OWN: Final = frozenset({"own", "known", "named"})
_ELSEWHERE: Final = frozenset({"astray", "plain"})
_VOUCHED_TO: Final = -1.5
_LONG: Final = 280


def judge(analysis: Analysis) -> Judged:
    """Judge one text."""
    if analysis.code.is_genuine:
        return _of_code(analysis)
    person = posed(analysis)
    by_person = UNTOUCHED if person is None else _of_person(analysis, person)
    return max(by_person, _of_story(analysis), key=lambda one: one.score)


def _of_code(analysis: Analysis) -> Judged:
    """A genuine code is nothing, but for a number to call about assets, which no exchange gives, or a code to scan."""
    places = analysis.places
    if places.keys() >= _CODE_AND_CALL and "phone" in analysis.shapes:
        signs = (analysis.sign(*places[name], words()[name].title) for name in sorted(_CODE_AND_CALL))
        return Judged(_MOST_OF_CODE, "crypto", tuple(signs))
    if "asks_scan" not in places:
        return UNTOUCHED
    judged = _of_story(analysis)
    return msgspec.structs.replace(judged, score=min(judged.score, _MOST_OF_CODE))


def _of_person(analysis: Analysis, person: Posed) -> Judged:
    titles = posing()
    ordered = sorted((place, name) for name, place in person.places.items())
    signs = tuple(analysis.sign(*place, titles.title(name)) for place, name in ordered)
    return Judged(probability(person.odds), person.kind, signs, person.against)


def _of_story(analysis: Analysis) -> Judged:
    if not _may_be(analysis):
        return UNTOUCHED
    searched = analysis.searched
    if analysis.speech.road in OPEN:
        core = [mark.start for mark in searched.marks if mark.cue in _CORE or mark.cue in _SAID]
        readings = tuple(readings_of(searched, core, _AGAINST))
    else:
        readings = (searched.marks,)
    given = frozenset(_given(analysis))
    weighed = [_weighed(analysis, _places(analysis, marks), given) for marks in readings]
    score, met, found = max(weighed, key=lambda one: one[0])
    model = _model().model
    against = tuple(model.title(name) for name in found if model.weights.get(name, 0.0) < 0)
    return Judged(score, _kind(analysis, met), tuple(_signs(analysis, met)), against)


def _places(analysis: Analysis, marks: tuple[Mark, ...]) -> Places:
    return analysis.places if marks is analysis.searched.marks else first_places(marks)


def _weighed(analysis: Analysis, met: Places, given: frozenset[str]) -> tuple[float, Places, Places]:
    """The score, the words it was weighed by, and all features it was weighed by."""
    found = met | dict.fromkeys(sorted(given), (0, 0)) | dict.fromkeys(_made_of(analysis, met, given), (0, 0))
    if "asks_scan" in found:
        found.pop("kind_code", None)  # the code to scan
    odds = _model().log_odds(found)
    if analysis.speech.road in OPEN:
        odds += _LEAD_WEIGHT * min(worst(analysis.leads), _MOST_OF_LEAD)
    score = probability(_steeper(odds))
    if _CORE.isdisjoint(met) and "asks_verify" not in met and "story" not in found:
        score = min(score, _MOST_OF_LINK)
    return score, met, found


def _steeper(odds: float) -> float:
    """Log-odds as they turned out: texts that reach what is held are phishing more often than the sum says."""
    return odds if odds <= _LIKELY else _LIKELY + _STEEPNESS * (odds - _LIKELY)


def _kind(analysis: Analysis, met: Places) -> str:
    """Which sort of phishing it is: by whom it claims to be, else by its story."""
    claimed = analysis.speech.claimed
    return next((kind for of, kind in _KINDS.items() if of in claimed or of in met), "account")


def _may_be(analysis: Analysis) -> bool:
    """Whether there is a story, or somebody claimed and a link that is not known to be theirs."""
    places = analysis.places
    if not _CORE.isdisjoint(places) or places.keys() >= _SCAN or places.keys() >= _ERRAND:
        return True
    if _PROGRAM.search(analysis.searched.text):
        return True
    if _is_loose(analysis.speech.passing) and (_leads_badly(analysis) or _leads_to_nobody(analysis, places)):
        return True
    if not analysis.reading.links and not _says_anything(analysis.places):
        return False
    speech = analysis.speech
    return speech.road in OPEN and bool(speech.claimed or speech.asked or speech.pressed)


def _is_loose(passing: frozenset[str]) -> bool:
    """Whether something is said of a service, or held out, in whatever words."""
    return not _SAID.isdisjoint(passing) and ("about_service" in passing or passing >= _HELD_OUT)


def _leads_badly(analysis: Analysis) -> bool:
    """Whether it leads where hardly any honest text does, or its link is gone with other things."""
    road = analysis.speech.road
    if road == "imitated" or (road not in _OWN and is_misread(analysis.text)):
        return True
    if road == "gone":
        return is_blacked_out(analysis.searched.text)
    return road in OPEN and (any(map(_is_bad, analysis.leads)) or _leads_to_joined(analysis))


def _leads_to_nobody(analysis: Analysis, met: Places) -> bool:
    """Whether somebody's trouble and an order to act stand beside a link that nobody knows, and nothing is calm."""
    speech = analysis.speech
    return (
        speech.road in _ELSEWHERE
        and speech.passing >= _ORDERED
        and not (speech.particular or not _VERY_CALM.isdisjoint(met))
        and (speech.name is not None or bool(speech.claimed))
    )


def _is_alarm_by_number(road: str, met: Places) -> bool:
    return road == "number" and not _ALARMS.isdisjoint(met)


def _is_bad(lead: Lead) -> bool:
    return lead.odds >= (_BAD_IF_HIDDEN if lead.kind in _HIDDEN else _BAD)


def _leads_to_joined(analysis: Analysis) -> bool:
    return (
        analysis.speech.road in OPEN
        and worst(analysis.leads) >= _BAD_IF_JOINED
        and any(map(_is_joined, analysis.reading.links))
    )


def _says_anything(places: Places) -> bool:
    return any(cue.startswith(("claims_", "asks_")) for cue in places)


def _given(analysis: Analysis) -> Iterator[str]:
    """What a text is made of, whichever of its clauses count."""
    speech = analysis.speech
    is_open = speech.road in OPEN
    plain = analysis.searched.text
    made = {
        "badly": _leads_badly(analysis),
        "name": speech.name is not None,
        "blacked_out": is_blacked_out(plain),
        "misread": is_misread(analysis.text),
        "pressing": bool(speech.pressed),
        "pressing_hard": len(speech.pressed) > 1,
        f"road_{speech.road}": bool(speech.road),
        "no_link": speech.road in _WITHOUT_LINK,
        "joined": is_open and any(map(_is_joined, analysis.reading.links)),
        "elsewhere": speech.name is not None and speech.road in _ELSEWHERE,
        "vouched": is_open and any(lead.odds <= _VOUCHED_TO for lead in analysis.leads),
        "long": len(analysis.text) >= _LONG,
        "particular": speech.particular,
        "amount": "amount" in analysis.shapes,
        "sum": _SUM.search(plain) is not None,
        "program": _PROGRAM.search(plain) is not None,
        "hidden": any(disguise.kind in _HIDING for disguise in analysis.reading.unmasked.disguises),
    }
    return (name for name, is_so in made.items() if is_so)


def _made_of(analysis: Analysis, met: Places, given: frozenset[str]) -> Iterator[str]:
    """What a text is made of, by the words that count."""
    speech = analysis.speech
    stories = len(_STORIES & met.keys())
    scan = "asks_scan" in met or met.keys() >= _SCAN
    led = scan or "badly" in given or _leads_to_nobody(analysis, met)
    calm = not _CALM.isdisjoint(met) and speech.road != "imitated"
    loose = stories == 0 and led and not calm and _is_loose(speech.passing)
    signs = speech.signed and (led or _is_alarm_by_number(speech.road, met))
    made = {
        "story": stories > 0 or loose,
        "loose": loose,
        "asks_scan": scan,
        "stories": stories > 1,
        "claim": bool(speech.claimed) or "on_errand" in met or signs,
        "doing": not _DOING.isdisjoint(met) or (led and "urges" in speech.passing),
    }
    return (name for name, is_so in made.items() if is_so)


def _is_joined(link: Link) -> bool:
    label, _, ending = link.domain.partition(".")
    return "-" in label and ending in _FOR_ANYBODY


def _signs(analysis: Analysis, met: Places) -> Iterator[Sign]:
    """The places that speak for it, in reading order."""
    model = _model().model
    weights = model.weights
    telling = sorted((place, name) for name, place in met.items() if weights.get(name, 0.0) > 0)
    for place, name in telling[:_MOST_SIGNS]:
        yield analysis.sign(*place, model.title(name))
    for lead in analysis.leads:
        if lead.odds > 0:
            yield Sign(*lead.span, lead.title)


@cache
def _model() -> Indexed:
    """Made when first needed: not every process judges texts."""
    return Indexed(weights_of("phishing"), _COMMON)
