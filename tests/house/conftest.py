"""The demo clubs, loaded once for all the house rules, a thing of every kind among them, and a visit to every address."""

from types import SimpleNamespace
from unittest.mock import patch

import pytest
from django.db import transaction
from django.template import Template

from tests.demo import loaded_demo
from tests.house.things import make_things
from tests.house.visiting import log, visit_all


@pytest.fixture(scope="package", autouse=True)
def _templates_are_not_noted(django_test_environment):
    """No rule asks what a page was made of; to note it for every icon takes a tenth of the time."""
    with patch.object(Template, "_render", lambda template, context: template.nodelist.render(context)):
        yield


@pytest.fixture(scope="package")
def demo(django_db_setup, django_db_blocker):
    """The demo data, for this folder only: nothing here may commit, what comes before and after finds an empty database."""
    yield from loaded_demo(django_db_blocker)


@pytest.fixture(scope="package")
def things(demo, django_db_blocker):
    """One of every noun, for addresses that need one (see `tests/house/things.py`)."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_things()
        transaction.set_rollback(True)


@pytest.fixture(scope="package")
def visited(things, django_db_blocker) -> SimpleNamespace:
    """`answers`: every address asked by every role; `log`: what was logged meanwhile."""
    with django_db_blocker.unblock(), transaction.atomic(), log() as lines:
        answers = list(visit_all(things))
        transaction.set_rollback(True)
    return SimpleNamespace(answers=answers, log=lines)
