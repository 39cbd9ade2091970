import pytest

from tests.introductions.factories import pair_of


@pytest.fixture
def pair(db):
    return pair_of()
