import gc

import hypothesis
import pytest
from django.core.cache import caches
from django.test import override_settings
from xdist.scheduler import LoadScopeScheduling

from core.messages import catalogues
from tests.flushing import let_flush_empty_kept_tables
from tests.strictness import forbid_network, let_zeal_know_single_rows

# Examples that touch a database take their time; a failure prints how to see it again.
hypothesis.settings.register_profile("house", deadline=None, max_examples=50, print_blob=True)
hypothesis.settings.load_profile("house")

LONG = ("tests/house/", "tests/chaos/", "tests/crowd/", "tests/events/test_any_payment.py", "tests/memberships/")


def pytest_addoption(parser):
    parser.addoption("--write-access", action="store_true", help="write tests/house/access.txt anew (see test_access)")


def pytest_configure(config):
    if not hasattr(config, "workerinput"):  # once for all processes of a run
        for catalogue in catalogues():  # a test reads the translations of today
            catalogue.compile()


class ByFile(LoadScopeScheduling):
    """Gives every process whole files, so that what a file's tests share is made once; the house rules share the demo."""

    def _split_scope(self, nodeid):
        path = nodeid.partition("::")[0]
        return "tests/house" if path.startswith("tests/house/") else path


def pytest_xdist_make_scheduler(config, log):
    config.option.loadscopereorder = False  # in the order below
    return ByFile(config, log)


def pytest_make_parametrize_id(val, argname):
    """A test is called alike in every process, although each makes its own files: such tests are numbered."""
    return argname if isinstance(val, bytes) else None


def pytest_collection_modifyitems(items):
    """What takes longest begins first, so that no process works on alone at the end."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))


def pytest_collection_finish():
    gc.freeze()  # what is imported stays: looking through it for rubbish again and again takes a tenth of the time


@pytest.fixture(scope="session", autouse=True)
def _this_machine_only():
    with pytest.MonkeyPatch.context() as monkeypatch:
        forbid_network(monkeypatch)
        let_zeal_know_single_rows(monkeypatch)
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
