"""`comity check`: a line in, a verdict out, in order, however many there are and however they come."""

import asyncio
import json
import sys
from pathlib import Path

import pytest

COMITY = Path(sys.executable).with_name("comity")
EMERGENCY = {"id": "e", "text": "Smoke in hall 3", "to": "112"}
PLAIN = {"id": "p", "text": "Your parcel arrives at 14:00.", "to": "+32470123456", "sender": "Acme"}


async def comity_check(lines, *options, code=0):
    process = await asyncio.create_subprocess_exec(
        COMITY, "check", *options,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await process.communicate(lines)
    assert process.returncode == code, err
    return out.decode(), err.decode()


def jsonl(*cases):
    return "".join(json.dumps(case) + "\n" for case in cases).encode()


async def verdicts(*cases, options=()):
    out, _ = await comity_check(jsonl(*cases), *options)
    return [json.loads(line) for line in out.splitlines()]


async def test_each_message_gets_a_verdict_on_its_own_line_in_order():
    first, second = await verdicts(EMERGENCY, PLAIN)
    assert (first["id"], first["action"]) == ("e", "refuse")
    assert (second["id"], second["action"], second["findings"]) == ("p", "allow", [])


async def test_a_finding_says_rule_clauses_action_score_and_evidence():
    (verdict,) = await verdicts(EMERGENCY)
    finding = verdict["findings"][0]
    assert finding["rule"] == "emergency-destination"
    assert finding["clauses"] == ["U18", "P2"]
    assert finding["action"] == "refuse"
    assert finding["score"] == 1.0
    assert finding["evidence"][0]["observed"] == "112"
    assert finding["why"]
    assert finding["remedy"]


@pytest.mark.parametrize("jobs", ["1", "2"])
async def test_thousands_of_lines_keep_their_order_over_all_processes(jobs):
    cases = [{**(EMERGENCY if n % 7 == 0 else PLAIN), "id": n} for n in range(2_345)]
    answers = await verdicts(*cases, options=("--jobs", jobs))
    assert [answer["id"] for answer in answers] == list(range(2_345))
    assert [answer["action"] == "refuse" for answer in answers] == [n % 7 == 0 for n in range(2_345)]


async def test_who_writes_one_message_and_waits_gets_its_verdict():
    process = await asyncio.create_subprocess_exec(
        COMITY, "check", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    for case in (EMERGENCY, PLAIN):
        process.stdin.write(jsonl(case))
        await process.stdin.drain()
        line = await asyncio.wait_for(process.stdout.readline(), 60)
        assert json.loads(line)["id"] == case["id"]
    process.stdin.close()
    assert await process.wait() == 0


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        (b"nope", "not JSON"),
        (b"[1]", "not a JSON object"),
        (b'{"id": 1}', "The message lacks 'text'. Add text."),
        (b'{"id": 1, "text": "x", "category": "spam"}', "spam"),
        (b'{"id": 1, "text": "x", "at": "noon"}', "at must be a date and time with its offset from UTC"),
        (b'{"id": 1, "text": "x", "at": "2026-11-24T23:00:00"}', "at lacks its offset from UTC. Write it like 2026-"),
        (b'{"id": 1, "text": 5}', "text must be text, not a whole number. Write it in quotes."),
        (b"[" * 2_000, "nested too deep"),
        (b'{"id": ' + b"[" * 2_000, "nested too deep"),
        (b'\xff{"text": "x"}', "not JSON"),
    ],
)
async def test_a_line_that_holds_no_message_says_what_is_wrong_and_the_others_go_on(line, wrong):
    out, _ = await comity_check(line + b"\n" + jsonl(PLAIN))
    bad, good = [json.loads(written) for written in out.splitlines()]
    assert bad["error"].startswith("line 1: ")
    assert wrong in bad["error"]
    assert good["id"] == "p"


async def test_what_is_not_known_is_left_open():
    (verdict,) = await verdicts({"id": 1, "text": "Hello there", "to": None, "sender": None})
    assert verdict["action"] == "allow"
    assert "sender-not-granted" in verdict["abstained"]


async def test_numbers_may_come_as_numbers_and_categories_in_any_case():
    (verdict,) = await verdicts({"text": "Hello", "to": 32470123456, "category": "OTP", "at": "2026-03-04T12:00:00Z"})
    assert verdict["id"] is None
    assert verdict["action"] == "allow"


async def test_a_file_may_be_csv(tmp_path):
    file = tmp_path / "campaign.csv"
    file.write_text('id,text,to,sender,more\n7,"Hello, you",+32470123456,Acme,x\n8,Smoke,112,,\n')
    out, _ = await comity_check(b"", str(file))
    assert [(v["id"], v["action"]) for v in map(json.loads, out.splitlines())] == [("7", "allow"), ("8", "refuse")]


