"""Owns seeing what became of a text on its way: blacked out, cut off, misread; must not know what was there.

Texts that people report pass through forms that black out names and sums, screens that cut them off, and programs that
read pictures and take an I for an l. What is sent never says "<URL>" or "$X.XX".
"""

from __future__ import annotations

import re
from typing import Final

# What stands where a link was: "<URL>", "[link removed]", "https://xxxx.com".
_GONE: Final = re.compile(
    r"[<\[({]\s?(?:short\s|the\s|malicious\s|fake\s)?(?:url|link|website|web|lien|enlace|http)\b[^>\])}]{0,24}[>\])}]"
    r"|https?:?/{0,2}(?:\s|$|x{3}|[\[<.\u2026])|\bx{3,12}\.(?:com|net|org|info)\b|\bhxxps?\b"
    r"|(?:\blink|\burl|\bvisit|\bvia|\bhere|\bat|:)\s?:?\s?x{3,}\b|\bx{4,}\W{0,3}$"
)
_GONE_HAS: Final = ("<", "[", "{", "(", "xxx", "http", "hxxp")
# Where a text breaks off before its link.
_CUT: Final = re.compile(
    r"(?:\b(?:at|here|via|link|visit|lien|ici|sur|hier|unter|op|enlace|aqui|qui|tutaj|now|below|tiklayin|to|en|su|em|go)"
    r"\s?[:>\-]{1,3}|\bh?t?ttps?\S{0,3}|\bhtt|\bwww\.?|\b(?:at|via|visit|vis|click|tap|go to|log in to|please|pls|clik"
    r"|klik op|cliquez sur|unter|en el|a l'adresse|klicken sie|haga clic|clicca))\W{0,3}$"
)
_LONGEST_CUT: Final = 24
_BLACKED: Final = re.compile(
    r"[\u2588\u2587\u25a0\u25ae\u258a]{2,40}|[\[<({](?:redacted|removed|name|amount|number|phone|month|url|link|bank|date)"
    r"\b[^\])>}]{0,20}[\])>}]|[$£€]\s?x{1,5}(?:[.,]x{2})?\b|(?<![\w*])x[.,]xx\b|\bx{2,4}[-/. ]x{2,4}(?:[-/. ]x{2,4})?\b"
    r"|\(x{3}\)|\bx{4,12}(?![\w*]|\s?\d)"
)
_BLACKED_HAS: Final = ("\u2588", "\u2587", "\u25a0", "\u25ae", "\u258a", "xx", "$x", "£x", "€x", "[", "<", "{", "(")
# A capital I for an l at a word's end or before a small letter, or an l for an I between capitals.
_MISREAD: Final = re.compile(r"\w[a-z]I\b|\b[A-Z]{1,12}l[A-Z]{1,12}\b|\bl[A-Z]{2,12}\b|\b[A-Z]{2,12}l\b|\blD\b")


# A naught for an o within a word, more than once, as no reference has it.
_NAUGHT: Final = re.compile(r"(?<![\w./@-])(?:[A-Za-z]{1,14}0[a-z]{1,14}|0[a-z]{1,14})(?![\w/@])")
_LEAST_NAUGHTS: Final = 2


def is_link_gone(plain: str) -> bool:
    """Whether a link was blacked out or cut off, in a text as `unmask` makes it plain."""
    looked_at = any(part in plain for part in _GONE_HAS)
    return (looked_at and _GONE.search(plain) is not None) or _CUT.search(plain[-_LONGEST_CUT:]) is not None


def is_blacked_out(plain: str) -> bool:
    """Whether names, sums or numbers were blacked out."""
    return any(part in plain for part in _BLACKED_HAS) and _BLACKED.search(plain) is not None


def is_misread(text: str) -> bool:
    """Whether letters were taken for others alike, in a text as written."""
    if _MISREAD.search(text) is not None:
        return True
    return "0" in text and len(_NAUGHT.findall(text)) >= _LEAST_NAUGHTS
