"""The pages that everybody meets first."""

import pytest
from django.urls import reverse

OPEN_PAGES = ["front_page", "account_login", "account_signup", "account_reset_password"]


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("name", OPEN_PAGES)
def test_open_page_is_accessible_and_fits_the_screen(page, live_server, barriers, name, width):
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(live_server.url + reverse(name))
    assert page.locator("h1").count() == 1
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
