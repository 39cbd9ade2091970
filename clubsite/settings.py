"""One settings module, fed by the environment (or a `.env` file beside `manage.py`).

`CLUB_ENV` is `production` (the default), `demo` or `test`. Production refuses to start on unsafe values;
`make setup` writes a `.env` for the demo, so that every command works at once after a clone.
"""

from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
env.read_env(BASE_DIR / ".env")

CLUB_ENV = env("CLUB_ENV", default="production")
if CLUB_ENV not in {"production", "demo", "test"}:
    raise ImproperlyConfigured(f"CLUB_ENV is {CLUB_ENV!r}: use production, demo or test.")
IS_PRODUCTION = CLUB_ENV == "production"
IS_DEMO = CLUB_ENV == "demo"

# --- Safety -----------------------------------------------------------------------------------------------------------

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env("SECRET_KEY", default="" if IS_PRODUCTION else "not-secret-" + "only-for-demo-and-tests-" * 2)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[] if IS_PRODUCTION else ["localhost", "127.0.0.1", "[::1]"])
SITE_URL = env("SITE_URL", default="http://localhost:8000").rstrip("/")

if IS_PRODUCTION:
    if len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 10 or SECRET_KEY.startswith(("not-secret", "django-insecure")):
        raise ImproperlyConfigured("SECRET_KEY is missing or weak: give at least 50 random characters.")
    if DEBUG:
        raise ImproperlyConfigured("DEBUG must be off in production.")
    if not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS:
        raise ImproperlyConfigured("ALLOWED_HOSTS must name the hosts that this club manager answers to.")
    if not SITE_URL.startswith("https://"):
        raise ImproperlyConfigured("SITE_URL must be the public https:// address: letters link to it.")

SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=IS_PRODUCTION)
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000 if IS_PRODUCTION else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = IS_PRODUCTION
SECURE_REDIRECT_EXEMPT = [r"^healthz/$"]
if env.bool("BEHIND_PROXY", default=False):  # only when a proxy sets, and strips from outside, this header
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = IS_PRODUCTION
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", *env.list("TILE_HOSTS", default=[])],  # data: Bootstrap's own small icons
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

# --- Apps, from the ground up ------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_filters",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "lucide",
    "template_partials",
    "core",
    "members",
    "billing",
    "memberships",
    "events",
    "offers",
    "introductions",
    "observatory",
    "clubsite",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "core.shared_pages.SharedPagesMiddleware",
    "csp.middleware.CSPMiddleware",
    "core.middleware.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "members.middleware.SecondFactorMiddleware",
]

ROOT_URLCONF = "clubsite.urls"
WSGI_APPLICATION = "clubsite.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "clubsite.context.site",
            ],
            "builtins": [
                "core.templatetags.kit",
                "django.templatetags.i18n",
                "django.templatetags.l10n",
                "django.templatetags.static",
            ],
        },
    },
]
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"
CRISPY_FAIL_SILENTLY = False

# --- Data ---------------------------------------------------------------------------------------------------------------

DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{BASE_DIR / 'club.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # Writers queue from BEGIN on instead of failing when a reader wants to write; readers never wait.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": env.cache("CACHE_URL", default="locmemcache://"),
    # Beside the limits on sign-in, so that nobody pushes those out. Each process keeps its own: see core.shared_pages.
    "shared": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "shared",
        "OPTIONS": {"MAX_ENTRIES": 300},
    },
}
# For how many seconds a page that is the same for all visitors may be given again; 0: never. It is dropped at any change,
# but of what these history lines tell: people take and leave places, pay, meet.
SHARED_PAGES_SECONDS = env.int("SHARED_PAGES_SECONDS", default=5)
SHARED_PAGES_OUTLIVE = [
    "events.place.", "events.registration.", "billing.line.", "billing.order.", "billing.payment.", "introductions.",
]  # fmt: skip
MEDIA_ROOT = env.path("MEDIA_ROOT", default=str(BASE_DIR / "media"))
MEDIA_URL = "/media/"
# Files that no address serves, such as uploaded directories.
PRIVATE_ROOT = env.path("PRIVATE_ROOT", default=str(BASE_DIR / "private"))
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# Work that outlives a request: in the demo it runs at once, so that no worker is needed.
TASKS = {
    "default": {
        "BACKEND": "django_tasks_db.DatabaseBackend"
        if IS_PRODUCTION
        else "django_tasks.backends.immediate.ImmediateBackend"
    }
}

