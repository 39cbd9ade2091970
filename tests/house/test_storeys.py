"""Every app stands on the ones below: imports and foreign keys point downwards only."""

import tomllib

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

from core.messages import app_names

PROJECT = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())
LINTER = PROJECT["tool"]["importlinter"]
STOREYS = {contract["id"]: contract for contract in LINTER["contracts"]}["storeys"]["layers"]  # roof first
HEIGHT = {name: height for height, row in enumerate(reversed(STOREYS)) for name in row.split(" | ")}


def relations():
    """(app, field, app it points at) for every relation that one of our models owns."""
    for model in apps.get_models(include_auto_created=True):
        for field in [*model._meta.fields, *model._meta.many_to_many]:
            target = field.related_model
            if model._meta.app_label in HEIGHT and target and target._meta.app_label in HEIGHT:
                yield model._meta.app_label, field, target


def test_storeys_hold_every_app_in_the_order_of_the_settings():
    assert set(HEIGHT) == set(app_names()) == set(LINTER["root_packages"])
    installed = [name for name in settings.INSTALLED_APPS if name in HEIGHT]
    assert installed == sorted(HEIGHT, key=lambda name: (HEIGHT[name], name))


def test_imports_point_downwards(capsys, monkeypatch):
    monkeypatch.chdir(settings.BASE_DIR)
    status = lint_imports(config_filename="pyproject.toml", no_cache=True)
    if status != EXIT_STATUS_SUCCESS:
        pytest.fail(capsys.readouterr().out)


def test_foreign_keys_point_downwards():
    """The one exception: history and letters of core name their person."""
    upwards = [
        f"{field} points at {target._meta.label}"
        for app, field, target in relations()
        if app != target._meta.app_label
        and HEIGHT[target._meta.app_label] >= HEIGHT[app]
        and not (app == "core" and target is get_user_model())
    ]
    assert upwards == []
