"""The living page shows every component, and what it shows is accessible by construction."""

import re

import pytest
from django.conf import settings
from django.template.loader import get_template
from django.urls import reverse

COMPONENTS = sorted(
    path.stem for path in (settings.BASE_DIR / "templates" / "components").glob("*.html") if path.stem[0] != "_"
)
SHOWN_ELSEWHERE = {"error_page", "back_link", "map", "map_head", "map_scripts"}  # each has a page of its own


@pytest.fixture
def living(client, db):
    return client.get(reverse("components")).content.decode()


def test_living_page_shows_every_component():
    source = (settings.BASE_DIR / "templates" / "clubsite" / "components.html").read_text()
    missing = [name for name in COMPONENTS if f'"components/{name}.html"' not in source]
    assert set(missing) <= SHOWN_ELSEWHERE


def test_ids_are_unique(living):
    ids = re.findall(r'\sid="([^"]+)"', living)
    assert sorted(ids) == sorted(set(ids))


def test_errors_of_a_form_are_listed_with_links_to_their_fields(living):
    summary = living[living.index("error-summary") :]
    targets = re.findall(r'<a href="#([^"]+)"', summary[: summary.index("</ul>")])
    assert targets
    assert [target for target in targets if f'id="{target}"' not in living] == []


def test_dialogs_open_without_javascript(living):
    openers = re.findall(r'popovertarget="([^"]+)" data-dialog="([^"]+)"', living)
    assert openers
    assert all(
        target == dialog and f'<dialog class="dialog" popover id="{target}"' in living for target, dialog in openers
    )


def test_page_has_one_title(living):
    assert living.count("<h1") == 1


def test_hidden_values_are_sent_without_separators(rf):
    template = get_template("components/post_button.html")
    html = template.render({"action": "/", "label": "Go", "name": "organisation", "value": 12345}, rf.get("/"))
    assert 'name="organisation" value="12345"' in html
