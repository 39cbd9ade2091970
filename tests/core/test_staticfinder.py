import json
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command

from core.staticfinder import PackageFinder

NEEDED = [
    "vendor/bootstrap.min.css",
    "vendor/bootstrap.bundle.min.js",
    "vendor/leaflet.css",
    "vendor/leaflet.js",
    "vendor/images/marker-icon.png",
    "vendor/images/layers.png",
    "vendor/MarkerCluster.css",
    "vendor/leaflet.markercluster.js",
    "django_htmx/htmx-2.min.js",
]


@pytest.mark.parametrize("name", NEEDED)
def test_find_gives_the_file_of_the_package(name):
    assert Path(finders.find(name)).is_file()


@pytest.mark.parametrize(
    "name", ["vendor/nothing.js", "vendor/../manage.py", "bootstrap.min.css", "vendor/bootstrap.css"]
)
def test_find_gives_only_the_files_that_are_named(name):
    assert finders.find(name) is None
    assert PackageFinder().find(name, find_all=True) == []


def test_list_names_existing_files_only():
    for name, storage in PackageFinder().list(None):
        assert storage.exists(name), name


def test_list_leaves_out_what_is_ignored():
    assert {name for name, _storage in PackageFinder().list(["*.css", "*.js"])} == {
        "layers.png",
        "layers-2x.png",
        "marker-icon.png",
        "marker-icon-2x.png",
        "marker-shadow.png",
    }


def test_collectstatic_hashes_and_compresses_everything_as_in_production(tmp_path, settings):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": "core.staticstorage.ManifestStorage"}}
    call_command("collectstatic", interactive=False, verbosity=0)
    names = json.loads((tmp_path / "staticfiles.json").read_text())["paths"]
    for name in NEEDED:
        assert (tmp_path / names[name]).is_file()
    assert (tmp_path / (names["vendor/leaflet.js"] + ".gz")).is_file()
    icon = Path(names["vendor/images/marker-icon.png"]).name
    assert icon in (tmp_path / names["vendor/leaflet.css"]).read_text()
