"""Production does not start on unsafe values."""

import os
import re
import runpy
import secrets
import string
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

SAFE = {
    "CLUB_ENV": "production",
    "SECRET_KEY": secrets.token_urlsafe(50),
    "DEBUG": "off",
    "ALLOWED_HOSTS": "club.example.org",
    "SITE_URL": "https://club.example.org",
    "DATABASE_URL": "sqlite://:memory:",
}


def settings_with(monkeypatch, **values):
    for name, value in {**SAFE, **values}.items():
        monkeypatch.setenv(name, value)
    return runpy.run_path(str(settings.BASE_DIR / "clubsite" / "settings.py"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", ""),
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", "a" * 60),
        ("SECRET_KEY", "django-insecure-" + string.ascii_letters),
        ("DEBUG", "on"),
        ("ALLOWED_HOSTS", ""),
        ("ALLOWED_HOSTS", "*"),
        ("SITE_URL", "http://club.example.org"),
        ("CLUB_ENV", "staging"),
    ],
)
def test_production_refuses(monkeypatch, name, value):
    with pytest.raises(ImproperlyConfigured, match=name):
        settings_with(monkeypatch, **{name: value})


@pytest.mark.parametrize(
    "values",
    [
        {"STRIPE_SECRET_KEY": "sk_live_x"},
        {"STRIPE_ACCOUNTS": '{"oise": {"secret_key": "sk_live_x"}}'},
        {"STRIPE_ACCOUNTS": '{"oise": {"secret_key": "sk_live_x", "webhook_secret": ""}}'},
        {"CLUB_ENV": "demo", "STRIPE_SECRET_KEY": "sk_live_x", "STRIPE_WEBHOOK_SECRET": "whsec_x"},
    ],
)
def test_payment_keys_that_would_lose_or_take_real_money_are_refused(monkeypatch, values):
    with pytest.raises(ImproperlyConfigured, match="STRIPE_SECRET_KEY"):
        settings_with(monkeypatch, **values)


def test_payment_page_is_where_a_form_may_lead_once_keys_are_set(monkeypatch):
    assert "stripe" not in str(settings_with(monkeypatch)["CONTENT_SECURITY_POLICY"])
    values = settings_with(monkeypatch, STRIPE_SECRET_KEY="sk_live_x", STRIPE_WEBHOOK_SECRET="whsec_x")
    forms = values["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]["form-action"]
    assert "https://checkout.stripe.com" in forms and values["STRIPE_API_BASE"] == ""


def test_production_is_the_default_and_asks_for_the_second_factor(monkeypatch):
    values = settings_with(monkeypatch)
    assert values["IS_PRODUCTION"] and values["REQUIRE_SECOND_FACTOR"] and values["SECURE_SSL_REDIRECT"]
    assert "staticfiles" in values["STORAGES"] and not values["WHITENOISE_USE_FINDERS"]


def test_security_policy_allows_no_inline_code(monkeypatch):
    policy = str(settings_with(monkeypatch)["CONTENT_SECURITY_POLICY"])
    assert "unsafe" not in policy and "*" not in policy


def test_check_deploy_is_clean_in_production():
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=settings.BASE_DIR,
        env={"PATH": os.environ["PATH"], **SAFE},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_example_environment_documents_every_setting_and_starts_production(monkeypatch):
    code = (settings.BASE_DIR / "clubsite" / "settings.py").read_text()
    example = (settings.BASE_DIR / ".env.example").read_text()
    read = set(re.findall(r'\benv(?:\.\w+)?\(\s*"([A-Z_]+)"', code))
    explained = dict(re.findall(r"^#?([A-Z_]+)=(.*)$", example, re.MULTILINE))
    assert read
    assert read == set(explained)
    assert settings_with(monkeypatch, **{**explained, "SECRET_KEY": SAFE["SECRET_KEY"]})["IS_PRODUCTION"]
