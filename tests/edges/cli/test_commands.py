"""Each command as an operator types it: what it prints, how it ends, one clear line on errors."""

import json
import re

import pytest


def failed(ran, *words):
    """It ended with 1 and exactly one clear line."""
    assert ran.status == 1, ran.out + ran.err
    assert ran.out == ""
    (line,) = ran.err.splitlines()
    assert line.startswith("comity: ")
    assert "Traceback" not in line
    for word in words:
        assert word in line
    return line


def rows_of(ran, key, value):
    return [row for row in ran.json if row[key] == value]


def test_an_account_is_made_and_its_secret_shown_once(comity, name):
    made = comity("accounts", "create", name, "--credits", "12.5", "--bonus", "3", "--accept-policy", "Ann", "--json")
    assert made.status == 0
    assert made.json.keys() == {"account", "client_id", "client_secret"}
    listed = comity("accounts", "list", "--json")
    (row,) = rows_of(listed, "account", name)
    assert (row["purchased"], row["bonus"], row["policy_accepted"], row["standing"]) == (12.5, 3, True, "good")
    assert made.json["client_secret"] not in listed.out


def test_an_account_without_acceptance_is_told_what_is_missing(comity, name):
    made = comity("accounts", "create", name, "--category", "otp", "--volume", "500/day", "--timezone", "Europe/Paris")
    assert made.status == 0
    assert "--accept-policy" in made.out
    (row,) = rows_of(comity("accounts", "list", "--json"), "account", name)
    assert (row["category"], row["daily_volume"], row["time_zone"]) == ("otp", 500, "Europe/Paris")
    assert not row["policy_accepted"]
    assert comity("accounts", "accept-policy", name, "Bob").status == 0
    (row,) = rows_of(comity("accounts", "list", "--json"), "account", name)
    assert row["policy_accepted"]


def test_a_name_is_used_once(comity, account):
    failed(comity("accounts", "create", account), account)


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (["--credits", "many"], "many"),
        (["--credits", "-1"], "-1"),
        (["--credits", "0.0000001"], "0.0000001"),
        (["--credits", "nan"], "nan"),
        (["--credits", "Infinity"], "Infinity"),
        (["--credits", "1e30"], "1e30"),
        (["--credits", "1e9999999"], "1e9999999"),
        (["--bonus", ""], "--bonus"),
        (["--category", "spam"], "promotional"),
        (["--volume", "0"], "5000/day"),
        (["--volume", "many"], "5000/day"),
        (["--volume", "99999999999"], "5000/day"),
        (["--timezone", "Mars/Base"], "Mars/Base"),
        (["--timezone", "../etc/passwd"], "IANA"),
        (["--timezone", ""], "IANA"),
    ],
)
def test_a_wrong_option_is_one_clear_line_and_makes_nothing(comity, name, options, word):
    failed(comity("accounts", "create", name, *options), word)
    assert not rows_of(comity("accounts", "list", "--json"), "account", name)


@pytest.mark.parametrize("bad", ["", "   ", "x" * 101, "a\nb", "a\x1b[31mb", "\u202egnp"])
def test_a_name_is_printable_and_short(comity, bad):
    failed(comity("accounts", "create", bad), "name")


@pytest.mark.parametrize("odd", ["[bold]Shop[/bold]", "[/]", ":smile:", "Ünïcode 東京", "a'; DROP TABLE accounts;--"])
def test_an_odd_name_is_shown_as_it_is(comity, name, odd):
    odd = f"{odd} {name}"
    assert comity("accounts", "create", odd).status == 0
    listed = comity("accounts", "list")
    assert listed.status == 0
    assert odd in re.sub(r"\s+", " ", listed.out)


def test_credits_are_booked(comity, account):
    assert comity("accounts", "credit", account, "5").status == 0
    assert comity("accounts", "credit", account, "0.5", "--bonus").status == 0
    (row,) = rows_of(comity("accounts", "list", "--json"), "account", account)
    assert (row["purchased"], row["bonus"]) == (15, 0.5)
    failed(comity("accounts", "credit", account, "0"), "nothing")
    failed(comity("accounts", "credit", account, "lots"), "lots")


