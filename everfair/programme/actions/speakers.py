"""Makes, changes and removes speakers of an edition. Their parts in sessions are saved with the session."""

from collections.abc import Mapping
from typing import IO, Any

from django.db import transaction
from django.utils.translation import gettext as _

from everfair.base import audit
from everfair.base.changes import note_change, note_changes
from everfair.base.refusals import Refused
from everfair.base.texts import clean_line_words, clean_text_words
from everfair.exhibition.actions.guards import clean_countries, require_name, validate_fields
from everfair.exhibition.actions.media import image_file
from everfair.fair.models import Edition
from everfair.programme.actions.guards import bring_up_to_date, differences, require_known, require_version
from everfair.programme.models import Session, Speaker

EVENT = "programme.speaker."
FIELDS = frozenset(
    {"name", "title", "organisation_name", "about", "country", "user", "source", "external_id"}
)
CLEANERS: Mapping[str, Any] = {
    "name": clean_line_words,
    "title": clean_line_words,
    "organisation_name": clean_line_words,
    "about": clean_text_words,
}


def save_speaker(
    edition: Edition,
    speaker: Speaker | None,
    values: Mapping[str, Any],
    *,
    by: Any,
    version: int | None = None,
    photo: IO[bytes] | None = None,
    without_photo: bool = False,
) -> Speaker:
    """Make a speaker or change the named fields; see FIELDS. `photo` is checked and re-encoded; Refused for anything else."""
    fresh = require_known(values, FIELDS)
    for name, clean in CLEANERS.items():
        if name in fresh:
            fresh[name] = clean(fresh[name])
    if "country" in fresh:
        fresh["country"] = next(iter(clean_countries([fresh["country"] or ""], "country")), "")
    picture = image_file(photo, by=by) if photo is not None else None
    with transaction.atomic():
        if speaker is None:
            row = Speaker(edition=edition)
        else:
            row = Speaker.objects.select_for_update(of=("self",)).get(pk=speaker.pk)
            require_version(row, version)
        if picture is not None:
            picture.save()
            fresh["photo"] = picture
        elif without_photo:
            fresh["photo"] = None
        before, after = differences(row, fresh)
        for name, value in fresh.items():
            setattr(row, name, value)
        require_name(row.name, "name", _("The name"))
        validate_fields(row, fresh)
        if speaker is not None and not after:
            return bring_up_to_date(speaker, row)
        row.version += 0 if speaker is None else 1
        row.save()
        event = EVENT + ("created" if speaker is None else "saved")
        audit.record(
            event, row, by=by, edition_id=edition.pk, before={} if speaker is None else before, after=after
        )
        _note(row)
    return row if speaker is None else bring_up_to_date(speaker, row)


def remove_speaker(speaker: Speaker, *, by: Any) -> None:
    """Take a speaker out of the edition. Refused while a public session has them."""
    with transaction.atomic():
        row = Speaker.objects.select_for_update(of=("self",)).get(pk=speaker.pk)
        public = row.sessions.filter(state__in=Session.PUBLIC_STATES).first()
        if public is not None:
            raise Refused(
                _("%(speaker)s is announced with “%(session)s”. Take them out of it first.")
                % {"speaker": row, "session": public}
            )
        before = {"name": row.name, "sessions": [str(one) for one in row.sessions.all()]}
        audit.record(EVENT + "removed", row, by=by, edition_id=row.edition_id, before=before)
        _note(row)
        row.delete()


def _note(row: Speaker) -> None:
    note_change("programme.speaker", row.pk, row.edition_id)
    note_changes("programme.session", list(row.sessions.values_list("pk", flat=True)), row.edition_id)
