"""Whether a message is of a brand, at the last look before it goes: wider than acceptance."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.edges.postgres.named_brands import names_brand


@pytest.mark.parametrize(
    ("brand", "sender", "text", "named"),
    [
        ("acme shop", "AcmeShop", "20% off!", True),
        ("acmeshop", "3228000000", "Shoes at ACME SHOP are 20% off!", True),
        ("acmeshop", "3228000000", "Shoes at www.myacmeshop.example", True),
        ("É-clair", "3228000000", "Éclair: 20% off!", True),
        ("other", "3228000000", "There is no the right one.", False),
        ("!!", "3228000000", "20% off", False),
        ("c.a", "3228000000", "AcmeShop", False),
        ("Beta", "AcmeShop", "AcmeShop: 20% off", False),
    ],
)
def test_a_brand_counts_however_it_is_written(brand, sender, text, named):
    assert names_brand(text, sender, brand) is named


@given(st.text(max_size=200), st.text(max_size=20), st.text(max_size=40))
def test_any_text_is_read(text, sender, brand):
    assert isinstance(names_brand(text, sender, brand), bool)