@pytest.mark.parametrize("delimiter", [";", "\t"])
async def test_csv_as_spreadsheets_write_it_is_read_too(tmp_path, delimiter):
    file = tmp_path / "campaign.csv"
    file.write_text(f"id{delimiter}text\n7{delimiter}Hello, you\n", encoding="utf-8-sig")
    out, _ = await comity_check(b"", str(file))
    assert json.loads(out)["id"] == "7"


async def test_a_file_without_a_text_column_is_one_clear_error(tmp_path):
    file = tmp_path / "campaign.csv"
    file.write_text("message,number\nHello,32470123456\n")
    _, err = await comity_check(b"", str(file), code=1)
    assert err.count("\n") == 1
    assert "column named text" in err


async def test_a_file_that_is_not_there_is_one_clear_error(tmp_path):
    _, err = await comity_check(b"", str(tmp_path / "none.jsonl"), code=1)
    assert "No such file" in err


async def test_a_summary_says_what_would_become_of_a_campaign_and_how_to_mend_it():
    out, _ = await comity_check(jsonl(EMERGENCY, PLAIN, EMERGENCY, {"no": "text"}), "--summary")
    assert "3 messages were checked" in out
    assert "1 would go" in out
    assert "2 would be refused" in out
    assert "1 line holds no message:\n            line 4: The message lacks 'text'" in out
    assert "Emergency number (emergency-destination), line 1, 3\n" in out
    assert "to mend it:" in out


NIGHT_OFFER = {
    "id": "n",
    "text": "Acme: 20% off all shoes until Friday! STOP to 8850.",
    "to": "+32470123456",
    "sender": "Acme",
    "category": "promotional",
    "at": "2026-11-24T23:00:00+01:00",
}


async def test_a_finding_beside_a_stronger_one_is_not_counted_as_what_becomes_of_the_message():
    elsewhere = {**NIGHT_OFFER, "to": "+33612345678"}
    refused = {**NIGHT_OFFER, "text": "Acme: 20% off, only today: http://192.168.10.20/a.apk STOP to 8850"}
    out, _ = await comity_check(jsonl(NIGHT_OFFER, elsewhere, refused), "--summary")
    assert "2 would wait" in out
    assert "1 would be refused" in out
    found = out[out.index("Findings that let a message wait; a message may have several:") :]
    assert (
        "3  Outside the recipient's hours (quiet-hours), line 1, 2, 3; for 1 of them something stronger was found"
        in found
    )
    assert "why (for example): " in found


async def test_what_the_file_does_not_say_and_what_only_the_gateway_knows_are_told_apart():
    out, _ = await comity_check(jsonl({"text": "Hello"}, {**PLAIN, "at": "2026-03-04T12:00:00Z"}), "--summary")
    file, gateway = out.split("Not judged, because the file does not say:")[1].split("only the gateway knows")
    assert "1  A number that cannot send (sender-forged): the sender\n" in file
    assert "1  Number that is not for texts (destination-not-allowed): the recipient (to)\n" in file
    assert "sender-not-granted" not in file
    assert "2  Sender not granted (sender-not-granted)\n" in gateway
    assert "sender-forged" not in gateway


async def test_fields_that_nothing_reads_are_told(tmp_path):
    file = tmp_path / "campaign.csv"
    file.write_text("id,text,phone,from\n1,Hello,112,Acme\n")
    out, err = await comity_check(b"", str(file))
    assert json.loads(out)["action"] == "allow"
    assert err == "Not read: from, phone. Known are text, id, to, sender, category, at, account.\n"
    told, err = await comity_check(b"", str(file), "--summary")
    assert ("Not read: from, phone." in told, err) == (True, "")


async def test_what_no_door_takes_is_told_beside_the_verdict_of_the_rest():
    (verdict,) = await verdicts({"text": "Hello", "to": "0470123456", "sender": "0470"})
    assert [words.partition(":")[0] for words in verdict["unsendable"]] == [
        "A numeric sender must start with + and its country code.",
        "The recipient is not a valid number",
    ]
    out, _ = await comity_check(jsonl({"text": "Hello", "to": "0470123456"}), "--summary")
    assert "Judged by the rest, though no door takes them as they are written:\n  line 1: The recipient" in out


async def test_an_empty_cell_is_told_as_one(tmp_path):
    file = tmp_path / "campaign.csv"
    file.write_text("id,text\n1,\n")
    out, _ = await comity_check(b"", str(file))
    assert json.loads(out)["error"] == "line 2: The message lacks 'text'. Fill the column text."


async def test_a_quote_that_is_not_closed_is_one_clear_error(tmp_path):
    file = tmp_path / "campaign.csv"
    file.write_text('id,text\n1,"Hello\n' + "2,More\n" * 30_000)
    _, err = await comity_check(b"", str(file), code=1)
    assert err.count("\n") <= 2
    assert "is no CSV" in err


