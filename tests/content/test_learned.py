"""The learned model: what it sees of texts, what it says of them, and what it cannot be read from."""

from __future__ import annotations

import hashlib
import subprocess
import sys

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.base.errors import SettingsError
from comity.content.learned import judged_by, learned_of, shipped_directory, shipped_model
from comity.content.learned_card import CARD, Card, Taught, card_octets
from comity.content.learned_features import BITS, VERSION, features_of
from comity.content.learned_model import WEIGHTS, Model
from comity.content.scores import CATEGORIES

TEXTS = st.text(max_size=200) | st.sampled_from(
    ["", " ", "Hi mum", "Your code is 123456", "a\nb", "\ud800", "ß 🎁🎁 中文"]
)
NAMES = ("obscene", "threat")


def a_model() -> Model:
    weights = np.random.default_rng(7).integers(-127, 128, size=(1 << BITS, len(NAMES)), dtype=np.int8)
    taught = {name: Taught(scale=0.02, bias=0.5, texts={}) for name in NAMES}
    return Model(Card(VERSION, BITS, "", taught, {}), weights)


MODEL = a_model()


@given(st.lists(TEXTS, max_size=12))
def test_a_text_gets_the_same_alone_and_in_company(texts):
    with judged_by(MODEL):
        assert learned_of(texts) == [learned_of([text])[0] for text in texts]


@given(st.lists(TEXTS, min_size=1, max_size=8), TEXTS)
def test_a_text_has_the_same_features_wherever_it_stands(before, text):
    alone = features_of([text])
    both = features_of([*before, text])
    assert both.counts[-1] == alone.counts[0]
    assert both.buckets[-int(alone.counts[0]) :].tolist() == alone.buckets.tolist()


@given(TEXTS)
def test_every_text_has_a_feature_and_all_lie_in_the_buckets(text):
    features = features_of([text])
    assert features.counts[0] == len(features.buckets) >= 1
    assert 0 <= features.buckets.min() <= features.buckets.max() < 1 << BITS


@given(st.text(alphabet="0123456789", min_size=6, max_size=6))
def test_digits_count_by_their_number_only(digits):
    text = f"Your code is {digits}."
    assert features_of([text]).buckets.tolist() == features_of(["Your code is 000000."]).buckets.tolist()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("win a prize", "win  a, prize!", True),
        ("win a prize", "prize a win", False),
        ("winter", "win", False),
        ("win", "win win", False),
        ("costs £000", "costs 000", False),
        ("a b", "ab", False),
    ],
)
def test_words_their_order_and_their_letters_are_seen_but_no_marks_between(one, other, same):
    one_seen, other_seen = (sorted(features_of([text]).buckets.tolist()) for text in (one, other))
    assert (one_seen == other_seen) is same


def test_the_features_of_a_text_never_change():
    """A model weighs buckets: other features need another `VERSION`."""
    buckets = features_of(["win £500 now 中文", "your code is 000000", ""]).buckets
    assert hashlib.sha256(buckets.astype("<i8").tobytes()).hexdigest()[:16] == "dff48ae395ef7d26"


@pytest.mark.parametrize("hidden", ["w\u200bin a pri\u200bze", "ＷＩＮ a prize", "Win a prize", "wín a prize"])  # noqa: RUF001  that is the point
def test_a_disguise_changes_nothing(hidden):
    with judged_by(MODEL):
        assert learned_of([hidden]) == learned_of(["win a prize"])


def test_a_model_says_something_of_each_category_it_was_taught_and_of_no_other():
    with judged_by(MODEL):
        assert [set(odds) for odds in learned_of(["a", ""])] == [set(NAMES), set(NAMES)]
        assert learned_of([]) == []
    assert set(shipped_model().card.categories) <= set(CATEGORIES)
    assert [set(odds) for odds in learned_of(["a"])] == [set(shipped_model().card.categories)]


def test_another_model_is_asked_within_its_block_alone():
    before = learned_of(["win a prize"])
    with judged_by(MODEL):
        assert learned_of(["win a prize"]) != before
    assert learned_of(["win a prize"]) == before


def test_arrays_are_not_imported_while_nothing_is_learned():
    script = (
        "import sys, comity.screening.scoring, comity.content.learned as learned\n"
        "assert 'numpy' not in sys.modules\n"
        "learned.learned_of(['a'])\n"
        "assert ('numpy' in sys.modules) is bool(learned.shipped_card().categories)"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")


def test_the_model_that_ships_is_small_and_is_the_one_of_its_card():
    octets = (shipped_directory() / WEIGHTS).read_bytes()
    assert len(octets) < 4_000_000
    assert hashlib.sha256(octets).hexdigest() == shipped_model().card.sha256
    assert card_octets(shipped_model().card) == (shipped_directory() / CARD).read_bytes()


@pytest.fixture
def written(tmp_path):
    """Write a model with this card over the one that ships; returns its directory."""

    def write(weights=None, **changes):
        card = msgspec.structs.replace(shipped_model().card, **changes)
        (tmp_path / WEIGHTS).write_bytes(weights or (shipped_directory() / WEIGHTS).read_bytes())
        (tmp_path / CARD).write_bytes(card_octets(card))
        return tmp_path

    return write


def test_a_model_that_was_copied_says_the_same(written):
    with judged_by(Model.load(written())):
        copied = learned_of(["win a prize now"])
    assert copied == learned_of(["win a prize now"])


@pytest.mark.parametrize(
    ("weights", "changes", "told"),
    [
        (b"\0" * 128, {}, "its weights are not those of its card"),
        (None, {"features": VERSION + 1}, "features of another version"),
        (None, {"bits": BITS + 1}, "features of another version"),
        (None, {"categories": {"weather": Taught(1.0, 0.0, {})}}, "weather, which is no category"),
        (None, {"categories": dict.fromkeys(CATEGORIES, Taught(1.0, 0.0, {}))}, "not as many"),
    ],
)
def test_a_model_that_cannot_be_used_says_why(written, weights, changes, told):
    with pytest.raises(SettingsError, match=told):
        Model.load(written(weights, **changes))


def test_no_model_and_no_card_are_told(tmp_path):
    with pytest.raises(SettingsError, match="No model can be read"):
        Model.load(tmp_path)
    (tmp_path / CARD).write_text("{}")
    with pytest.raises(SettingsError, match="is no card of a model"):
        Model.load(tmp_path)
