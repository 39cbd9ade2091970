"""Front-end files come from Python packages (never a CDN, never pasted in): serve just the files that are used."""

from importlib.metadata import distribution
from importlib.resources import files
from pathlib import Path

from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.utils import matches_patterns
from django.core.files.storage import FileSystemStorage

# (folder under STATIC_URL, package, folder inside it, files). What a style sheet names must be found beside it.
PACKAGE_FILES = [
    ("vendor", "bootstrap", "css", ["bootstrap.min.css"]),
    ("vendor", "bootstrap", "js", ["bootstrap.bundle.min.js"]),
    ("vendor", "xstatic.pkg.leaflet", "data", ["leaflet.css", "leaflet.js"]),
    (
        "vendor/images",
        "xstatic.pkg.leaflet",
        "data/images",
        ["layers.png", "layers-2x.png", "marker-icon.png", "marker-icon-2x.png", "marker-shadow.png"],
    ),
    (
        "vendor",
        "xstatic.pkg.leaflet_markercluster",
        "data",
        ["MarkerCluster.css", "MarkerCluster.Default.css", "leaflet.markercluster.js"],
    ),
]


# (folder under STATIC_URL, distribution, files of it): packages that are not to be imported, as they belong to a framework
# that is not ours. Their files are found by what the distribution says of itself.
DISTRIBUTION_FILES = [
    ("vendor", "lona-html5-qrcode", ["lona_html5_qrcode/static/lona-html5-qrcode/dist/html5-qrcode.min.js"]),
]


class PackageFinder(BaseFinder):
    """Finds the files above; a storage per folder lets collectstatic and WhiteNoise read them."""

    def __init__(self, *args, **kwargs):
        self.folders = []
        for prefix, package, inside, names in PACKAGE_FILES:
            storage = FileSystemStorage(location=Path(str(files(package).joinpath(inside))))
            storage.prefix = prefix
            self.folders.append((storage, names))
        for prefix, name, paths in DISTRIBUTION_FILES:
            for path in paths:
                found = Path(str(distribution(name).locate_file(path)))
                storage = FileSystemStorage(location=found.parent)
                storage.prefix = prefix
                self.folders.append((storage, [found.name]))
        super().__init__(*args, **kwargs)

    def check(self, **kwargs):
        return []

    def find(self, path, find_all=False, **kwargs):
        found = [storage.path(name) for name, storage in self.list([]) if f"{storage.prefix}/{name}" == path]
        if find_all:
            return found
        return found[0] if found else []

    def list(self, ignore_patterns):
        for storage, names in self.folders:
            for name in names:
                if not matches_patterns(name, ignore_patterns or []):
                    yield name, storage
