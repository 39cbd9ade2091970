"""Front-end files come from Python packages (never a CDN, never pasted in): serve just the files that are used."""

from importlib.resources import files
from pathlib import Path

from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

# address under STATIC_URL -> (package, path inside it)
PACKAGE_FILES = {
    "vendor/bootstrap.min.css": ("bootstrap", "css/bootstrap.min.css"),
    "vendor/bootstrap.bundle.min.js": ("bootstrap", "js/bootstrap.bundle.min.js"),
    "vendor/leaflet.css": ("xstatic.pkg.leaflet", "data/leaflet.css"),
    "vendor/leaflet.js": ("xstatic.pkg.leaflet", "data/leaflet.js"),
}


class PackageFinder(BaseFinder):
    """Finds the files above; their folder's storage lets collectstatic copy them."""

    def __init__(self, *args, **kwargs):
        self.paths = {name: Path(str(files(package))) / inside for name, (package, inside) in PACKAGE_FILES.items()}
        super().__init__(*args, **kwargs)

    def check(self, **kwargs):
        return []

    def find(self, path, find_all=False, **kwargs):
        found = self.paths.get(path)
        if found is None or not found.is_file():
            return []
        return [str(found)] if find_all else str(found)

    def list(self, ignore_patterns):
        for name, path in self.paths.items():
            storage = FileSystemStorage(location=path.parent)
            storage.prefix = str(Path(name).parent)
            yield path.name, storage
