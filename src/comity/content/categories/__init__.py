"""Owns the judges of texts, one for each category, by name; must not know what follows from a score."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from comity.content.analysis import Analysis
from comity.content.categories import fraud, harassment, hate, obscene, phishing, solicitation, spam, threat
from comity.content.scores import Judged

JUDGES: Final[Mapping[str, Callable[[Analysis], Judged]]] = {
    "phishing": phishing.judge,
    "fraud": fraud.judge,
    "solicitation": solicitation.judge,
    "spam": spam.judge,
    "obscene": obscene.judge,
    "harassment": harassment.judge,
    "threat": threat.judge,
    "hate": hate.judge,
}
