import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.text.naming import is_named, same_name
from comity.text.unmask import unmask

names = st.text(st.sampled_from("abcdefgh \u00e9&-"), max_size=12)
words = st.text(st.sampled_from("abcdefgh\u00e9"), min_size=2, max_size=8)


@pytest.mark.parametrize(
    ("name", "text", "named"),
    [
        ("Acme", "Acme: sale", True),
        ("Acme Shoes GmbH", "ACME has news", True),
        ("Acme Shoes", "at AcmeShoes now", True),
        ("First Bank", "the bank writes", False),
        ("First Bank", "First-Bank writes", True),
        ("H&M", "H&M sale", True),
        ("KPN", "KPN: sale", True),
        ("KPN", "kpnx", False),
        ("Acme", "placemed", False),
        ("Acme", "acmella", True),
        ("Zo\u00eb", "zoe sale", True),
        ("\u5c0f\u7c73", "\u6765\u5c0f\u7c73\u5546\u5e97", True),
        ("", "anything", False),
        ("!!", "anything!!", False),
    ],
)
def test_a_text_names_a_company_or_does_not(name, text, named):
    assert is_named(name, unmask(text)) is named


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Acme", "Acme Shoes", True),
        ("Acme Insurance", "AcmeInsuran", True),
        ("AcmeShop", "Acme Shop", True),
        ("Caf\u00e9 Noir", "CafeNoir", True),
        ("Acme NV", "ACME", True),
        ("Shop", "Shop", True),
        ("Acme", "Rival", False),
        ("Bank", "Bank of Ghent", False),
        ("Acme Shoes", "Acme Insurance", False),
        ("", "Acme", False),
        ("", "", False),
    ],
)
def test_two_names_are_of_one_company_or_are_not(one, other, same):
    assert same_name(one, other) is same


@given(names, names)
def test_it_does_not_matter_which_name_is_asked_about(one, other):
    assert same_name(one, other) == same_name(other, one)


@given(st.lists(words, min_size=1, max_size=3))
def test_a_name_is_its_own_and_stands_in_a_text_that_says_it(parts):
    name = " ".join(parts)
    assert same_name(name, name)
    assert is_named(name, unmask(f"From {name}: sale"))
