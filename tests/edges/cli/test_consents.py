"""Opt-ins from a file: read as a stream, wrong lines reported, the good ones kept."""

import csv

import pytest

from comity.consent.records import COLUMNS

GOOD = ["+32470000000", "Shop", "offers", "Yes, text me.", "web form", "2026-03-01T12:30:00+01:00", "form 1"]


def written(file, rows, columns=COLUMNS, encoding="utf-8"):
    with file.open("w", encoding=encoding, newline="") as out:
        csv.writer(out).writerows([columns, *rows])
    return file


def number(n):
    return f"3247{n:07d}"


def test_good_lines_are_kept_and_wrong_ones_reported_with_their_place(comity, account, tmp_path):
    rows = [
        GOOD,
        ["nobody", *GOOD[1:]],
        [number(1), *GOOD[1:3], "Words,\nover two lines", *GOOD[4:]],
        [number(2), *GOOD[1:6], ""],
        [number(3), *GOOD[1:5], "2999-01-01", "x"],
        [number(4)],
        [number(5), *GOOD[1:], "one", "too many"],
    ]
    rejects = tmp_path / "rejects.txt"
    ran = comity("consents", "import", account, written(tmp_path / "c.csv", rows), "--rejects", rejects, "--json")
    assert ran.status == 0, ran.err
    assert (ran.json["imported"], ran.json["known"], ran.json["rejected"]) == (3, 0, 4)
    problems = ran.json["problems"]
    assert [problem.split(":")[0] for problem in problems] == ["line 3", "line 6", "line 7", "line 8"]
    assert [problem.split(": ")[1].split(" ")[0].strip(",") for problem in problems] == [
        "recipient",
        "proof",
        "at",
        "brand",
    ]
    assert rejects.read_text().splitlines() == problems


def test_what_is_known_already_is_counted_and_kept_as_it_was(comity, account, tmp_path):
    file = written(tmp_path / "c.csv", [GOOD, GOOD, [number(1), *GOOD[1:]]])
    first = comity("consents", "import", account, file, "--json").json
    assert (first["imported"], first["known"]) == (2, 1)
    again = comity("consents", "import", account, file, "--json").json
    assert (again["imported"], again["known"]) == (0, 3)


def test_a_file_from_a_spreadsheet_with_a_mark_at_its_start_is_read(comity, account, tmp_path):
    file = written(tmp_path / "c.csv", [GOOD], encoding="utf-8-sig")
    assert comity("consents", "import", account, file, "--json").json["imported"] == 1


def test_50_000_lines_are_read_as_a_stream(comity, account, tmp_path):
    file = written(tmp_path / "c.csv", ([number(n), *GOOD[1:]] for n in range(50_000)))
    ran = comity("consents", "import", account, file)
    assert ran.status == 0, ran.err
    assert ran.out == "Opt-ins recorded: 50000; known already: 0; lines rejected: 0.\n"


def test_of_many_wrong_lines_the_first_are_shown_and_all_are_written(comity, account, tmp_path):
    file = written(tmp_path / "c.csv", (["nobody", *GOOD[1:]] for _ in range(100)))
    rejects = tmp_path / "rejects.txt"
    ran = comity("consents", "import", account, file, "--rejects", rejects)
    assert ran.status == 0
    assert len(ran.out.splitlines()) == 21
    assert len(rejects.read_text().splitlines()) == 100


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "lacks"),
        (b"recipient,brand\n1,2\n", "purpose"),
        (b"\xff\xfe\x00", "cannot be read"),
        (b"recipient,brand,purpose,wording,channel,at,proof\n\xff,1,1,1,1,1,1\n", "cannot be read"),
        (b'recipient,brand,purpose,wording,channel,at,proof\n"' + b"x" * 200_000 + b'"\n', "cannot be read"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_clear_line(comity, account, tmp_path, content, word):
    file = tmp_path / "c.csv"
    file.write_bytes(content)
    ran = comity("consents", "import", account, file)
    assert ran.status == 1
    assert word in ran.err
    assert "Traceback" not in ran.err
    assert ran.out == ""


@pytest.mark.parametrize("missing", ["file", "account", "rejects"])
def test_what_is_not_there_is_said_so(comity, account, tmp_path, missing):
    file = written(tmp_path / "c.csv", [GOOD])
    arguments = {
        "file": (account, tmp_path / "none.csv"),
        "account": ("nobody", file),
        "rejects": (account, file, "--rejects", tmp_path / "no" / "folder"),
    }[missing]
    ran = comity("consents", "import", *arguments)
    assert ran.status == 1
    named = {"file": "none.csv", "account": "nobody", "rejects": "folder"}[missing]
    assert named in ran.err.splitlines()[-1]
