import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.policy.places import lines_of

TEXT = '''\
# A comment with = and [brackets]
version = "1" # after it
[rules.quiet-hours]
settings.windows = [
  "a, b", # one
  { from = 1, to = [
    2, 3 ] },
]
words = """
[not.a.table]
key = 1
"""
raw = \'\'\'
# no = comment\'\'\'
"quoted . key".inner = 'x # y'
[[list]]
a = 1
[[list]]
b = 2
[list.sub]
c = 3
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("version",), 2),
        (("rules",), 3),
        (("rules", "quiet-hours"), 3),
        (("rules", "quiet-hours", "settings"), 4),
        (("rules", "quiet-hours", "settings", "windows"), 4),
        (("rules", "quiet-hours", "settings", "windows", 0), 5),
        (("rules", "quiet-hours", "settings", "windows", 1), 6),
        (("rules", "quiet-hours", "settings", "windows", 1, "from"), 6),
        (("rules", "quiet-hours", "settings", "windows", 1, "to", 0), 7),
        (("rules", "quiet-hours", "words"), 9),
        (("rules", "quiet-hours", "raw"), 13),
        (("rules", "quiet-hours", "quoted . key", "inner"), 15),
        (("list", 0, "a"), 17),
        (("list", 1), 18),
        (("list", 1, "b"), 19),
        (("list", 1, "sub", "c"), 21),
    ],
)
def test_a_key_is_found_on_its_line(path, line):
    assert lines_of(TEXT)[path] == line


def test_the_text_that_was_walked_is_toml_and_nothing_in_it_was_invented():
    tomllib.loads(TEXT)
    assert not [path for path in lines_of(TEXT) if "not" in path or "key" in path]


KEYS = st.text("abcdefgh-_0123456789", min_size=1, max_size=6)
SCALARS = st.integers() | st.booleans() | st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=12)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3))


def written(value, lines, path):
    """A value as TOML with each item of a list on a line of its own, and where that is."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, dict):
        return "{" + ", ".join(_pair(key, held, lines, path) for key, held in value.items()) + "}"
    text = "["
    for place, held in enumerate(value):
        lines.append(None)
        lines[-1] = (*path, place)
        text += "\n" + written(held, lines, (*path, place)) + ","
    return text + "]"


def _pair(key, held, lines, path):
    return f'"{key}" = {written(held, lines, (*path, key))}'


@given(st.dictionaries(KEYS, VALUES, max_size=5))
def test_every_key_and_every_item_of_a_list_is_found_where_it_was_written(table):
    text, expected = "", {}
    for key, value in table.items():
        lines = [(key,)]
        start = text.count("\n") + 1
        text += f'"{key}" = {written(value, lines, (key,))}\n'
        expected |= {path: start + number for number, path in enumerate(lines)}
    assert tomllib.loads(text) == table
    found = lines_of(text)
    assert {path: found.get(path) for path in expected} == expected


@given(st.text(alphabet=st.sampled_from("ab=[]{}\"'.,#\n\\ 1") | st.characters(), max_size=200))
def test_whatever_the_text_is_it_is_walked_to_its_end(text):
    assert all(1 <= line <= text.count("\n") + 1 for line in lines_of(text).values())


@pytest.mark.parametrize(
    "text", ["a = " + "[" * 5000, "a = " + "{a=" * 5000, '"' * 10_000, "[" * 10_000, "a." * 10_000]
)
def test_hostile_nesting_ends(text):
    lines_of(text)
