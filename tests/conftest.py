"""Shared fixtures: the shared real data, a data folder per run, the world the doors test walks through."""

import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

LANE = os.environ.get("TEST_LANE", "")  # "tables" or "once": see `_lane_of`; "": everything
TABLES = {"db", "transactional_db", "django_db_setup", "live_server"}
JOURNEYS = "journeys"  # the one folder of tests with that mark: tools/run_tests.py looks there alone
GARBAGE = 20_000  # objects between two looks for garbage; Python's own 700 is for small programs
SHARED = Path(os.environ.get("EVERFAIR_SHARED", Path(__file__).resolve().parents[2] / "shared"))

settings.register_profile("everfair", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("everfair")  # timings never decide a test: other suites run beside it


def pytest_configure(config: pytest.Config) -> None:
    """A folder for what is prepared once (tests/prepared.py): the whole run's, else this process's own."""
    if "TEST_PREPARED" not in os.environ:
        os.environ["TEST_PREPARED"] = folder = tempfile.mkdtemp(prefix="everfair-prepared-")
        config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """PostgreSQL tests only where the database is PostgreSQL; real data only where the folder lies."""
    strays = [item.nodeid for item in items if "journey" in item.keywords and JOURNEYS not in item.path.parts]
    if strays:
        raise pytest.UsageError(f"journeys are looked for in tests/{JOURNEYS} only: {', '.join(strays)}")
    if LANE:
        left = [item for item in items if _lane_of(item) != LANE]
        items[:] = [item for item in items if _lane_of(item) == LANE]
        config.hook.pytest_deselected(items=left)
    on_postgres = os.environ.get("EVERFAIR_DATABASE_URL", "").startswith("postgres")
    for item in items:
        if "postgres" in item.keywords and not on_postgres:
            item.add_marker(
                pytest.mark.skip(reason="needs PostgreSQL: runs in the second pass of `make test`")
            )
        if "realdata" in item.keywords and not (SHARED / "data").is_dir():
            item.add_marker(
                pytest.mark.skip(reason=f"real data is not at {SHARED.name}/data beside the checkout")
            )


def pytest_collection_finish(session: pytest.Session) -> None:
    """What was collected stays until the end: looking through it again and again for garbage took a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE)


def _lane_of(item: pytest.Item) -> str:
    """The run of a test: "tables" if it reads or writes the run's database (SQLite, and again PostgreSQL), else "once".

    Engines, documents and installations with servers and databases of their own gain nothing from a second time.
    """
    needs = item.get_closest_marker("django_db") or item.get_closest_marker("postgres")
    return "tables" if needs or TABLES & set(getattr(item, "fixturenames", ())) else "once"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    django_db_modify_db_settings: None,
    django_db_use_migrations: bool,
    django_db_keepdb: bool,
) -> Iterator[None]:
    """The run's database is a copy of the one that `everfair manage migrate` made for all suites.

    A file where a server is to run beside the tests: in memory its requests would share the tests' own connection,
    and a page still loading as its test ends would hold a table that is to be cleared.
    """
    from tests.prepared import beginning_with_tables

    served = any("live_server" in getattr(item, "fixturenames", ()) for item in request.session.items)
    folder = tmp_path_factory.mktemp("database") if served else None
    with nullcontext() if django_db_keepdb or not django_db_use_migrations else beginning_with_tables(folder):
        yield


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data; tests that use it carry the mark `realdata`."""
    return SHARED / "data"


@pytest.fixture(scope="session", autouse=True)
def _compiled_messages() -> None:
    """Chinese pages and letters speak Chinese in every test, in a fresh checkout too."""
    from everfair.config.setup import compile_messages

    compile_messages()


@pytest.fixture(scope="session", autouse=True)
def _clear_quickly() -> None:
    """What a committed test leaves is deleted, not all tables made anew."""
    from tests.clearing import clear_quickly

    clear_quickly()


@pytest.fixture(autouse=True)
def _clean_caches() -> None:
    """Nothing remembered from the test before."""
    from django.core.cache import cache

    cache.clear()


@pytest.fixture(autouse=True)
def _forget_what_is_kept() -> None:
    """Row numbers start again in every test, so nothing kept in memory may outlive one."""
    from everfair.base.changes import followers
    from everfair.exhibition.queries.catalogue import forget_catalogues
    from everfair.gate.actions.scanning import forget_kept
    from everfair.matchmaking.bridge.learning import forget_versions
    from everfair.matchmaking.bridge.matcher import matchers
    from everfair.matchmaking.queries.board import forget_boards as forget_needs
    from everfair.outcomes.queries.public import forget_registries
    from everfair.programme.queries.board import forget_boards
    from everfair.web.gate.door import forget_people
    from everfair.web.public.exhibition import forget_booths
    from everfair.web.public.frame import forget_frames
    from everfair.web.public.programme.parts import forget_parts

    followers.begin_anew()
    forget_catalogues()
    forget_kept()
    forget_needs()
    forget_registries()
    forget_versions()
    matchers.clear()
    forget_people()
    forget_frames()
    forget_booths()
    forget_boards()
    forget_parts()
