"""Write the words that are not to be taken for misspelt ones: `python bench/make_intent_words.py DIRECTORY`.

DIRECTORY holds `<language>.json.gz`, word to count, as pyspellchecker (MIT) brings them in `spellchecker/resources`. Of
these only words are kept that a slip would turn into one that the grammars of plain speech look for; run it again when
their words change.
"""

from __future__ import annotations

import gzip
import json
import sys
import textwrap
from pathlib import Path
from typing import Final

from comity.consent import speech_spelling
from comity.consent.speech_grammar import LANGUAGES, spoken_in
from comity.consent.speech_respelled import sought
from comity.consent.speech_words import fold_word

REAL: Final = Path(speech_spelling.__file__).parent / "data/speech/real.txt"
COMMONEST: Final = 25_000
"""So many of a language: rarer ones in such lists are names, and misspellings themselves."""
HEAD: Final = """# Words of their own that are a slip away from a word that ends, removes or asks.
# Written by bench/make_intent_words.py from the word lists of pyspellchecker (MIT licence).
"""


def common(path: Path) -> list[str]:
    counts = json.loads(gzip.decompress(path.read_bytes()))
    return [fold_word(word) for word in sorted(counts, key=counts.__getitem__, reverse=True)[:COMMONEST]]


def main() -> None:
    known, index = spoken_in(), sought()
    REAL.write_text(HEAD, encoding="utf-8")
    speech_spelling.real_words.cache_clear()
    kept: set[str] = set()
    for code in LANGUAGES:
        words = common(Path(sys.argv[1]) / f"{code}.json.gz")
        kept |= {word for word in words if word not in known and speech_spelling.meant(word, index)}
    REAL.write_text(HEAD + textwrap.fill(" ".join(sorted(kept)), 120) + "\n", encoding="utf-8")
    print(len(kept), "words,", REAL.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
