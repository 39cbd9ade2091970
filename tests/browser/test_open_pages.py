"""The pages that everybody meets first."""

import pytest
from django.urls import reverse

from tests.browser.visitor import DESKTOP, PHONE

OPEN_PAGES = ["front_page", "account_login", "account_signup", "account_reset_password"]


@pytest.mark.parametrize("name", OPEN_PAGES)
def test_open_page_is_accessible_and_fits_the_screen(visitor_at, name):
    for viewport in (PHONE, DESKTOP):
        visitor_at(viewport=viewport).open(reverse(name))
