"""Keeps slides, papers and links of a session. Checking a file is the gateway's work; nothing is copied from other sites."""

from collections.abc import Mapping
from pathlib import PurePath
from typing import IO, Any

from django.db import transaction
from django.utils.translation import gettext as _

from everfair.base import audit
from everfair.base.refusals import Refused
from everfair.base.texts import clean_line
from everfair.exhibition.actions.guards import clean_languages, require_web_address, validate_fields
from everfair.exhibition.actions.media import document_file
from everfair.programme.actions.guards import EVENT, lock_session, note_session
from everfair.programme.models import Material, Session

MOST_MATERIALS = 20


def add_material(
    session: Session,
    *,
    title: str = "",
    upload: IO[bytes] | None = None,
    url: str = "",
    language: str = "",
    by: Any,
) -> Material:
    """Add a checked PDF or a link. Without a title the file's name or the address stands in. Refused for anything else."""
    address = require_web_address(url or "", "url")
    if upload is None and not address:
        raise Refused(_("Choose a PDF file, or write the address of one."), field="file")
    if upload is not None and address:
        raise Refused(_("Either a file or an address, not both at once."), field="url")
    file = document_file(upload, by=by) if upload is not None else None
    code = next(iter(clean_languages([language or ""], "language")), "")
    with transaction.atomic():
        row = lock_session(session)
        count = row.materials.count()
        if count >= MOST_MATERIALS:
            raise Refused(_("A session holds at most %(count)d materials.") % {"count": MOST_MATERIALS})
        if file is not None:
            file.save()
        named = clean_line(title) or (PurePath(file.name).stem if file else address)[:200]
        material = Material(session=row, title=named, file=file, url=address, language=code, position=count)
        validate_fields(material, ("title", "url", "language"))
        material.save()
        _after(row, "material_added", by, {}, {"material": named})
    return material


def remove_material(material: Material, *, by: Any) -> dict[str, Any]:
    """Take a material off its session; returns what `restore_material` needs."""
    with transaction.atomic():
        row = lock_session(material.session)
        kept = {
            "title": material.title,
            "file": material.file_id,
            "url": material.url,
            "language": material.language,
            "position": material.position,
        }
        _after(row, "material_removed", by, {"material": material.title}, {})
        material.delete()
    return kept


def restore_material(session: Session, kept: Mapping[str, Any], *, by: Any) -> Material:
    """Bring a removed material back."""
    with transaction.atomic():
        row = lock_session(session)
        material = Material.objects.create(
            session=row,
            title=kept["title"],
            file_id=kept["file"],
            url=kept["url"],
            language=kept["language"],
            position=kept["position"],
        )
        _after(row, "material_added", by, {}, {"material": material.title})
    return material


def _after(row: Session, name: str, by: Any, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    audit.record(EVENT + name, row, by=by, edition_id=row.edition_id, before=before, after=after)
    note_session(row)
