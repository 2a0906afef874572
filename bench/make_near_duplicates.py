"""Write tests/corpora/near_duplicates.jsonl: templates filled in as campaigns are, and lone offers.

Each template is filled in for different recipients (name, amount, link, code, telephone number), then padded or
disguised by a rule of its own. Rows have `cluster` (the template), `how` (the rule) and `text`. The same seed makes the
same file; `python bench/make_near_duplicates.py` writes it anew.
"""

import json
import random
import string
from collections.abc import Callable
from pathlib import Path

TESTS = Path(__file__).parent.parent / "tests"
TEMPLATES = (TESTS / "text/templates.jsonl", TESTS / "corpora/near_duplicates_templates.jsonl")
LONE_OFFERS = TESTS / "corpora/near_duplicates_offers.txt"
CORPUS = TESTS / "corpora/near_duplicates.jsonl"
NAMES = ["Anna", "Pieter", "Mehmet", "José", "Zoë", "Сергей", "Priya", "Anna Maria", "Jan de Vries", "Mr Smith", "Li"]
LOOK_ALIKE = str.maketrans("aceopxyiAEOPCTHBMKX", "асеорхуіАЕОРСТНВМКХ")  # noqa: RUF001  that they look alike is the point
LEET = str.maketrans("aeiost", "4310$7")
PADDING = ["horse", "candle", "river", "appel", "lampe", "ventana"]


def fill(template: str, chance: random.Random) -> str:
    letters = "".join(chance.choices(string.ascii_uppercase, k=5))
    return template.format(
        name=chance.choice(NAMES),
        n=chance.randint(5, 900),
        code=chance.choice([f"SAVE{chance.randint(1, 99)}", letters, f"7F{chance.randint(1, 9)}K9"]),
        link=chance.choice(
            [
                f"https://shop{chance.randint(1, 9)}.example/{chance.getrandbits(30):x}",
                f"go.example/{chance.getrandbits(24):x}",
                f"www.example.net/a?b={chance.randint(1, 999)}",
            ]
        ),
        phone=chance.choice([f"+3161{chance.randrange(10**7):07}", f"0800 {chance.randrange(1000):03} 555"]),
    )


def some_words(text: str, chance: random.Random, share: float, change: Callable[[str], str]) -> str:
    """The text with a share of its longer words changed; links and numbers stay."""
    words = text.split(" ")
    fit = [n for n, word in enumerate(words) if len(word) > 3 and word.isalpha()]
    for place in chance.sample(fit, max(1, round(len(fit) * share)) if fit else 0):
        words[place] = change(words[place])
    return " ".join(words)


def token(chance: random.Random) -> str:
    letters = chance.choice([string.ascii_lowercase + string.digits, "bcdfghjklmnpqrstvwxz", string.ascii_lowercase])
    return "".join(chance.choices(letters, k=chance.randint(5, 8)))


RULES: dict[str, Callable[[str, random.Random], str]] = {
    "filled": lambda text, _: text,
    "filled again": lambda text, _: text,
    "a token behind": lambda text, chance: f"{text} {token(chance)}",
    "a word and a token behind": lambda text, chance: f"{text} {chance.choice(PADDING)} {token(chance)}",
    "a token before": lambda text, chance: f"{token(chance)} {text}",
    "zero width": lambda text, chance: some_words(text, chance, 0.7, "\u200b".join),
    "look-alikes": lambda text, chance: some_words(text, chance, 0.5, lambda word: word.translate(LOOK_ALIKE)),
    "leet": lambda text, chance: some_words(text, chance, 0.3, lambda word: word.lower().translate(LEET)),
    "spaced": lambda text, chance: some_words(text, chance, 0.15, " ".join),
    "full width": lambda text, chance: some_words(
        text, chance, 0.6, lambda word: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in word)
    ),
    "capitals": lambda text, _: text.upper(),
}


def main() -> None:
    templates = [json.loads(line) for path in TEMPLATES for line in path.read_text("utf-8").splitlines()]
    rows = []
    for cluster, template in enumerate(templates):
        chance = random.Random(cluster)
        for how, rule in RULES.items():
            text = rule(fill(template["text"], chance), chance)
            rows.append(
                {"id": f"near-{len(rows) + 1}", "cluster": cluster, "lang": template["lang"], "how": how, "text": text}
            )
    for offer in LONE_OFFERS.read_text("utf-8").splitlines():
        lang, _, text = offer.partition("\t")
        rows.append(
            {"id": f"near-{len(rows) + 1}", "cluster": 1000 + len(rows), "lang": lang, "how": "alone", "text": text}
        )
    CORPUS.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    print(f"{len(rows)} texts, {len(templates)} templates, {len({row['lang'] for row in rows})} languages")


if __name__ == "__main__":
    main()
