"""Pages in Debian's Chromium, offline, with whatever the browser complains about as a failure."""

import os
import shutil
from functools import partial

import pytest

from tests.browser.pictures import picture_of_code
from tests.browser.visitor import DESKTOP, PHONE, Visitor

# Playwright's own loop runs in this thread; the tests' database calls between two clicks are synchronous and safe.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


def pytest_addoption(parser):
    parser.addoption("--screenshots", action="store_true", help="take the README's pictures anew (make screenshots)")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.fail("Browser tests need Debian's browser: apt-get install chromium")
    offline = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1"
    return {**browser_type_launch_args, "executable_path": path, "args": ["--no-sandbox", "--disable-gpu", offline]}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return {**browser_context_args, "locale": "fr-FR", "timezone_id": "Europe/Paris", "reduced_motion": "reduce"}


@pytest.fixture
def open_browser(new_context):
    """`open_browser(base, viewport=PHONE, …)`: another person at a browser of their own."""
    visitors = []

    def make(base: str, **options) -> Visitor:
        visitors.append(Visitor(new_context(**{"viewport": DESKTOP, **options}), base))
        return visitors[-1]

    yield make
    assert [complaint for visitor in visitors for complaint in visitor.complaints] == []


@pytest.fixture
def visitor_at(open_browser, live_server):
    """`visitor_at(**options)`: a person at the pages of this test's own rows."""
    return partial(open_browser, live_server.url)


@pytest.fixture
def phone_with_camera(launch_browser, browser_type_launch_args, browser_context_args, live_server, tmp_path):
    """`phone_with_camera(code)`: a phone before whose camera the picture of a code is held (a film of one picture)."""
    phones = []

    def make(code: str) -> Visitor:
        film = tmp_path / "camera.mjpeg"
        film.write_bytes(picture_of_code(code) * 3)
        camera = [
            "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream", f"--use-file-for-fake-video-capture={film}",
        ]  # fmt: skip
        browser = launch_browser(args=[*browser_type_launch_args["args"], *camera])
        context = browser.new_context(**{**browser_context_args, "viewport": PHONE})
        phones.append((browser, Visitor(context, live_server.url)))
        return phones[-1][1]

    yield make
    for browser, _phone in phones:
        browser.close()
    assert [complaint for _browser, phone in phones for complaint in phone.complaints] == []
