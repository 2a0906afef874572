import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.base.errors import SettingsError
from comity.edges.mail.settings import Smtp, read_smtp

FROM = "from=notices@operator.example"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (f"smtp://mail.example?{FROM}", Smtp("mail.example", 587, "notices@operator.example")),
        (
            f"smtp://ann:p%40ss%2F@mail.example:2525?{FROM}",
            Smtp("mail.example", 2525, "notices@operator.example", "ann", "p@ss/"),
        ),
        (
            f"smtps://mail.example?{FROM}",
            Smtp("mail.example", 465, "notices@operator.example", implicit_tls=True, starttls=False),
        ),
        (f"smtp://127.0.0.1:25?{FROM}&starttls=no", Smtp("127.0.0.1", 25, "notices@operator.example", starttls=False)),
        (
            f"smtp://ann:pass@localhost:25?{FROM}&starttls=no",
            Smtp("localhost", 25, "notices@operator.example", "ann", "pass", starttls=False),
        ),
        (
            f"smtp://m.example?{FROM}&ca=/etc/ca.pem",
            Smtp("m.example", 587, "notices@operator.example", ca="/etc/ca.pem"),
        ),
    ],
)
def test_a_mail_server_is_read_from_its_url(written, read):
    assert read_smtp(written) == read


@pytest.mark.parametrize(
    "written",
    [
        "mail.example",
        f"http://mail.example?{FROM}",
        f"smtp://?{FROM}",
        f"smtp://mail.example:port?{FROM}",
        "smtp://mail.example",
        "smtp://mail.example?from=nobody",
        "smtp://mail.example?from=a@b.example%0d%0aBcc:c@d.example",
        f"smtp://mail.example?{FROM}&starttls=perhaps",
        f"smtp://mail.example?{FROM}&unknown=1",
        f"smtp://mail.example/path?{FROM}",
        f"smtp://ann:secret@mail.example?{FROM}&starttls=no",
    ],
)
def test_what_is_no_mail_server_is_refused_without_quoting_it(written):
    with pytest.raises(SettingsError) as refused:
        read_smtp(written)
    assert "secret" not in str(refused.value)


@given(st.text())
def test_any_text_is_read_or_refused(written):
    with contextlib.suppress(SettingsError):
        read_smtp(written)


def test_a_password_is_not_shown():
    assert "secret" not in repr(read_smtp(f"smtp://ann:secret@mail.example?{FROM}"))
