"""Making a model: from a small made-up corpus, twice, and from what must not be learned from."""

from __future__ import annotations

import hashlib
import json

import pytest

from comity.content.learned import judged_by, learned_of
from comity.content.learned_card import CARD
from comity.content.learned_model import WEIGHTS, Model
from comity.training.__main__ import main

RUDE = ("grumblebug", "snortwhistle", "muckraker", "wobblehead")
KIND = ("meeting at noon", "parcel arrives today", "dinner is ready", "train leaves soon")
LIST = """
[sources.chats]
sha256 = "{chats}"
rows = 60
licence = "made up"
genuine = ["fine"]

[sources.posts]
sha256 = "{posts}"
rows = 60
licence = "made up"
votes = ["rude", "kind"]

[categories.harassment]
posts = {{ rude = 1, kind = 0 }}
"""


def chats():
    return [
        {"id": f"c{n}", "text": f"Hi Ann, {KIND[n % 4]} number {n}", "label": "fine", "use": "train", "cluster": n}
        for n in range(60)
    ]


def posts():
    rude = [(f"@USER you {RUDE[n % 4]} and your {RUDE[(n + 1) % 4]} {n}", [3, 0]) for n in range(30)]
    kind = [(f"@USER thank you, {KIND[n % 4]} {n}", [0, 3]) for n in range(28)]
    return [
        {"id": f"p{n}", "text": text, "label": "?", "votes": votes, "use": "train", "cluster": 1000 + n}
        for n, (text, votes) in enumerate([*rude, *kind, ("both at once", [1, 1]), ("nobody voted", [0, 0])])
    ]


@pytest.fixture
def corpora(tmp_path):
    """Write corpora, with their list; returns the arguments that name both."""

    def write(**changes):
        digests = {}
        for name, rows in {"chats": chats(), "posts": posts(), **changes}.items():
            octets = "".join(json.dumps(row) + "\n" for row in rows).encode()
            (tmp_path / name).mkdir(exist_ok=True)
            (tmp_path / name / f"{name}.jsonl").write_bytes(octets)
            digests[name] = hashlib.sha256(octets).hexdigest()
        (tmp_path / "list.toml").write_text(LIST.format(**digests))
        return [str(tmp_path), "--list", str(tmp_path / "list.toml")]

    return write


@pytest.fixture
def reviews(tmp_path):
    def write(*rows):
        path = tmp_path / "labels.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
        return ["--labels", str(path)]

    return write


def test_the_same_corpora_make_the_same_bytes_twice(corpora, tmp_path, capsys):
    arguments = corpora()
    for name in ("one", "two"):
        assert main([*arguments, "--out", str(tmp_path / name)]) == 0
    for file in (WEIGHTS, CARD):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()
    assert main([*arguments, "--out", str(tmp_path / "one"), "--check"]) == 0
    (tmp_path / "one" / CARD).write_text("{}")
    assert main([*arguments, "--out", str(tmp_path / "one"), "--check"]) == 1
    assert "is not what these texts make" in capsys.readouterr().err
    assert (tmp_path / "one" / CARD).read_text() == "{}"


def test_what_was_learned_tells_texts_apart_that_were_never_seen(corpora, tmp_path):
    main([*corpora(), "--out", str(tmp_path / "made")])
    model = Model.load(tmp_path / "made")
    with judged_by(model):
        rude, kind = learned_of(["what a grumblebug you are, muckraker", "The parcel arrives at noon"])
    assert rude["harassment"] > 1
    assert kind["harassment"] < 0
    taught = model.card.categories["harassment"].texts
    assert taught == {"chats": {"yes": 0, "no": 60}, "posts": {"yes": 30, "no": 28}}
    assert model.card.sources["posts"].rows == 60


def test_names_of_the_posts_kind_are_not_learned(corpora, tmp_path):
    main([*corpora(), "--out", str(tmp_path / "made")])
    with judged_by(Model.load(tmp_path / "made")):
        assert learned_of(["@USER dinner"])[0]["harassment"] < 0


def test_reviewers_teach_a_category_that_no_corpus_teaches(corpora, reviews, tmp_path):
    threats = [
        {"id": f"m{n}", "text": f"I will find you and break your {what}", "category": "threat", "label": "yes"}
        for n, what in enumerate(["arm", "leg", "door", "nose"] * 6)
    ]
    given = reviews(*threats, {"text": "I will find you a table", "category": "threat", "label": "no", "lang": "en"})
    assert main([*corpora(), *given, "--out", str(tmp_path / "made")]) == 0
    model = Model.load(tmp_path / "made")
    assert model.card.categories["threat"].texts == {"chats": {"yes": 0, "no": 60}, "reviewers": {"yes": 24, "no": 1}}
    assert model.card.sources["reviewers"].rows == 25
    with judged_by(model):
        assert learned_of(["I will break your arm"])[0]["threat"] > 0 > learned_of(["dinner is ready"])[0]["threat"]


def test_a_category_with_few_examples_is_not_taught(corpora, reviews, tmp_path):
    given = reviews({"text": "I will find you", "category": "threat", "label": "yes"})
    main([*corpora(), *given, "--out", str(tmp_path / "made")])
    assert list(Model.load(tmp_path / "made").card.categories) == ["harassment"]


@pytest.mark.parametrize("use", ["train-only", "evaluation-only"])
def test_what_may_not_be_learned_from_is_refused(corpora, use, tmp_path, capsys):
    barred = [*chats(), {"id": "c99", "text": "x", "label": "fine", "use": use, "cluster": 1}]
    assert main([*corpora(chats=barred), "--out", str(tmp_path / "made")]) == 1
    assert "c99 may not be learned from" in capsys.readouterr().err
    assert not (tmp_path / "made").exists()


def test_a_file_that_is_not_the_one_named_is_refused(corpora, tmp_path, capsys):
    arguments = corpora()
    with (tmp_path / "posts" / "posts.jsonl").open("a") as file:
        file.write("\n")
    assert main([*arguments, "--out", str(tmp_path / "made")]) == 1
    assert "is not the file that is named" in capsys.readouterr().err


def test_a_file_that_is_missing_is_one_clear_line(corpora, tmp_path, capsys):
    arguments = corpora()
    (tmp_path / "posts" / "posts.jsonl").unlink()
    assert main([*arguments, "--out", str(tmp_path / "made")]) == 1
    assert "posts.jsonl cannot be read" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"text": "a", "category": "weather", "label": "yes"}, "Line 1 is of no category"),
        ({"text": "a", "category": "threat", "label": "maybe"}, "Line 1 is no label of a reviewer"),
        ({"category": "threat", "label": "no"}, "Line 1 is no label of a reviewer"),
    ],
)
def test_a_label_that_says_nothing_is_refused(corpora, reviews, row, told, tmp_path, capsys):
    assert main([*corpora(), *reviews(row), "--out", str(tmp_path / "made")]) == 1
    assert told in capsys.readouterr().err


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("[sources", "cannot be read"),
        ("sources = {}\ncategories = { weather = {} }", "teaches weather by weather"),
        ("sources = {}\ncategories = { threat = { posts = { rude = 1 } } }", "teaches threat by posts"),
        ("sources = {}\ncategories = { threat = { posts = { rude = 2 } } }", "cannot be read"),
    ],
)
def test_a_list_of_corpora_that_makes_no_sense_is_refused(tmp_path, source, told, capsys):
    (tmp_path / "list.toml").write_text(source)
    assert main([str(tmp_path), "--list", str(tmp_path / "list.toml"), "--out", str(tmp_path / "made")]) == 1
    assert told in capsys.readouterr().err
