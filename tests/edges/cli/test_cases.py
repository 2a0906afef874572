"""The commands about cases, as an operator types them."""

import pytest


@pytest.mark.parametrize("option", [[], ["--json"]])
def test_a_case_that_is_not_there_is_one_clear_line_and_exit_code_1(comity, option):
    ran = comity("cases", "show", 4711, *option)
    assert (ran.status, ran.out) == (1, "")
    assert ran.err == "comity: There is no case 4711 that names a message. See `comity cases list --all`.\n"
