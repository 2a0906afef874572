"""Who let whom work at the desk, as an operator reads it."""


def test_who_let_whom_in_or_out_is_listed_the_newest_first(comity, name):
    assert comity("staff", "add", name, "--role", "senior", "--by", "Olga").status == 0
    assert comity("staff", "remove", name, "--by", "Omar").status == 0
    told = [row for row in comity("staff", "history", "--json").json if row["person"] == name]
    assert [(row["event"], row["role"], row["by"]) for row in told] == [
        ("remove", "senior", "Omar"),
        ("add", "senior", "Olga"),
    ]


def test_whoever_is_not_there_cannot_be_removed(comity):
    ran = comity("staff", "remove", "Nobody")
    assert (ran.status, ran.err) == (1, "comity: Nobody named Nobody works at the desk. See `comity staff list`.\n")
