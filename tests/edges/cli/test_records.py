"""What accounts declare and are cleared for, as an operator types it."""

import hashlib

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


def record(comity, account):
    shown = comity("accounts", "show", account, "--json")
    assert shown.status == 0, shown.err
    return shown.json


def test_a_new_account_writes_as_itself_and_as_the_names_it_may_send_as(comity, account):
    for sender in ("Acme", "ACME", "8850"):
        assert comity("senders", "grant", account, sender).status == 0
    brands = [(brand["name"], brand["proof"], brand["until"]) for brand in record(comity, account)["brands"]]
    assert brands == [(account, "", None), ("Acme", "", None)]


def test_a_clearance_is_given_and_taken_back(comity, account):
    given = ("alcohol", "--country", "be", "--since", "2026-01-01", "--until", "2099-12-31", "--reference", "permit 7")
    assert comity("accounts", "clear", account, *given).out == (
        f"{account} is now cleared for alcohol in BE until the end of 2099-12-31.\n"
    )
    assert comity("accounts", "clear", account, "alert").out == f"{account} is now cleared for alert everywhere.\n"
    belgium, anywhere = record(comity, account)["clearances"]
    assert belgium["content"] == "alcohol"
    assert anywhere == {"content": "alert", "country": "", "since": None, "until": None, "reference": ""}
    assert (belgium["country"], belgium["since"], belgium["until"]) == ("BE", "2026-01-01", "2099-12-31")
    failed(comity("accounts", "clear", account, "alcohol", "--withdraw"), "alcohol", "everywhere")
    taken = comity("accounts", "clear", account, "alcohol", "--country", "BE", "--withdraw")
    assert taken.out == f"{account} is no longer cleared for alcohol in BE.\n"
    assert [one["content"] for one in record(comity, account)["clearances"]] == ["alert"]


def test_a_brand_comes_with_its_letter_and_goes(comity, account, tmp_path):
    letter = tmp_path / "letter.pdf"
    letter.write_bytes(b"we agree")
    given = comity("accounts", "brand", account, "Globex", "--proof", letter, "--until", "2099-12-31")
    assert given.out == f"{account} may now write as Globex until the end of 2099-12-31.\n"
    brand = record(comity, account)["brands"][1]
    assert brand["proof"] == hashlib.sha256(b"we agree").hexdigest()
    assert brand["until"].startswith("2100-01-01T00:00:00")
    assert comity("accounts", "brand", account, "globex", "--withdraw").status == 0
    assert len(record(comity, account)["brands"]) == 1
    failed(comity("accounts", "brand", account, "Globex", "--withdraw"), "Globex")


def test_a_registration_is_recorded_and_forgotten(comity, account):
    sample = "Your parcel waits for you at the post office"
    what = ("sender", "sg", "--sender", "ACME", "--reference", "R1")
    made = comity("accounts", "register", account, *what, "--since", "2026-01-01", "--sample", sample)
    assert made.out == f"{account}: the sender ACME is now registered in SG.\n"
    (registration,) = record(comity, account)["registrations"]
    assert registration == {
        "kind": "sender",
        "country": "SG",
        "sender": "acme",
        "reference": "R1",
        "since": "2026-01-01",
        "until": None,
        "samples": [sample],
    }
    assert comity("accounts", "register", account, *what, "--withdraw").status == 0
    assert record(comity, account)["registrations"] == []
    failed(comity("accounts", "register", account, *what, "--withdraw"), "SG")


def test_a_use_case_is_declared_and_replaced(comity, account, tmp_path):
    file = tmp_path / "use.toml"
    file.write_text('categories = ["otp"]\nsenders = ["Acme"]\ndaily_volume = 500\nhealth_data = "refuse"\n', "utf-8")
    assert comity("accounts", "declare", account, file).out == (
        f"{account} declared categories, senders, daily_volume, health_data.\n"
    )
    file.write_text('countries = ["BE"]\n', "utf-8")
    assert comity("accounts", "declare", account, file).status == 0
    shown = record(comity, account)
    assert shown["use_case"] == {
        "categories": [],
        "countries": ["BE"],
        "senders": [],
        "daily_volume": None,
        "sectors": [],
        "samples": [],
    }
    assert shown["health_data"] == "refuse"


