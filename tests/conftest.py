import hypothesis
import pytest
from django.core.cache import caches
from django.test import override_settings

from core.messages import catalogues
from tests.flushing import let_flush_empty_kept_tables
from tests.strictness import forbid_network

# Examples that touch a database take their time; a failure prints how to see it again.
hypothesis.settings.register_profile("house", deadline=None, max_examples=50, print_blob=True)
hypothesis.settings.load_profile("house")


def pytest_addoption(parser):
    parser.addoption("--write-access", action="store_true", help="write tests/house/access.txt anew (see test_access)")


def pytest_configure():
    for catalogue in catalogues():  # a test reads the translations of today
        catalogue.compile()


@pytest.fixture(scope="session", autouse=True)
def _this_machine_only():
    with pytest.MonkeyPatch.context() as monkeypatch:
        forbid_network(monkeypatch)
        let_flush_empty_kept_tables(monkeypatch)
        yield


@pytest.fixture(scope="session", autouse=True)
def _uploads_leave_no_trace(tmp_path_factory):
    with override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media")):
        yield


@pytest.fixture(autouse=True)
def _rate_limits_start_anew():
    """Limits on sign-in are counted in the cache, which outlives a test; so do shared pages."""
    for one in caches.all():
        one.clear()
