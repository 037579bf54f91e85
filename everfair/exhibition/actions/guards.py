"""What every action of this room does first: lock the row, compare versions, clean and check values."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _

from everfair.base import audit
from everfair.base.countries import country_names, language_names
from everfair.base.languages import Words
from everfair.base.refusals import EditedMeanwhile, Refused
from everfair.exhibition.forms.fields import letter_sentence
from everfair.exhibition.forms.texts import has_a_letter
from everfair.exhibition.models import Exhibitor, Offer
from everfair.exhibition.models.offer import ANYWHERE

Row = TypeVar("Row", bound=Model)


def lock_exhibitor(exhibitor: Exhibitor) -> Exhibitor:
    """A fresh copy of the row, locked until the transaction ends (on SQLite the whole database is)."""
    return (
        Exhibitor.objects.select_for_update(of=("self",))
        .select_related("organisation", "edition__fair", "area", "sector", "place", "delegation")
        .get(pk=exhibitor.pk)
    )


def lock_offer(offer: Offer) -> Offer:
    """A fresh copy of the offer, locked until the transaction ends."""
    return Offer.objects.select_for_update(of=("self",)).select_related("sector").get(pk=offer.pk)


def require_version(row: Exhibitor | Offer, version: int | None) -> None:
    """EditedMeanwhile when somebody saved after `version` was read. None = the caller does not compare."""
    if version is None or row.version == version:
        return
    last = audit.entries(target=row).first()
    raise EditedMeanwhile(edited_sentence(last.by_name if last else ""), current=row.version)


def edited_sentence(name: str) -> str:
    """What the second of two editors reads."""
    return _(
        "%(name)s saved this while you were writing. Nothing was overwritten: "
        "compare both versions below, then save yours again."
    ) % {"name": name or _("Somebody else")}


def validate_fields(row: Model, fields: Iterable[str]) -> None:
    """Model validation of the named fields only; the first complaint becomes a Refused with its field."""
    wanted = set(fields)
    exclude = {field.name for field in row._meta.fields if field.name not in wanted}
    try:
        row.clean_fields(exclude=exclude)
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise Refused(str(messages[0]), field=field) from error


def require_name(words: Words, field: str, what: str) -> None:
    """A name in one language at least, a letter or digit in each: emoji alone cannot be found or read out."""
    if not words:
        raise Refused(
            _("%(what)s is missing. Write it in one language at least.") % {"what": what}, field=field
        )
    for text in words.values():
        if not has_a_letter(text):
            raise Refused(letter_sentence(what, text), field=field)


def clean_languages(codes: Iterable[str], field: str = "languages") -> list[str]:
    """ISO 639-1 codes, each once, in the order given."""
    known = language_names("en")
    found = list(dict.fromkeys(code.strip().lower() for code in codes if code and code.strip()))
    for code in found:
        if code not in known:
            raise Refused(_("“%(code)s” is not the code of a language.") % {"code": code[:20]}, field=field)
    return found


def clean_countries(codes: Iterable[str], field: str, *, may_be_anywhere: bool = False) -> list[str]:
    """ISO 3166 codes, each once; ["*"] alone where it means anywhere."""
    known = country_names("en")
    found = list(dict.fromkeys(code.strip().upper() for code in codes if code and code.strip()))
    if may_be_anywhere and ANYWHERE in found:
        return [ANYWHERE]
    for code in found:
        if code not in known:
            raise Refused(_("“%(code)s” is not the code of a country.") % {"code": code[:20]}, field=field)
    return found


def require_web_address(address: str, field: str) -> str:
    """An http(s) address or ""; anything else is refused."""
    text = address.strip()
    if text and not text.lower().startswith(("https://", "http://")):
        raise Refused(_("Write the whole address, beginning with https://."), field=field)
    return text


def differences(row: Model, fresh: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """(before, after) of the values that differ, readable in the audit log."""
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for name, value in fresh.items():
        old = getattr(row, name)
        if old != value:
            before[name], after[name] = readable(old), readable(value)
    return before, after


def readable(value: Any) -> Any:
    """A value as JSON for the audit log: rows become their names."""
    return str(value) if isinstance(value, Model) else value