def test_a_standing_is_asked_for_with_reasons(comity, account):
    assert comity("staff", "add", f"Senior of {account}", "--role", "senior").status == 0
    why = ("--reason", "Complaints came in.", "--clause", "P6", "--by", f"Senior of {account}")
    assert comity("accounts", "standing", account, "suspended", "--alone", *why).status == 0
    (row,) = rows_of(comity("accounts", "list", "--json"), "account", account)
    assert row["standing"] == "suspended"
    asked = comity("accounts", "standing", account, "good", *why)
    assert (asked.status, "comity standing confirm" in asked.out) == (0, True)
    assert comity("accounts", "standing", account, "good").status == 2
    failed(comity("accounts", "standing", account, "excellent", *why), "suspended")


@pytest.mark.parametrize(
    "command",
    [
        ("accounts", "credit", "nobody", "5"),
        ("accounts", "standing", "nobody", "good", "--reason", "So."),
        ("accounts", "accept-policy", "nobody", "Ann"),
        ("senders", "grant", "nobody", "Bank"),
        ("esme", "add", "nobody", "sys", "word"),
    ],
)
def test_an_unknown_account_is_named(comity, command):
    failed(comity(*command), "nobody", "comity accounts list")


def test_a_person_must_be_named(comity, account):
    failed(comity("accounts", "accept-policy", account, "  "), "person")


def test_a_sender_is_granted_with_its_proof(comity, account, tmp_path):
    proof = tmp_path / "deed.pdf"
    proof.write_bytes(b"deed")
    assert comity("senders", "grant", account, "Bank", "--category", "otp", "--proof", proof).status == 0
    assert comity("senders", "grant", account, "+32 470 00 00 00").status == 0
    rows = rows_of(comity("senders", "list", "--json"), "account", account)
    assert [(row["sender"], row["kind"], row["category"], row["proof_name"]) for row in rows] == [
        ("32470000000", "number", None, ""),
        ("Bank", "name", "otp", "deed.pdf"),
    ]
    assert len(rows[1]["proof_digest"]) == 64
    assert comity("senders", "list").status == 0


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (["Bank!"], "Bank!"),
        ([""], "sender id"),
        (["TwelveChars1"], "11 letters"),
        (["Bank", "--category", "spam"], "promotional"),
        (["Bank", "--proof", "/nowhere/deed.pdf"], "/nowhere/deed.pdf"),
        (["Bank", "--proof", "/"], "cannot be read"),
    ],
)
def test_a_grant_that_cannot_be_given_is_one_clear_line(comity, account, options, word):
    failed(comity("senders", "grant", account, *options), word)
    assert not rows_of(comity("senders", "list", "--json"), "account", account)


def test_a_proof_that_is_too_large_is_refused(comity, account, tmp_path):
    proof = tmp_path / "large"
    with proof.open("wb") as file:
        file.truncate(10 * 1024 * 1024 + 1)
    failed(comity("senders", "grant", account, "Bank", "--proof", proof), "10 MB")


def test_carriers_and_routes_are_added_and_listed_without_passwords(comity, name):
    url = "smpp://user:pass-word@127.0.0.1:2775?window=50&rate=100"
    assert comity("carriers", "add", name, url).status == 0
    listed = comity("carriers", "list", "--json")
    (row,) = rows_of(listed, "name", name)
    assert (row["url"], row["system_id"]) == ("smpp://127.0.0.1:2775", "user")
    shown = comity("carriers", "list").out
    assert "pass-word" not in listed.out + shown
    assert "rate=100\n" in shown.replace(" ", "")
    assert "{" not in shown
    failed(comity("carriers", "add", name, "sim://"), name)
    assert comity("routes", "add", "+32", name, "--priority", "7").status == 0
    routes = rows_of(comity("routes", "list", "--json"), "carrier", name)
    assert {"prefix": "32", "carrier": name, "priority": 7} in routes


@pytest.mark.parametrize(
    ("command", "word"),
    [
        (("carriers", "add", "x", "http://example.com"), "smpp://"),
        (("carriers", "add", "x", "smpp://"), ""),
        (("carriers", "add", "x", "smpp://u:p@127.0.0.1:99999"), ""),
        (("carriers", "add", "", "sim://"), "name"),
        (("carriers", "add", "a\nb", "sim://"), "name"),
        (("routes", "add", "three", "x"), "three"),
        (("routes", "add", "٣٢", "x"), "digits"),
        (("routes", "add", "32", "nobody"), "comity carriers list"),
    ],
)
def test_a_carrier_or_route_that_cannot_be_is_one_clear_line(comity, command, word):
    line = failed(comity(*command), word)
    assert "u:p" not in line


def test_a_priority_without_bounds_is_a_usage_error(comity):
    assert comity("routes", "add", "32", "x", "--priority", 10**12).status == 2


