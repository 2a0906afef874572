import pytest
from hypothesis import given
from hypothesis.strategies import sampled_from

from comity.policy.files import default_policy
from comity.screening.judging import MISS, Hit
from comity.screening.rules.link_executable import RULE
from support.judging import a_message, ask

SETTINGS = default_policy().document.rules["link-executable"].settings
ENDINGS = SETTINGS["endings"]


def judged(text):
    return ask(RULE, a_message(text=text), **SETTINGS)


@pytest.mark.parametrize(
    "link",
    [
        "https://acme.example/app.apk",
        "https://acme.example/APP.Apk",
        "https://acme.example/app.apk?x=1#y",
        "https://acme.example/app.apk/",
        "https://acme.example/app.apk/download",
        "https://acme.example/app%2Eapk",
        "https://acme.example/app%252Eapk",
        "https://acme.example/invoice.pdf.exe",
        "https://acme.example/get?file=app.apk",
        "https://acme.example/get?x=1&name=a/b/app.apk",
        "https://acme.example/get?url=https%3A%2F%2Fb.example%2Fapp.apk",
        "https://acme.example/#app.apk",
        "https://acme.example/app.apk%20",
        "https://acme.example/app.apk;v=2",
        "acme.example/setup.exe",
        "https://acme.example/x.js",
        "data:text/html;base64,PGI+aGk8L2I+",
        "javascript:alert(1)",
        "itms-services://?action=download-manifest&url=https://acme.example/m.plist",
        "ms-appinstaller:?source=https://acme.example/m",
        "intent://acme.example/x#Intent;type=application/vnd.android.package-archive;end",
        "intent://acme.example/x#Intent;S.browser_fallback_url=https%3A%2F%2Facme.example%2Fa.apk;end",
    ],
)
def test_what_installs_or_runs_is_found(link):
    assert isinstance(judged(f"See {link} now"), Hit)


@pytest.mark.parametrize(
    "link",
    [
        "https://play.google.com/store/apps/details?id=example.acme",
        "https://apps.apple.com/app/acme/id4711",
        "market://details?id=example.acme",
        "https://acme.example/invoice.pdf",
        "https://acme.example/photos.zip",
        "https://acme.example/apk",
        "https://acme.example/.exe",
        "https://acme.example/next.js/guide",
        "https://acme.example/?v=app.js",
        "https://apk.example/",
        "https://acme.exe.example/",
        "https://acme.example/",
        "https://acme.example",
        "https://acme.example/exercise",
        "mailto:a@acme.example",
        "tel:+3225550123",
    ],
)
def test_a_page_to_read_passes(link):
    assert judged(f"See {link} now") is MISS


@pytest.mark.parametrize("text", ["setup.exe is old", "no link", "our data: 12 GB", "Data: see the app"])
def test_a_text_without_a_link_passes(text):
    assert judged(text) is MISS


@given(sampled_from(ENDINGS), sampled_from(["/{0}", "/a/{0}?b=c", "/?f={0}", "/?u=x%2F{0}", "/{0}/get"]))
def test_every_ending_counts_wherever_it_stands(ending, path):
    assert isinstance(judged("See https://acme.example" + path.format(f"a.{ending}")), Hit)


@pytest.mark.parametrize("ending", [".exe", "EXE", "tar.gz", ""])
def test_an_ending_that_is_none_is_turned_down(ending):
    with pytest.raises(ValueError, match="no ending"):
        ask(RULE, endings=[ending])


def test_app_stores_endings_are_no_ones_domain():
    assert not {"com", "app", "zip", "one"} & set(ENDINGS)
