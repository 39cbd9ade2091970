import pytest

from members.labels import KNOWN_LABELS, load_labels
from members.models import Label


@pytest.mark.django_db
def test_labels_are_loaded_once():
    Label.objects.create(name="RSEi")
    assert load_labels() == len(KNOWN_LABELS) - 1
    assert load_labels() == 0
    assert Label.objects.count() == len(set(KNOWN_LABELS))
