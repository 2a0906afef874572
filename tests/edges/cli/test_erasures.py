"""The command that rids files of erased numbers, as an operator types it."""


def test_with_nothing_erased_there_is_nothing_to_do_and_with_something_each_table_is_told(comity, account):
    comity("erasures", "finish")
    nothing = comity("erasures", "finish")
    assert (nothing.status, nothing.out) == (0, "Nothing was erased since the last time.\n")
    assert comity("erase", "+32 470 00 99 11", "--account", account).status == 0
    done = comity("erasures", "finish", "--wait-seconds", 30, "--json")
    assert done.status == 0, done.out
    assert done.json["undone"] == []
    assert {"consent_requests", "pg_catalog.pg_statistic"} <= {one["table"] for one in done.json["tables"]}
    assert done.json["wal_file"]
    assert comity("erasures", "finish", "--json").json is None
