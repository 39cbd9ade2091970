"""Static files as production serves them."""

from whitenoise.storage import CompressedManifestStaticFilesStorage

_STYLE_SHEETS = dict(CompressedManifestStaticFilesStorage.patterns)["*.css"]


class ManifestStorage(CompressedManifestStaticFilesStorage):
    """Hashed names and compressed copies, also where a script imports another one; but source maps are let be: we serve
    none, so none can be looked up."""

    support_js_module_import_aggregation = True
    patterns = (("*.css", tuple(pattern for pattern in _STYLE_SHEETS if "sourceMappingURL" not in str(pattern))),)