# --- People -------------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "members.Person"
AUTHENTICATION_BACKENDS = ["members.backends.AccountBackend"]
SESSION_ENGINE = "core.sessions"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "desk"
LOGOUT_REDIRECT_URL = ACCOUNT_LOGOUT_REDIRECT_URL = "front_page"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_ADAPTER = "members.adapter.AccountAdapter"
ACCOUNT_SIGNUP_FORM_CLASS = "members.forms.SignupForm"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True  # a changed password or address is told to its owner
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if IS_PRODUCTION else "http"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Club"
REQUIRE_SECOND_FACTOR = env.bool("REQUIRE_SECOND_FACTOR", default=IS_PRODUCTION)

# --- Letters ------------------------------------------------------------------------------------------------------------

vars().update(env.email("EMAIL_URL", default="consolemail://" if IS_PRODUCTION else "dummymail://"))
if anymail_backend := env("ANYMAIL_BACKEND", default=""):  # e.g. anymail.backends.brevo.EmailBackend
    EMAIL_BACKEND = anymail_backend
    ANYMAIL = env.json("ANYMAIL", default={})
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env("DEFAULT_FROM_EMAIL", default="club@localhost")

# --- Language, time, files ----------------------------------------------------------------------------------------------

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", _("French")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Paris"
USE_I18N = USE_TZ = True  # numbers are grouped where they are shown (|number, |euros), never in an id or a year
FORMAT_MODULE_PATH = ["clubsite.formats"]

STATIC_URL = "/static/"
# Elsewhere than in production nothing is collected: WhiteNoise reads the files where they are.
STATIC_ROOT = env.path("STATIC_ROOT", default=str(BASE_DIR / "staticfiles")) if IS_PRODUCTION else None
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "core.staticfinder.PackageFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(PRIVATE_ROOT), "file_permissions_mode": 0o600},
    },
    "staticfiles": {
        "BACKEND": "core.staticstorage.ManifestStorage"
        if IS_PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not IS_PRODUCTION

# --- Payments -----------------------------------------------------------------------------------------------------------

# Without a key card and SEPA debit are simply not offered. A club with an account of its own stands in STRIPE_ACCOUNTS,
# by its address: {"oise": {"secret_key": "…", "webhook_secret": "…"}}.
STRIPE_SECRET_KEY = env("STRIPE_SECRET_KEY", default="")
STRIPE_WEBHOOK_SECRET = env("STRIPE_WEBHOOK_SECRET", default="")
STRIPE_ACCOUNTS = env.json("STRIPE_ACCOUNTS", default={})
_accounts = [*STRIPE_ACCOUNTS.values()]
if STRIPE_SECRET_KEY:
    _accounts.append({"secret_key": STRIPE_SECRET_KEY, "webhook_secret": STRIPE_WEBHOOK_SECRET})
for _keys in _accounts:
    if not isinstance(_keys, dict) or set(_keys) != {"secret_key", "webhook_secret"} or not all(_keys.values()):
        raise ImproperlyConfigured(
            "STRIPE_SECRET_KEY (or an account in STRIPE_ACCOUNTS) needs its webhook secret: without it no payment is seen."
        )
    if not IS_PRODUCTION and "_live_" in _keys["secret_key"]:
        raise ImproperlyConfigured("STRIPE_SECRET_KEY is a live key: real money is for production only.")
# Only for the demo and the tests: where the stand-in for Stripe listens, and where its payment page is.
STRIPE_API_BASE = "" if IS_PRODUCTION else env("STRIPE_API_BASE", default="")
STRIPE_PAGES = STRIPE_API_BASE or "https://checkout.stripe.com"
if _accounts:  # pressing « pay » leads to the provider's page
    CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"].append(STRIPE_PAGES)

# --- The field ----------------------------------------------------------------------------------------------------------

# The national address service; empty = never asked. It only refines points, no page waits for it.
ADDRESS_API_URL = env("ADDRESS_API_URL", default="https://data.geopf.fr/geocodage/search" if IS_PRODUCTION else "")
# A raster tile server, e.g. https://tile.example.org/{z}/{x}/{y}.png; its host goes into TILE_HOSTS. Empty = no background.
TILE_URL = env("TILE_URL", default="")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="INFO" if IS_PRODUCTION else "WARNING")},
}
