"""How static files are named for browsers to keep for a year: by their content, through a script's imports too."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise is untyped
    """`import … from "./x.js"` names the file with its digest, so no browser holds an old half of a module."""

    support_js_module_import_aggregation = True
