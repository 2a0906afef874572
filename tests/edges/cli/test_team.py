"""People of an account, as an operator lets them in and sees to them by command."""


def test_an_owner_is_invited_listed_and_removed_and_the_token_is_another_each_time(comity, account):
    team = ("--email", "ann@shop.example")
    made = comity("team", "invite", account, *team, "--role", "reader", "--json").json
    again = comity("team", "invite", account, *team, "--json").json
    assert (made["role"], again["role"]) == ("reader", "reader")
    assert made["token"] != again["token"]
    (row,) = comity("team", "list", account, "--json").json
    assert (row["email"], row["role"], row["state"]) == ("ann@shop.example", "reader", "invited")
    assert made["token"] not in str(row)
    assert comity("team", "remove", account, *team).out == f"ann@shop.example works for {account} no more.\n"
    gone = comity("team", "remove", account, *team)
    assert (gone.status, gone.err) == (
        1,
        "comity: There is no such person. See GET /api/team, or `comity team list`.\n",
    )


def test_who_did_not_join_is_given_no_role_and_a_role_is_one_of_the_table(comity, account):
    comity("team", "invite", account, "--email", "bob@shop.example", "--role", "sender")
    assert comity("team", "role", account, "--email", "bob@shop.example", "--role", "owner").status == 1
    assert (
        "There is no role 'king'."
        in comity("team", "invite", account, "--email", "c@shop.example", "--role", "king").err
    )


def test_a_programs_key_gets_a_new_secret_and_is_listed_by_its_name(comity, account):
    keys = ("accounts", "keys")
    made = comity(*keys, "add", account, "--scope", "send", "--name", "shop front", "--days", "9", "--json").json
    rotated = comity(*keys, "rotate", account, made["client_id"], "--json").json
    assert (rotated["client_id"], rotated["client_secret"] == made["client_secret"]) == (made["client_id"], False)
    (row,) = [one for one in comity(*keys, "list", account, "--json").json if one["client_id"] == made["client_id"]]
    assert (row["name"], row["scopes"], row["expires_at"] is None) == ("shop front", ["send"], False)
