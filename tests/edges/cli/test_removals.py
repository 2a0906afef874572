"""Commands that take back what others add: prices, routes, carriers, senders."""

import pytest


def rows_of(ran, field, value):
    assert ran.status == 0, ran.err
    return [row for row in ran.json if row[field] == value]


def refused(ran, word):
    assert ran.status == 1
    assert word in ran.err
    return ran.err


def test_a_price_is_removed_and_another_is_not_there(comity, tmp_path):
    file = tmp_path / "prices.csv"
    file.write_text("country,price\nMT,0.5\n")
    assert comity("prices", "import", file).status == 0
    assert comity("prices", "remove", "mt").status == 0
    assert rows_of(comity("prices", "list", "--json"), "country", "MT") == []
    refused(comity("prices", "remove", "MT"), "comity prices list")


def test_a_carrier_leaves_with_its_routes_and_its_name_may_be_used_again(comity, name):
    assert comity("carriers", "add", name, "sim://").status == 0
    assert comity("routes", "add", "999", name).status == 0
    assert comity("routes", "add", "998", name).status == 0
    assert comity("routes", "remove", "+999", name).status == 0
    assert [row["prefix"] for row in rows_of(comity("routes", "list", "--json"), "carrier", name)].count("999") == 0
    refused(comity("routes", "remove", "999", name), "comity routes list")
    assert comity("carriers", "remove", name).status == 0
    assert rows_of(comity("carriers", "list", "--json"), "name", name) == []
    assert rows_of(comity("routes", "list", "--json"), "carrier", name) == []
    refused(comity("carriers", "remove", name), "comity carriers list")
    assert comity("carriers", "add", name, "sim://").status == 0
    assert comity("carriers", "remove", name).status == 0


def test_a_sender_is_taken_back_and_may_be_granted_again(comity, account):
    assert comity("senders", "grant", account, "Acme").status == 0
    word = ("--by", "Olga", "--reason", "The mark is another's.")
    said = comity("senders", "revoke", account, "ACME", *word)
    assert (said.status, account in said.out) == (0, True)
    (row,) = rows_of(comity("senders", "list", "--json"), "account", account)
    assert row["expires_at"] is not None
    refused(comity("senders", "revoke", account, "Acme", *word), "comity senders list")
    assert comity("senders", "grant", account, "Acme").status == 0
    (row,) = rows_of(comity("senders", "list", "--json"), "account", account)
    assert row["expires_at"] is None


@pytest.mark.parametrize("missing", ["--by", "--reason"])
def test_who_takes_a_sender_back_says_who_and_why(comity, account, missing):
    word = {"--by": "Olga", "--reason": "Why."}
    del word[missing]
    (said,) = word.items()
    assert comity("senders", "revoke", account, "Acme", *said).status == 2
