"""Pages in Debian's Chromium, offline, with whatever the browser complains about as a failure."""

import os
import shutil

import pytest
from axe_playwright_python.sync_playwright import Axe

# Playwright's own loop runs in this thread; the tests' database calls between two clicks are synchronous and safe.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.fail("Browser tests need Debian's browser: apt-get install chromium")
    return {**browser_type_launch_args, "executable_path": path, "args": ["--no-sandbox", "--disable-gpu"]}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return {**browser_context_args, "locale": "fr-FR", "timezone_id": "Europe/Paris", "reduced_motion": "reduce"}


@pytest.fixture
def page(page, live_server):
    """A page that may reach the live server only, and fails its test on any error in the console (the CSP's too)."""
    complaints = []
    page.route(lambda address: not address.startswith(live_server.url), lambda route: route.abort())
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("requestfailed", lambda request: complaints.append(f"{request.url}: {request.failure}"))
    page.set_default_timeout(10_000)
    yield page
    assert complaints == []


@pytest.fixture
def barriers():
    """`barriers(page)` lists what axe finds against WCAG 2.2 AA on the page as it stands."""

    def find(page):
        found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
        return [
            f"{fault['id']}: {fault['help']}: {[node['html'] for node in fault['nodes']][:3]}"
            for fault in found.response["violations"]
        ]

    return find
