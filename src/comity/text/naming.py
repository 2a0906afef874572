"""Owns whether a text, or another name, speaks of a company by its name; must not know who may use that name.

People shorten names ("Acme" for "Acme Shoes GmbH"), run them together for a sender id ("AcmeShoes") and cut them at
eleven characters ("AcmeInsuran"). A general word ("Bank", "Shop") alone names nobody.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

import msgspec

from comity.text.unmask import Unmasked, unmask

_FORMS: Final = frozenset(
    """
    bv nv bvba vof srl srls gmbh mbh ag kg kgaa ug ohg ev ltd limited plc llc llp inc corp corporation sa sas sarl spa
    sl slu ab as aps oy oyj ou sro doo kft zrt nyrt sp zoo pty pte co company cie holding group groep gruppe groupe
    grupo gruppo the le la les el los las il lo de het der die das du des of and und et en y e van von
    """.split()  # noqa: SIM905  words read and merge better without quotes
)
_GENERAL: Final = frozenset(
    """
    bank banca banque banco banka bankasi sparkasse shop shops store stores winkel winkels markt market markets marche
    mercado mercato magasin tienda loja negozio sklep boutique butik outlet online web mobile mobil telecom energy
    energie power water insurance assurance assurances versicherung verzekering verzekeringen seguros credit finance
    services service solutions clinic clinique klinik praxis dental dentist pharmacy apotheek apotheke pharmacie
    farmacia hotel hotels restaurant cafe bar pizza pizzeria bakery bakkerij boulangerie gym fitness sport sports club
    team city town stad stadt ville university school college national nationale royal new my mijn mein mon first best
    super health care gezondheid media news travel reisen voyages tours taxi cars auto autos garage shoes schuhe
    schoenen fashion mode books libros livres toys home garden kids beauty salon hair spa food foods express direct
    international global europe
    """.split()  # noqa: SIM905  words read and merge better without quotes
)
_WORD: Final = re.compile(r"[^\W_]+(?:[&'\u2019+][^\W_]+)*")
_UNSPACED: Final = re.compile("[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_LEAST_ALONE: Final = 3
_LEAST_OPEN_ENDED: Final = 4
_NEVER: Final = re.compile(r"(?!)")


class Name(msgspec.Struct, frozen=True, gc=False):
    """A name made ready to be looked for.

    Attributes:
        joined: its words as people read them, small, without legal forms and without anything between them.
        pattern: finds it in a text as `Unmasked.plain` has it.
    """

    joined: str
    pattern: re.Pattern[str]


@lru_cache(maxsize=1 << 14)
def read_name(written: str) -> Name:
    """A name as people read it; one without letters or digits is found nowhere."""
    read = _WORD.findall(unmask(written).plain)
    words = [word for word in read if word not in _FORMS] or read
    return Name("".join(words), re.compile("|".join(_patterns(words))) if words else _NEVER)


def is_named(name: str, text: Unmasked) -> bool:
    """Whether a text speaks of a name, in full or by its first word that is no general one, disguised or not."""
    pattern = read_name(name).pattern
    return bool(pattern.search(text.plain) or (text.leet is not text.plain and pattern.search(text.leet)))


def same_name(one: str, other: str) -> bool:
    """Whether two names are of one company: the same, or one is the other's beginning."""
    shorter, longer = sorted((read_name(one).joined, read_name(other).joined), key=len)
    if not shorter or shorter == longer:
        return bool(shorter)
    return longer.startswith(shorter) and len(shorter) >= _LEAST_ALONE and shorter not in _GENERAL


def _patterns(words: list[str]) -> list[str]:
    whole = _bounded(r"[\W_]{0,3}".join(map(re.escape, words)), "".join(words))
    lead = _lead(words)
    return [whole, _bounded(re.escape(lead), lead)] if lead and words != [lead] else [whole]


def _lead(words: list[str]) -> str:
    """The first word that says whose name it is; nothing when that would be one or two letters."""
    lead = next((word for word in words if word not in _GENERAL), "")
    return lead if len(lead) >= _LEAST_ALONE or _UNSPACED.search(lead) else ""


def _bounded(pattern: str, joined: str) -> str:
    """Begins at a word's beginning; a longer name may take endings ("Acmes", "Acmella")."""
    if _UNSPACED.search(joined):
        return pattern
    return rf"(?<![^\W_]){pattern}" + ("" if len(joined) >= _LEAST_OPEN_ENDED else r"(?![^\W_])")
