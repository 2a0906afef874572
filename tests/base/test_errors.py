import pytest

from comity.base.errors import ComityError, Fault, SettingsError, StoreError


@pytest.mark.parametrize(
    ("error", "shown"),
    [
        (ComityError("It is wrong.", "Mend it."), "It is wrong. Mend it."),
        (ComityError("It is wrong."), "It is wrong."),
    ],
)
def test_an_error_says_what_is_wrong_and_how_to_mend_it(error, shown):
    assert str(error) == shown


@pytest.mark.parametrize(
    ("kind", "fault"), [(ComityError, Fault.CALLER), (SettingsError, Fault.CALLER), (StoreError, Fault.OURS)]
)
def test_an_error_knows_whose_fault_it_is(kind, fault):
    assert kind("x").fault is fault
