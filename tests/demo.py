"""The demo clubs as test data: loaded once for a module, in a transaction that is rolled back."""

import pytest
from django.core.management import call_command
from django.db import transaction

from members.models import Person


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    """The demo data; each test of the module sees it whole, whatever the others did."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_demo", verbosity=0)
        yield
        transaction.set_rollback(True)


def demo_person(name: str) -> Person:
    return Person.objects.get(email=f"{name}@demo.example")