@pytest.fixture
def prices_as_they_were(comity, tmp_path):
    """Commands share one database, and what messages cost is asked by others: puts back every price that was set."""
    yield
    file = tmp_path / "default.csv"
    file.write_text("country,price\n*,1\nBE,1\nNL,1\n", "utf-8")
    assert comity("prices", "import", file).status == 0


@pytest.mark.usefixtures("prices_as_they_were")
def test_prices_are_imported_and_listed(comity, tmp_path):
    file = tmp_path / "prices.csv"
    file.write_text("\ufeffcountry,price,remark\nbe,0.75,\n*,1.5,rest\nNL,0,free\n", "utf-8")
    assert comity("prices", "import", file).status == 0
    prices = {row["country"]: row["price"] for row in comity("prices", "list", "--json").json}
    assert (prices["BE"], prices["*"], prices["NL"]) == (0.75, 1.5, 0)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", ["country and price"]),
        (b"land,preis\nBE,1\n", ["country and price"]),
        (b"country,price\nBE,1\nBelgium,1\n", ["line 3", "BELGIUM"]),
        (b"country,price\nBE,cheap\n", ["line 2", "cheap"]),
        (b"country,price\nBE,-1\n", ["line 2", "-1"]),
        (b"country,price\nBE,1e9999999\n", ["line 2"]),
        (b"country,price\nBE\n", ["line 2"]),
        (b"country,price\nBE,0.0000001\n", ["line 2"]),
        (b"country,price\n\xff\xfe,1\n", ["cannot be read"]),
        (b'country,price\n"' + b"x" * 200_000 + b'",1\n', ["cannot be read"]),
    ],
)
def test_a_wrong_price_file_is_one_clear_line_and_sets_nothing(comity, tmp_path, content, words):
    before = comity("prices", "list", "--json").out
    file = tmp_path / "prices.csv"
    file.write_bytes(content)
    failed(comity("prices", "import", file), *words)
    assert comity("prices", "list", "--json").out == before


def test_a_price_file_that_is_not_there_is_said_so(comity, tmp_path):
    failed(comity("prices", "import", tmp_path / "none.csv"), "none.csv")
    failed(comity("prices", "import", tmp_path), "cannot be read")


def test_the_ledger_check_says_whether_it_balances(comity, account):
    assert account
    ran = comity("ledger", "check")
    assert (ran.status, ran.out) == (0, "The ledger balances.\n")
    assert comity("ledger", "check", "--json").json == {"balanced": True, "problems": []}


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["accounts"],
        ["accounts", "create"],
        ["accounts", "create", "x", "--no-such-option"],
        ["accounts", "credit", "x"],
        ["serve", "--workers", "none"],
        ["serve", "--workers", "0"],
        ["consents", "import", "x"],
        ["carriers", "add", "x"],
    ],
)
def test_a_usage_error_ends_with_2_and_says_what_is_missing(comity, arguments):
    ran = comity(*arguments, data="")
    assert ran.status == 2
    assert (ran.out + ran.err).strip()


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["serve", "--http", "nowhere"], "HOST:PORT"),
        (["serve", "--http", "127.0.0.1:99999"], "HOST:PORT"),
        (["serve", "--smpp", "x:y"], "HOST:PORT"),
        (["serve", "--roles", "api,cook"], "cook"),
        (["serve", "--roles", ","], "role"),
        (["serve", "--webhook-allow", "anything"], "network"),
        (["accounts", "list", "--database", "mysql://x"], "postgresql://"),
        (["accounts", "list", "--database", "postgresql://u:secret-word@127.0.0.1:1/x"], "reached"),
    ],
)
def test_a_wrong_setting_is_one_clear_line_without_secrets(comity, tmp_path, arguments, word):
    line = failed(comity(*arguments, data=str(tmp_path)), word)
    assert "secret-word" not in line


@pytest.mark.parametrize("arguments", [["--help"], ["accounts", "--help"], ["consents", "import", "--help"]])
def test_help_is_given(comity, arguments):
    ran = comity(*arguments, data="")
    assert ran.status == 0
    assert "Usage" in ran.out


def test_the_version_is_told(comity):
    assert re.fullmatch(r"comity \d+\.\d+\.\d+\n", comity("--version", data="").out)


def test_listings_are_json_arrays_or_say_how_to_begin(comity):
    for listing in (["accounts"], ["senders"], ["carriers"], ["routes"], ["prices"], ["esme"]):
        assert isinstance(json.loads(comity(*listing, "list", "--json").out), list)
        assert comity(*listing, "list").out.strip()
