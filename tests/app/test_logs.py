import json

import pytest
import structlog

from comity.app.logs import report_to, set_up_logs

SECRET = "quixotic umbrella"


@pytest.fixture(autouse=True)
def _as_before():
    yield
    structlog.contextvars.clear_contextvars()
    structlog.reset_defaults()


def logged(capsys):
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_an_event_is_one_line_of_json_with_its_time_and_process(capsys):
    set_up_logs("api")
    structlog.get_logger().info("thing.happened", count=3)
    (line,) = logged(capsys)
    assert (line["event"], line["count"], line["process"], line["level"]) == ("thing.happened", 3, "api", "info")
    assert line["timestamp"].endswith("Z")


@pytest.mark.parametrize("field", ["text", "message", "password", "secret", "client_secret", "short_message", "body"])
def test_what_must_not_be_logged_is_dropped_even_when_somebody_tries(capsys, field):
    set_up_logs("api")
    structlog.get_logger().error("x", **{field: SECRET})
    (line,) = logged(capsys)
    assert line[field] == "(not logged)"


@pytest.mark.parametrize(("level", "shown"), [("debug", 2), ("INFO", 1), ("error", 0), ("nonsense", 1)])
def test_how_much_is_logged_is_chosen(capsys, monkeypatch, level, shown):
    monkeypatch.setenv("COMITY_LOG_LEVEL", level)
    set_up_logs("api")
    structlog.get_logger().debug("x")
    structlog.get_logger().info("x")
    assert len(logged(capsys)) == shown


def test_an_error_is_logged_by_kind_and_place_never_by_its_words(capsys):
    set_up_logs("api")
    with pytest.raises(ValueError, match=SECRET) as caught:
        raise ValueError(SECRET)
    report_to("accept.failed")(caught.value)
    err = capsys.readouterr().err
    assert SECRET not in err
    line = json.loads(err)
    assert (line["event"], line["error"]) == ("accept.failed", "ValueError")
    assert line["where"][-1].startswith(__name__)
