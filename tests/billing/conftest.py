import pytest

from tests.billing.factories import SellerFactory
from tests.billing.noted import buyer_of, sell_things


@pytest.fixture
def thing(monkeypatch):
    return sell_things(monkeypatch)


@pytest.fixture
def club(db):
    return SellerFactory(takes_cash=True).club


@pytest.fixture
def buyer(club):
    """(organisation, its manager)"""
    return buyer_of(club)
