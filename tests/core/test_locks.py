import pytest
from django.db import transaction

from core.locks import lock_row
from members.models import Club
from tests.factories import ClubFactory


@pytest.mark.django_db(transaction=True)
def test_lock_needs_a_transaction():
    club = ClubFactory()
    with pytest.raises(transaction.TransactionManagementError):
        lock_row(Club.objects.all(), club.pk)


@pytest.mark.django_db
def test_lock_gives_the_fresh_row():
    club = ClubFactory(name="Before")
    Club.objects.filter(pk=club.pk).update(name="After")
    with transaction.atomic():
        assert lock_row(Club.objects.all(), club.pk).name == "After"


@pytest.mark.django_db
def test_lock_of_a_row_that_is_gone_says_so():
    with transaction.atomic(), pytest.raises(Club.DoesNotExist):
        lock_row(Club.objects.all(), 0)


@pytest.mark.django_db
def test_lock_reads_what_the_question_brings_along(django_assert_num_queries):
    club = ClubFactory()
    plain = lock_row(Club.objects.all(), club.pk)
    lock_row(Club.objects.all(), club.pk)
    brought = lock_row(Club.objects.prefetch_related("plans"), club.pk)
    assert plain == brought == club and "plans" in brought._prefetched_objects_cache
    with pytest.raises(Club.DoesNotExist):
        lock_row(Club.objects.filter(name="x"), club.pk)
    with pytest.raises(Club.DoesNotExist):
        lock_row(Club.objects.all(), 0)
