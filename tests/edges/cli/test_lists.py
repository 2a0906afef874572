"""Lists from files: every notation, one clear line for what is wrong, the list before kept when something is."""

import gzip

import pytest

from comity.base.errors import SettingsError
from comity.edges.cli.list_files import ListFile, Reading, read_keys

HOSTS = """\
# a hosts file
127.0.0.1 localhost
::1 localhost ip6-localhost ip6-loopback
0.0.0.0 0.0.0.0
0.0.0.0 bad.example  # seen today
0.0.0.0 one.example two.example
"""
PAGES = """\
! a filter list
https://bad.example/login.php?id=1
http://www.bad.example:8080/a%20b/
https://docs.platform.example/
||wide.example^
*.wild.example
http://198.51.100.7/x
BAD.Example.
b\u00fccher.example
"""


def written(tmp_path, content, name="list.txt"):
    file = tmp_path / name
    octets = content.encode() if isinstance(content, str) else content
    file.write_bytes(gzip.compress(octets) if name.endswith(".gz") else octets)
    return file


def keys_of(path, kind="links", country=None, most_wrong=0):
    return list(read_keys(ListFile(path, kind, country, most_wrong), Reading()))


@pytest.mark.parametrize(
    ("name", "content", "keys"),
    [
        pytest.param("a.txt", HOSTS, ["bad.example", "one.example", "two.example"], id="hosts file"),
        pytest.param("a.txt.gz", HOSTS, ["bad.example", "one.example", "two.example"], id="packed"),
        pytest.param(
            "a.txt",
            PAGES,
            [
                "bad.example/login.php?id=1",
                "bad.example/ab",
                "docs.platform.example/",
                "wide.example",
                "wild.example",
                "198.51.100.7/x",
                "bad.example",
                "xn--bcher-kva.example",
            ],
            id="hosts and addresses",
        ),
        pytest.param(
            "a.csv", 'url,seen\n"http://a.example/x,y",1\nb.example,2\n', ["a.example/x,y", "b.example"], id="csv"
        ),
        pytest.param("a.csv.gz", "host;x\nb.example,2\n", ["b.example"], id="packed csv"),
        pytest.param("a.txt", "\ufeffa.example\r\n\r\nb.example\r\n", ["a.example", "b.example"], id="from Windows"),
        pytest.param("a.txt", "a.example", ["a.example"], id="no line feed at the end"),
        pytest.param("a.txt", "", [], id="empty"),
    ],
)
def test_links_are_read_in_every_notation(tmp_path, name, content, keys):
    assert keys_of(written(tmp_path, content, name)) == keys


@pytest.mark.parametrize(
    ("country", "content", "keys"),
    [
        pytest.param(None, "+32470000000\n0032 470 00 00 01\n", ["32470000000", "32470000001"], id="international"),
        pytest.param(
            "BE", "0470 00 00 00\n+32470000001\n0470000002\n", ["32470000000", "32470000001", "32470000002"], id="BE"
        ),
        pytest.param(
            "US", "2025550123\n202,5550124\n(202) 555-0125\n", ["12025550123", "12025550124", "12025550125"], id="US"
        ),
        pytest.param("SG", "91234567\n", ["6591234567"], id="no trunk prefix"),
        pytest.param("IT", "3471234567\n0612345678\n", ["393471234567", "390612345678"], id="zeros that stay"),
    ],
)
def test_numbers_are_read_as_their_country_writes_them(tmp_path, country, content, keys):
    assert keys_of(written(tmp_path, content), "numbers", country) == keys


def test_numbers_come_from_a_csv_files_first_column_too(tmp_path):
    file = written(tmp_path, "number,since\n2025550123,2020-01-01\n202,5550124,2021\n", "dnc.csv")
    assert keys_of(file, "numbers", "US") == ["12025550123", "12025550124"]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        pytest.param("a.txt", "a.example\nno host\n", "line 2: it is neither", id="words"),
        pytest.param("a.txt", "a.example\n\nlocalhost\n", "line 3: its host is none", id="no dot"),
        pytest.param("a.txt", b"a.example\n\xff\n", "line 2 is not UTF-8", id="octets"),
        pytest.param("a.txt", "x" * 70_000, "line 1 is too long", id="endless line"),
        pytest.param("a.txt", gzip.compress(b"x"), "line 1 is not UTF-8", id="packed under another name"),
        pytest.param("none.txt", None, "cannot be read", id="not there"),
    ],
)
def test_a_broken_file_says_where_and_how_to_mend_it(tmp_path, name, content, words):
    path = tmp_path / name if content is None else written(tmp_path, content, name)
    with pytest.raises(SettingsError, match=words) as caught:
        keys_of(path)
    assert str(path) in str(caught.value)
    assert caught.value.remedy


def test_a_packed_file_that_ends_early_says_so(tmp_path):
    file = tmp_path / "a.txt.gz"
    file.write_bytes(gzip.compress(b"a.example\n" * 10_000)[:-20])
    with pytest.raises(SettingsError, match="cannot be read"):
        keys_of(file)


def test_what_is_said_of_a_number_does_not_hold_it(tmp_path):
    with pytest.raises(SettingsError) as caught:
        keys_of(written(tmp_path, "+3247000\n"), "numbers")
    assert "3247" not in str(caught.value)


def test_lines_that_cannot_be_read_are_left_out_up_to_a_bound(tmp_path):
    file = written(tmp_path, "a.example\nx y\nb.example\nz z\n")
    reading = Reading()
    assert list(read_keys(ListFile(file, "links", None, 2), reading)) == ["a.example", "b.example"]
    assert (reading.left_out, len(reading.problems), reading.octets) == (2, 2, file.stat().st_size)
    with pytest.raises(SettingsError, match="line 4"):
        keys_of(file, most_wrong=1)


