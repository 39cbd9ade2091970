"""The product's own settings, made stricter than production and quick. DATABASE_URL chooses the database server."""

import os
import tempfile

os.environ["CLUB_ENV"] = "test"

from clubsite.settings import *  # noqa: E402, F403
from clubsite.settings import DATABASES, INSTALLED_APPS, MIDDLEWARE, STORAGES, TEMPLATES  # noqa: E402
from tests.strictness import UnknownVariable  # noqa: E402

# More than one query for the same related rows within one request is an error.
INSTALLED_APPS = [*INSTALLED_APPS, "zeal"]
MIDDLEWARE = ["zeal.middleware.zeal_middleware", *MIDDLEWARE]
ZEAL_RAISE = True
ZEAL_ALLOWLIST = [
    {"model": "account.*"}, {"model": "sessions.*"},  # signing in reads these rows twice, not one by one
    {"model": "core.Letter*"},  # each is sent by a task of its own, which in the tests runs within the request
]  # fmt: skip

TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = UnknownVariable()
TEMPLATES[0]["OPTIONS"]["debug"] = True  # a broken template names its line
WHITENOISE_AUTOREFRESH = True  # look for a file when it is asked for, not for all of them with every test's client
WHITENOISE_MAX_AGE = 60  # as it is without
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file, as in the demo, so that threads meet as they do there; one per process, so that two runs never meet.
    DATABASES["default"]["TEST"] = {"NAME": os.path.join(tempfile.gettempdir(), f"club-test-{os.getpid()}.sqlite3")}
    DATABASES["default"]["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"

# Kept in memory: nothing is left behind.
STORAGES["private"] = {"BACKEND": "django.core.files.storage.InMemoryStorage"}

# Tests write rows without the actions' history lines and read pages at once; tests/core/test_shared_pages.py switches it on.
SHARED_PAGES_SECONDS = 0
