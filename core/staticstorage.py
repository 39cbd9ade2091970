"""Static files as production serves them."""

from whitenoise.storage import CompressedManifestStaticFilesStorage

_STYLE_SHEETS = dict(CompressedManifestStaticFilesStorage.patterns)["*.css"]
_MODULE_IMPORTS = CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns[1]


class ManifestStorage(CompressedManifestStaticFilesStorage):
    """Hashed names and compressed copies, also where one of our own modules imports another; packages’ modules are not
    ours to rewrite. Source maps are let be: we serve none, so none can be looked up."""

    patterns = (
        ("*.css", tuple(pattern for pattern in _STYLE_SHEETS if "sourceMappingURL" not in str(pattern))),
        ("js/door/*.js", _MODULE_IMPORTS),
    )
