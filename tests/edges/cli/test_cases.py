"""The commands about cases, staff and keys, as an operator types them."""

import pytest


@pytest.mark.parametrize("option", [[], ["--json"]])
def test_a_case_that_is_not_there_is_one_clear_line_and_exit_code_1(comity, option):
    ran = comity("cases", "show", 4711, *option)
    assert (ran.status, ran.out) == (1, "")
    assert ran.err == "comity: There is no case 4711. See `comity cases list --all`.\n"


def test_who_works_at_the_desk_is_added_listed_and_removed(comity, name):
    made = comity("staff", "add", name, "--role", "senior", "--json").json
    assert made.keys() == {"person", "role", "client_id", "client_secret"}
    assert comity("staff", "add", name).status == 1
    (listed,) = [row for row in comity("staff", "list", "--json").json if row["person"] == name]
    assert (listed["role"], listed["removed_at"]) == ("senior", None)
    assert "client_secret" not in listed
    assert comity("staff", "remove", name).status == 0
    assert comity("staff", "remove", name).status == 1
    assert comity("staff", "add", name, "--json").json["client_id"] != made["client_id"]


def test_a_role_that_there_is_not_is_one_clear_line(comity, name):
    ran = comity("staff", "add", name, "--role", "king")
    assert (ran.status, ran.err) == (1, "comity: There is no role 'king'. Use one of reviewer, senior, operator.\n")


def test_only_who_works_at_the_desk_decides(comity):
    ran = comity("cases", "decide", 1, "confirm", "--by", "Nobody", "--words", "x")
    assert (ran.status, ran.err) == (1, "comity: Nobody named Nobody works at the desk. See `comity staff add`.\n")


def test_deciding_a_case_that_is_not_there_is_one_clear_line(comity, name):
    comity("staff", "add", name)
    ran = comity("cases", "decide", 4711, "confirm", "--by", name, "--words", "x")
    assert (ran.status, ran.err) == (1, "comity: There is no such case. See `comity cases list`.\n")


def test_reasons_are_listed_by_kind(comity):
    rows = comity("cases", "reasons", "hold", "--json", data="").json
    assert {row["decision"] for row in rows} == {"confirm", "overturn"}
    assert comity("cases", "reasons", "holds", data="").status == 1


def test_keys_are_added_with_scopes_listed_and_revoked(comity, account):
    made = comity("accounts", "keys", "add", account, "--scope", "cases", "--scope", "read", "--json").json
    assert made["scopes"] == ["read", "cases"]
    listed = comity("accounts", "keys", "list", account, "--json").json
    assert [len(row["scopes"]) for row in listed] == [8, 2]
    assert comity("accounts", "keys", "revoke", account, made["client_id"]).status == 0
    assert comity("accounts", "keys", "revoke", account, made["client_id"]).status == 1
    assert comity("accounts", "keys", "add", account, "--scope", "all").status == 1