def test_all_of_it_is_shown_to_people(comity, account, tmp_path):
    bare = comity("accounts", "show", account)
    assert (bare.status, bare.out.splitlines()[0]) == (0, f"{account}: standing good, health data note")
    file = tmp_path / "use.toml"
    file.write_text('countries = ["BE", "NL"]\n', "utf-8")
    comity("accounts", "declare", account, file)
    comity("accounts", "clear", account, "crypto")
    shown = comity("accounts", "show", account).out
    for word in ("BE, NL", "crypto", "registrations\nnone", account):
        assert word in shown


def test_people_see_names_as_they_were_written_and_the_last_day_that_counts(comity, account, tmp_path):
    assert comity("senders", "grant", account, "Acme Shop").status == 0
    assert comity("accounts", "brand", account, "Globex", "--until", "2099-12-31").status == 0
    assert comity("accounts", "register", account, "sender", "SG", "--sender", "ACME SHOP").status == 0
    file = tmp_path / "use.toml"
    file.write_text('senders = ["acme shop", "Initech"]\n', "utf-8")
    assert comity("accounts", "declare", account, file).status == 0
    shown = comity("accounts", "show", account).out
    assert "2099-12-31" in shown
    assert "2100" not in shown
    assert "acme shop" not in shown
    assert "Acme Shop, initech" in shown


def test_what_begins_later_does_not_hold_now(comity, account):
    coming = comity("accounts", "clear", account, "loans", "--since", "2098-01-01").out
    assert coming == f"{account} is cleared for loans everywhere from 2098-01-01 on.\n"
    both = comity("accounts", "clear", account, "crypto", "--since", "2098-01-01", "--until", "2098-02-01").out
    assert both == f"{account} is cleared for crypto everywhere from 2098-01-01 until the end of 2098-02-01.\n"


def test_what_has_ended_can_be_taken_back(comity, account):
    assert comity("accounts", "clear", account, "loans").status == 0
    assert comity("accounts", "clear", account, "loans", "--until", "2020-01-01", "--withdraw").status == 0
    assert record(comity, account)["clearances"] == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("clear", "{}", "candy"), ("CONTENT", "gambling")),
        (("clear", "{}", "loans", "--country", "XX"), ("--country", "'XX'", "BE")),
        (("clear", "{}", "loans", "--until", "tomorrow"), ("--until", "2026-03-04")),
        (("clear", "{}", "loans", "--until", "9999-12-31"), ("--until", "2026-03-04")),
        (("clear", "{}", "loans", "--since", "2026-02-01", "--until", "2026-01-01"), ("--until", "before")),
        (("clear", "{}", "loans", "--until", "2020-01-01"), ("--until", "passed", "--withdraw")),
        (("brand", "{}", "Globex", "--until", "2020-01-01"), ("--until", "passed")),
        (("register", "{}", "sender", "SG", "--until", "2020-01-01"), ("--until", "passed")),
        (("clear", "{}", "loans", "--reference", "x" * 101), ("--reference", "100")),
        (("brand", "{}", " "), ("brand",)),
        (("brand", "{}", "Globex", "--proof", "/nowhere"), ("/nowhere",)),
        (("register", "{}", "number", "SG"), ("KIND", "campaign")),
        (("register", "{}", "sender", "Singapore"), ("COUNTRY", "Singapore")),
        (("register", "{}", "sender", "SG", "--sender", "much too long a name"), ("--sender", "11 letters")),
        (("register", "{}", "campaign", "US", "--sample", "12345"), ("--sample", "whole text")),
        (("declare", "{}", "/nowhere.toml"), ("/nowhere.toml",)),
        (("show", "nobody"), ("nobody",)),
        (("clear", "nobody", "loans"), ("nobody",)),
    ],
)
def test_a_wrong_argument_is_one_clear_line(comity, account, arguments, words):
    failed(comity("accounts", *(one.format(account) for one in arguments)), *words)


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"daily_volume = 0", ("daily_volume", "5000")), (b"\xff", ("UTF-8",)), (b"x" * (1 << 20) + b"x", ("1 MB",))],
)
def test_a_declaration_that_is_wrong_is_one_clear_line_and_keeps_nothing(comity, account, tmp_path, content, words):
    file = tmp_path / "use.toml"
    file.write_bytes(content)
    failed(comity("accounts", "declare", account, file), *words)
    assert record(comity, account)["use_case"] is None
