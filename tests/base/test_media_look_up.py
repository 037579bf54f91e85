"""Files are found by any of their digests in one query over indexed columns, those from before the columns too."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.http import Http404
from django.test.utils import CaptureQueriesContext

from everfair.base.models import MediaFile
from everfair.exhibition import access
from tests.config.databases import a_database
from tests.config.installation import Installation
from tests.factories.people import make_user

SIZES = {"small": "a" * 64, "medium": "b" * 64, "large": "c" * 64}


def make_picture(**extra: Any) -> MediaFile:
    values = {"digest": SIZES["large"], "variants": SIZES, "kind": "image", **extra}
    return MediaFile.objects.create(name="a.webp", content_type="image/webp", size=1, **values)


@pytest.mark.django_db
def test_every_size_is_found_in_one_query_that_reads_no_json() -> None:
    make_picture()
    user = make_user()
    for digest in SIZES.values():
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert access.get_media_for(user, digest).content_type == "image/webp"
        (query,) = seen.captured_queries
        condition = query["sql"].partition("WHERE")[2]
        assert "variants" not in condition
        assert all(f"{size}_digest" in condition for size in SIZES)


@pytest.mark.django_db
def test_every_column_a_file_is_found_by_has_an_index_of_its_own() -> None:
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, MediaFile._meta.db_table)
    first = {one["columns"][0] for one in found.values() if one["index"] and one["columns"]}
    assert {"digest", *(f"{size}_digest" for size in SIZES)} <= first


@pytest.mark.django_db
def test_the_columns_follow_the_sizes() -> None:
    picture = make_picture(variants={"small": "d" * 64})
    with pytest.raises(Http404):
        access.get_media_for(make_user(), SIZES["large"])
    MediaFile.objects.filter(pk=picture.pk).update(variants=SIZES)
    assert access.get_media_for(make_user(), SIZES["large"]).is_public


@pytest.mark.django_db
def test_a_document_is_not_found_as_a_picture() -> None:
    make_picture(kind="document", variants=SIZES)
    with pytest.raises(Http404):
        access.get_media_for(make_user(), SIZES["small"])


FROM_BEFORE = """
import json, sys
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
call_command("migrate", "base", "0002", verbosity=0)
apps = MigrationExecutor(connection).loader.project_state([("base", "0002_initial")]).apps
apps.get_model("base", "MediaFile").objects.create(
    name="old", content_type="image/webp", size=1, digest="e" * 64, kind="image", variants=json.loads(sys.argv[1])
)
call_command("migrate", "base", verbosity=0)
from everfair.base.models import MediaFile
print(json.dumps(MediaFile.objects.values("small_digest", "medium_digest", "large_digest", "variants").get()))
"""


@pytest.mark.django_db  # for the address of the run's PostgreSQL
def test_pictures_from_before_are_found_after_the_migration(tmp_path: Path) -> None:
    settings = {}
    if connection.vendor == "postgresql":
        settings["EVERFAIR_DATABASE_URL"] = a_database("everfair_pictures_from_before")
    found = json.loads(Installation(tmp_path, settings).python(FROM_BEFORE, json.dumps(SIZES)))
    assert found == {**{f"{size}_digest": digest for size, digest in SIZES.items()}, "variants": SIZES}