async def test_a_text_declared_promotional_has_a_score_too():
    offer, plain = await verdicts(NIGHT_OFFER, {**PLAIN, "category": "promotional"})
    assert (offer["scores"]["promotion"] > 0.5, plain["scores"]["promotion"] < 0.5) == (True, True)


async def test_verdicts_may_be_written_beside_the_summary(tmp_path):
    out, _ = await comity_check(jsonl(PLAIN), "--summary", "--output", str(tmp_path / "verdicts.jsonl"))
    assert "1 message was checked" in out
    assert json.loads((tmp_path / "verdicts.jsonl").read_text())["id"] == "p"


async def test_empty_lines_are_answered_by_nothing():
    out, _ = await comity_check(b"\n" + jsonl(PLAIN) + b"\n\n")
    assert len(out.splitlines()) == 1


async def test_nothing_in_is_nothing_out():
    assert await comity_check(b"") == ("", "")


async def test_a_policy_of_ones_own_may_judge(tmp_path):
    policy = tmp_path / "policy.toml"
    policy.write_text(
        'version = "mine"\ntitle = "Mine"\neffective = 2026-01-01\n[rules.emergency-destination]\naction = "hold"\n'
    )
    (verdict,) = await verdicts(EMERGENCY, options=("--policy", str(policy)))
    assert (verdict["action"], verdict["policy"]) == ("hold", "mine")


async def test_who_reads_only_the_first_lines_causes_no_trouble():
    lines = jsonl(*[PLAIN] * 3_000)
    process = await asyncio.create_subprocess_shell(
        f"{COMITY} check --jobs 1 | head -n 1",
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await process.communicate(lines)
    assert json.loads(out)["id"] == "p"
    assert err == b""


OFFER = "Acme: 20% off all shoes until Friday! STOP to 8850."


def test_with_an_account_the_gateways_own_data_count(comity, account, tmp_path):
    assert comity("senders", "grant", account, "Acme").status == 0
    lines = [
        {"id": 1, "text": "Acme: your order is ready.", "to": "+32470123456", "sender": "Acme"},
        {"id": 2, "text": OFFER, "to": "+32470123456", "sender": "Acme", "category": "promotional"},
        {"id": 3, "text": "Acme: your order is ready.", "to": "+32470123456", "sender": "Acme"},
        {"id": 4, "text": "Please pay.", "to": "+32470123457", "sender": "Rival"},
        {"id": 5, "text": "Hello", "to": "12", "sender": "Acme"},
        {"id": 6},
    ]
    file = tmp_path / "campaign.jsonl"
    file.write_bytes(jsonl(*lines))
    ran = comity("check", file, "--account", account)
    assert ran.status == 0, ran.err
    came = [json.loads(line) for line in ran.out.splitlines()]
    assert [one["id"] for one in came] == [1, 2, 3, 4, 5, 6]
    deciding = [{f["rule"] for f in one.get("findings", ())} for one in came]
    assert came[0]["action"] == "allow"
    assert (came[0]["parts"], came[0]["credits"]) == (1, 1.0)
    assert "promotion-without-consent" in deciding[1]
    assert "repeated-text" in deciding[2]
    assert "sender-not-granted" in deciding[3]
    assert "not a valid number" in came[4]["error"]
    assert "text" in came[5]["error"]
    again = [json.loads(line) for line in comity("check", file, "--account", account).out.splitlines()]
    # Nothing was written: the second look sees what the first saw.
    assert [one.get("action") for one in again] == [one.get("action") for one in came]


@pytest.mark.parametrize(
    ("messages", "words"), [(11, "11 credits, more than the 10 that the account holds"), (2, "2 credits")]
)
def test_what_a_campaign_costs_is_told_though_the_account_could_not_pay_it(comity, account, tmp_path, messages, words):
    file = tmp_path / "campaign.jsonl"
    case = {"text": "Hello", "to": "+32470123456", "sender": "Acme"}
    file.write_bytes(jsonl(*[{**case, "text": f"Hello {n}"} for n in range(messages)]))
    assert comity("senders", "grant", account, "Acme").status == 0
    ran = comity("check", file, "--account", account, "--summary")
    assert ran.status == 0
    assert f"They would cost {words}.\n" in ran.out


def test_an_account_is_judged_by_the_policy_in_force(comity, account, tmp_path):
    ran = comity("check", "--account", account, "--policy", tmp_path)
    assert (ran.status, "leave out --policy" in ran.err) == (1, True)


def test_an_account_that_is_not_there_is_one_clear_error(comity, tmp_path):
    file = tmp_path / "campaign.jsonl"
    file.write_bytes(jsonl(PLAIN))
    ran = comity("check", file, "--account", "nobody at all")
    assert ran.status == 1
    assert "nobody at all" in ran.err
