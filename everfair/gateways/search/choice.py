"""Which engine the settings ask for: SEARCH_ENGINE is "tantivy" (default), "postgres" or "null"."""

import threading
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from everfair.gateways.search.engine import SearchEngine

_engines: dict[tuple[str, str], SearchEngine] = {}
_guard = threading.Lock()


def get_engine() -> SearchEngine:
    """The engine of the settings; the same object for as long as the settings stay."""
    name = str(getattr(settings, "SEARCH_ENGINE", "tantivy"))
    folder = Path(getattr(settings, "SEARCH_DIR", "var/search"))
    with _guard:
        key = (name, str(folder))
        if key not in _engines:
            _engines[key] = _make(name, folder)
        return _engines[key]


def close_engine() -> None:
    """Let go of every engine's files and locks."""
    with _guard:
        for engine in _engines.values():
            engine.close()
        _engines.clear()


def _make(name: str, folder: Path) -> SearchEngine:
    # each engine loads a native library; only the chosen one is worth its memory
    if name == "tantivy":
        from everfair.gateways.search.tantivy_engine import TantivyEngine

        return TantivyEngine(folder)
    if name == "postgres":
        from everfair.gateways.search.postgres_engine import PostgresEngine

        made: SearchEngine = PostgresEngine()
        return made
    if name == "null":
        from everfair.gateways.search.null_engine import NullEngine

        return NullEngine()
    raise ImproperlyConfigured(f'SEARCH_ENGINE is "{name}"; it must be "tantivy", "postgres" or "null".')