def test_a_list_is_loaded_shown_replaced_and_removed(comity, tmp_path, name):
    file = written(tmp_path, HOSTS)
    ran = comity(
        "lists", "load", name, file, "--kind", "links", "--source", "https://feed.example", "--refresh-days", 7
    )
    assert ran.status == 0, ran.err
    assert ran.out == f"List {name} is in force: 3 entries of kind links.\n"
    first = comity("lists", "show", name, "--json").json
    assert (first["entries"], first["refresh_days"], first["source"]) == (3, 7, "https://feed.example")
    written(tmp_path, "a.example\n")
    assert comity("lists", "load", name, file, "--kind", "links", "--json").json["entries"] == 1
    (row,) = [row for row in comity("lists", "list", "--json").json if row["name"] == name]
    assert (row["entries"], row["kind"], row["overdue_days"]) == (1, "links", None)
    assert "digest: " in comity("lists", "show", name).out
    assert comity("lists", "remove", name).out == f"List {name} is removed.\n"
    assert comity("lists", "show", name).status == 1


def test_a_broken_file_leaves_the_list_before_it_in_force(comity, tmp_path, name):
    assert comity("lists", "load", name, written(tmp_path, "a.example\nb.example\n"), "--kind", "links").status == 0
    before = comity("lists", "show", name, "--json").json
    ran = comity("lists", "load", name, written(tmp_path, "c.example\n" * 30_000 + "no host\n"), "--kind", "links")
    assert ran.status == 1
    assert "line 30001" in ran.err
    assert "Traceback" not in ran.err
    assert comity("lists", "show", name, "--json").json == before
    comity("lists", "remove", name)


def test_a_registers_own_interval_is_taken_from_its_countrys_facts(comity, tmp_path, name):
    file = written(tmp_path, "2025550123\n")
    loaded = comity("lists", "load", name, file, "--kind", "numbers", "--country", "us", "--json").json
    assert (loaded["country"], loaded["refresh_days"]) == ("US", 31)
    comity("lists", "remove", name)


def loaded_again(comity, tmp_path, name, *options, kind="numbers", content="+12025550124\n"):
    ran = comity("lists", "load", name, written(tmp_path, content), "--kind", kind, *options, "--json")
    assert ran.status == 0, ran.err
    return tuple(ran.json[field] for field in ("country", "source", "refresh_days"))


def test_what_an_option_does_not_say_stays_as_it_was(comity, tmp_path, name):
    first = ("--country", "US", "--source", "https://feed.example", "--refresh-days", 7)
    assert loaded_again(comity, tmp_path, name, *first) == ("US", "https://feed.example", 7)
    for said, then in (
        ((), ("US", "https://feed.example", 7)),
        (("--source", "by post"), ("US", "by post", 7)),
        (("--refresh-days", 9), ("US", "by post", 9)),
        (("--country", "BE"), ("BE", "by post", 30)),
        (("--country", "US"), ("US", "by post", 31)),
        (("--refresh-days", 0, "--source", ""), ("US", "", None)),
        (("--country", ""), (None, "", None)),
    ):
        assert loaded_again(comity, tmp_path, name, *said) == then, said
    comity("lists", "remove", name)


def test_national_numbers_are_read_by_the_country_the_list_was_loaded_with(comity, tmp_path, name):
    loaded_again(comity, tmp_path, name, "--country", "US", content="2025550123\n")
    assert loaded_again(comity, tmp_path, name, content="2025550124\n")[0] == "US"
    comity("lists", "remove", name)


@pytest.mark.parametrize(
    ("content", "option", "words"),
    [
        pytest.param("", "--allow-empty", "holds no entry", id="empty"),
        pytest.param("# nothing\n", "--allow-empty", "holds no entry", id="comments alone"),
        pytest.param("a.example\n", "--allow-fewer", "1 of what were 120 entries", id="cut short"),
    ],
)
def test_what_looks_like_a_failed_download_leaves_the_list_before_in_force(
    comity, tmp_path, name, content, option, words
):
    full = "".join(f"{n}.example\n" for n in range(120))
    loaded_again(comity, tmp_path, name, kind="links", content=full)
    before = comity("lists", "show", name, "--json").json
    ran = comity("lists", "load", name, written(tmp_path, content), "--kind", "links")
    assert ran.status == 1
    assert words in ran.err
    assert f"stays in force. Fetch the file again, or give {option}" in ran.err
    assert comity("lists", "show", name, "--json").json == before
    loaded_again(comity, tmp_path, name, option, kind="links", content=content)
    comity("lists", "remove", name)


def test_a_list_does_not_become_one_of_another_kind(comity, tmp_path, name):
    loaded_again(comity, tmp_path, name)
    ran = comity("lists", "load", name, written(tmp_path, "a.example\n"), "--kind", "links")
    assert ran.status == 1
    assert f"The list {name} holds numbers." in ran.err
    comity("lists", "remove", name)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param(("--kind", "words"), "Use links, numbers or addresses", id="kind"),
        pytest.param(("--kind", "numbers", "--country", "Belgium"), "not a country", id="country"),
        pytest.param(
            ("--kind", "numbers", "--country", "QQ"), "no country with telephone numbers", id="no such country"
        ),
    ],
)
def test_what_cannot_be_meant_is_said_in_one_line(comity, tmp_path, name, arguments, words):
    ran = comity("lists", "load", name, written(tmp_path, "2025550123\n"), *arguments)
    assert ran.status == 1
    assert words in ran.err


def test_what_is_not_there_is_said_so(comity, tmp_path, name):
    assert "none.txt" in comity("lists", "load", name, tmp_path / "none.txt", "--kind", "links").err
    for command in ("show", "remove"):
        assert name in comity("lists", command, name).err
