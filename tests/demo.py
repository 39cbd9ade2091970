"""The demo clubs as test data: loaded once, in a transaction that is rolled back."""

from collections.abc import Iterator

from django.core.management import call_command
from django.db import transaction

from members.models import Person


def loaded_demo(django_db_blocker) -> Iterator[None]:
    """The demo data while a fixture lasts; each test sees it whole, whatever the others did."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_demo", verbosity=0)
        yield
        transaction.set_rollback(True)


def demo_person(name: str) -> Person:
    return Person.objects.get(email=f"{name}@demo.example")
