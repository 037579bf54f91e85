"""Applies a checked list in one transaction, in bulk: cut short at any moment, nothing is written and it
can be run again."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import DatabaseError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from everfair.base import audit
from everfair.base.changes import note_changes
from everfair.base.charts import require_step
from everfair.base.languages import Words
from everfair.base.refusals import Refused
from everfair.exhibition.actions.entry import entry_values
from everfair.exhibition.actions.importing import EVENT, Report, is_full, quiet, state_labels
from everfair.exhibition.actions.importing_compare import OfferPlan, Plan, plan_row, said_by
from everfair.exhibition.actions.importing_files import storage_full
from everfair.exhibition.actions.importing_quotas import delegation_brought_to, require_quotas
from everfair.exhibition.models import CatalogueEntry, Exhibitor, ImportRow, ImportRun, Offer
from everfair.exhibition.models.importing import IMPORT_STEPS
from everfair.exhibition.models.offer import modes_to_bits
from everfair.exhibition.queries.importing import existing_for, good_rows, no_longer_in_file, tell_progress
from everfair.fair.models import Area, Delegation, Edition, Sector
from everfair.people.models import Organisation

State = ImportRun.State
_BATCH = 500
_FIRM_COLUMNS = ["name", "country", "website", "email", "size_class"]
_BOOTH_COLUMNS = [
    "area", "sector", "delegation", "headline", "about", "languages", "video_url", "source",
    "external_id", "imported",
    "version", "state", "state_since", "published_at", "place",
]  # fmt: skip
_OFFER_COLUMNS = ["title", "description", "modes", "sector", "version"]


def start_applying(
    run: ImportRun, *, by: Any, skip_bad_rows: bool | None = None, publish: bool | None = None
) -> ImportRun:
    """Move a checked run to “applying”; `apply_import` then does the work. Refused while it holds bad
    rows, unless
    told to leave them out."""
    with transaction.atomic():
        run = ImportRun.objects.select_for_update(of=("self",)).select_related("edition").get(pk=run.pk)
        require_step(IMPORT_STEPS, run.state, State.APPLYING, state_labels())
        wishes = {"skip_bad_rows": skip_bad_rows, "publish": publish}
        run.options = {**run.options, **{key: wish for key, wish in wishes.items() if wish is not None}}
        bad = int(run.counts.get("bad_rows", 0))
        if bad and not run.options.get("skip_bad_rows"):
            raise Refused(_bad_rows_sentence(bad))
        if not run.counts.get("exhibitors"):
            raise Refused(_("No row of the list can be imported. Correct the errors and send it again."))
        run.state, run.error = State.APPLYING, ""
        run.save(update_fields=["state", "options", "error"])
        audit.record(EVENT + "apply_started", run, by=by, edition_id=run.edition_id, after=dict(run.options))
    tell_progress(run.pk, 0, run.counts["exhibitors"])
    return run


def _bad_rows_sentence(count: int) -> str:
    told = ngettext(
        "%(count)d row has errors, so nothing was imported. Correct it in the file and send that again, "
        "or choose to leave the row out.",
        "%(count)d rows have errors, so nothing was imported. Correct them in the file and send that again, "
        "or choose to leave these rows out.",
        count,
    )
    return told % {"count": count}


def apply_import(
    run: ImportRun, *, by: Any = None, report: Report = quiet, now: datetime | None = None
) -> ImportRun:
    """Write everything in one transaction: firms, exhibitors, offers, catalogue, changes, one audit row.

    Calling it again after it was cut short is safe, also twice at once. Raises Refused with a sentence when
    something
    stands in the way (a full disk); then nothing is written and the run is ready again.
    """
    try:
        with transaction.atomic():
            locked = (
                ImportRun.objects.select_for_update(of=("self",))
                .select_related("edition__fair", "by")
                .get(pk=run.pk)
            )
            if locked.state == State.APPLYING:
                # two lists into one edition, one after the other
                Edition.objects.select_for_update(no_key=True).get(pk=locked.edition_id)
                _Applier(locked, by or locked.by, report, now or timezone.now()).run()
    except Refused as error:
        _ready_again(run, str(error))
        raise
    except DatabaseError as error:
        sentence = (
            storage_full() if is_full(error) else _("The database refused the import; nothing was written.")
        )
        _ready_again(run, sentence)
        if is_full(error):
            raise Refused(sentence) from error
        raise
    run.refresh_from_db()
    return run


def _ready_again(run: ImportRun, sentence: str) -> None:
    try:
        ImportRun.objects.filter(pk=run.pk, state=State.APPLYING).update(state=State.READY, error=sentence)
    except DatabaseError:
        return  # still no room: the run stays “applying” and can be applied again as it is


class _Applier:
    """One application: keeps the edition's rows by code, and what was touched, until all chunks are
    written."""

    def __init__(self, run: ImportRun, by: Any, report: Report, now: datetime) -> None:
        self.import_run, self.by, self.report, self.now = run, by, report, now
        self.edition = run.edition
        self.areas = {area.code: area for area in Area.objects.filter(edition=self.edition)}
        self.sectors = {sector.code: sector for sector in Sector.objects.filter(edition=self.edition)}
        self.delegations = {found.code: found for found in Delegation.objects.filter(edition=self.edition)}
        self.publishes = bool(run.options.get("publish"))
        self.counts = dict.fromkeys(
            ("new", "changed", "unchanged", "published", "incomplete", "offers_new"), 0
        )
        self.counts["offers_changed"] = 0
        self.brought: dict[str, list[int]] = {}  # delegation's code → rows that brought it a firm

    def run(self) -> None:
        """Everything, in the caller's transaction."""
        run, done = self.import_run, 0
        total = int(run.counts.get("exhibitors", 0))
        for chunk in good_rows(run):
            self._write_chunk(chunk)
            done += len(chunk)
            self.report(done, total)
            tell_progress(run.pk, done, total)
        require_quotas(self.edition, self.brought)
        run.state, run.finished_at, run.rows_applied = State.DONE, self.now, done
        run.counts = {**run.counts, **self.counts, "missing": no_longer_in_file(run).count()}
        run.error = ""
        run.save(update_fields=["state", "finished_at", "rows_applied", "counts", "error"])
        audit.record(
            EVENT + "applied", run, by=self.by, edition_id=self.edition.pk, after=self._told(), now=self.now
        )

    def _told(self) -> dict[str, Any]:
        return {"file": self.import_run.file_name, "source": self.import_run.source, **self.counts}

    def _write_chunk(self, rows: Sequence[ImportRow]) -> None:
        existing = existing_for(self.import_run, rows, lock=True)
        firms = self._known_firms(rows)
        new: list[tuple[Exhibitor, Plan]] = []
        old: list[tuple[Exhibitor, Plan]] = []
        told_anew: list[Exhibitor] = []
        for row in rows:
            plan = plan_row(row.values, existing.find(row.external_id, str(row.values.get("code") or "")))
            if code := delegation_brought_to(plan):
                self.brought.setdefault(code, []).append(row.number)
            if plan.found is None:
                new.append((self._new_exhibitor(row, firms), plan))
                continue
            if self._change(plan.found, plan, row):
                told_anew.append(plan.found)
            old.append((plan.found, plan))
        published = {id(found) for found in self._publish([exhibitor for exhibitor, _plan in new + old])}
        changed = [(found, plan) for found, plan in old if plan.is_changed]
        touched = [found for found, plan in old if plan.is_changed or id(found) in published]
        self._save_firms([found for found, _plan in new], [found for found, _plan in changed])
        self._save_exhibitors(
            [found for found, _plan in new], list({id(f): f for f in touched + told_anew}.values())
        )
        offers = self._save_offers(new + changed)
        keys = [exhibitor.pk for exhibitor in [*(found for found, _plan in new), *touched]]
        self._write_entries(keys)
        note_changes("exhibition.exhibitor", keys, self.edition.pk)
        note_changes("exhibition.offer", [offer.pk for offer in offers], self.edition.pk)
        self.counts["new"] += len(new)
        self.counts["changed"] += len(changed)
        self.counts["unchanged"] += len(old) - len(changed)

    def _known_firms(self, rows: Sequence[ImportRow]) -> dict[str, Organisation]:
        """Firms that an import of this source made in another edition: the same firm comes again."""
        ids = {row.external_id for row in rows}
        found = Organisation.objects.select_for_update().filter(
            source=self.import_run.source, external_id__in=ids
        )
        return {firm.external_id: firm for firm in found}

    def _new_exhibitor(self, row: ImportRow, firms: Mapping[str, Organisation]) -> Exhibitor:
        firm = firms.get(row.external_id) or Organisation(
            source=self.import_run.source, external_id=row.external_id, created_at=self.now
        )
        exhibitor = Exhibitor(
            edition=self.edition,
            organisation=firm,
            state=Exhibitor.State.ACCEPTED,
            state_since=self.now,
            applied_at=self.now,
            created_at=self.now,
            source=self.import_run.source,
            external_id=row.external_id,
            imported=said_by(row.values),
        )
        self._set(exhibitor, row.values)
        return exhibitor

    def _change(self, exhibitor: Exhibitor, plan: Plan, row: ImportRow) -> bool:
        """Put the changes on the rows in memory; True when what the list says must be remembered anew."""
        self._set(exhibitor, plan.changed)
        before = (exhibitor.imported, exhibitor.external_id)
        exhibitor.imported = {**exhibitor.imported, **said_by(row.values)}
        if not exhibitor.external_id and row.external_id != exhibitor.code:
            exhibitor.source, exhibitor.external_id = self.import_run.source, row.external_id
        if plan.is_changed:
            exhibitor.version += 1
        return before != (exhibitor.imported, exhibitor.external_id)

    def _set(self, exhibitor: Exhibitor, values: Mapping[str, Any]) -> None:
        """Put clean values on the two rows, in memory."""
        firm = exhibitor.organisation
        firm.name = _words(firm.name, "name", values)
        for key, column in (
            ("country", "country"),
            ("website", "website"),
            ("email", "email"),
            ("size", "size_class"),
        ):
            if key in values:
                setattr(firm, column, values[key])
        exhibitor.headline = _words(exhibitor.headline, "headline", values)
        exhibitor.about = _words(exhibitor.about, "about", values)
        for key in ("languages", "video_url"):
            if key in values:
                setattr(exhibitor, key, values[key])
        if "area" in values:
            area = self._row(self.areas, values["area"])
            if exhibitor.area_id not in (None, area.pk):
                exhibitor.place = None  # a place belongs to its area
            exhibitor.area = area
        if "sector" in values:
            exhibitor.sector = self._row(self.sectors, values["sector"])
        if "delegation" in values:
            exhibitor.delegation = self._row(self.delegations, values["delegation"])

    def _row(self, rows: Mapping[str, Any], code: str) -> Any:
        if code not in rows:
            raise Refused(
                _("“%(code)s” was removed from the edition after the list was checked. Check the list again.")
                % {"code": code}
            )
        return rows[code]

    def _publish(self, exhibitors: Iterable[Exhibitor]) -> list[Exhibitor]:
        """Those complete and accepted, when wished; the others are counted and stay as they are. The
        published."""
        published = []
        for exhibitor in exhibitors:
            if exhibitor.state != Exhibitor.State.ACCEPTED:
                continue
            if not is_complete(exhibitor, self.edition):
                self.counts["incomplete"] += 1
            elif self.publishes:
                exhibitor.state, exhibitor.state_since = Exhibitor.State.PUBLISHED, self.now
                exhibitor.published_at = exhibitor.published_at or self.now
                published.append(exhibitor)
        self.counts["published"] += len(published)
        return published

    def _save_firms(self, new: Sequence[Exhibitor], changed: Sequence[Exhibitor]) -> None:
        firms = [exhibitor.organisation for exhibitor in new]
        known = [firm for firm in firms if firm.pk is not None]
        Organisation.objects.bulk_create([firm for firm in firms if firm.pk is None], batch_size=_BATCH)
        _upsert(Organisation, known + [exhibitor.organisation for exhibitor in changed], _FIRM_COLUMNS)

    def _save_exhibitors(self, new: Sequence[Exhibitor], old: Sequence[Exhibitor]) -> None:
        for exhibitor in new:
            exhibitor.organisation = exhibitor.organisation  # its key exists only now
        Exhibitor.objects.bulk_create(new, batch_size=_BATCH)
        _upsert(Exhibitor, old, _BOOTH_COLUMNS)

    def _save_offers(self, pairs: Sequence[tuple[Exhibitor, Plan]]) -> list[Offer]:
        new: list[Offer] = []
        changed: list[Offer] = []
        for exhibitor, plan in pairs:
            old = [] if plan.is_new else [offer.position for offer in exhibitor.offers.all()]
            position = max(old, default=-1) + 1  # after the last one, wherever the exhibitor moved it
            for wanted in plan.offers_to_write:
                offer = wanted.found or Offer(
                    exhibitor=exhibitor,
                    external_id=wanted.external_id,
                    position=min(position, 32000),
                    sector=exhibitor.sector,
                    languages=exhibitor.languages,
                    created_at=self.now,
                )
                self._set_offer(offer, wanted)
                (new if wanted.found is None else changed).append(offer)
                position += wanted.found is None
        Offer.objects.bulk_create(new, batch_size=_BATCH)
        _upsert(Offer, changed, _OFFER_COLUMNS)
        self.counts["offers_new"] += len(new)
        self.counts["offers_changed"] += len(changed)
        return [*new, *changed]

    def _set_offer(self, offer: Offer, wanted: OfferPlan) -> None:
        values = wanted.values if wanted.found is None else wanted.changed
        offer.title = _words(offer.title, "title", values)
        offer.description = _words(offer.description, "description", values)
        if values.get("modes"):
            offer.modes = modes_to_bits(values["modes"])
        if values.get("sector"):
            offer.sector = self._row(self.sectors, values["sector"])
        if wanted.found is not None:
            offer.version += 1

    def _write_entries(self, keys: Sequence[int]) -> None:
        """Catalogue rows of the published ones among `keys`, written anew in one go."""
        published = (
            Exhibitor.objects.filter(pk__in=keys, state=Exhibitor.State.PUBLISHED, area__isnull=False)
            .select_related("organisation", "sector")
            .in_bulk()
        )
        on_shelf: dict[int, list[Offer]] = {key: [] for key in published}
        for offer in (
            Offer.objects.filter(exhibitor_id__in=on_shelf, is_on_shelf=True)
            .select_related("sector")
            .prefetch_related("more_sectors__sector")
        ):
            on_shelf[offer.exhibitor_id].append(offer)
        entries = [
            CatalogueEntry(exhibitor_id=key, **entry_values(exhibitor, on_shelf[key]))
            for key, exhibitor in published.items()
        ]
        columns = [column.name for column in CatalogueEntry._meta.fields if not column.primary_key]
        _upsert(CatalogueEntry, entries, columns, key="exhibitor")


def is_complete(exhibitor: Exhibitor, edition: Edition) -> bool:
    """What queries.completeness requires, from the row in memory alone: a test keeps the two in step."""
    languages = edition.languages or ["en", "zh"]
    says: list[Words] = [exhibitor.headline, exhibitor.about]
    return (
        any(exhibitor.organisation.name.get(code) for code in languages)
        and any(words.get(code) for words in says for code in languages)
        and exhibitor.area is not None
        and exhibitor.sector is not None
    )


def _words(words: Mapping[str, str], key: str, values: Mapping[str, Any]) -> Words:
    """`words` with the list's texts in English and Chinese; other languages stay."""
    said = {code: values[f"{key}_{code}"] for code in ("en", "zh") if values.get(f"{key}_{code}")}
    return {**words, **said}


def _upsert(model: Any, rows: Sequence[Any], columns: list[str], key: str = "id") -> None:
    """One statement per batch instead of one per row: insert, or on the known key change `columns`."""
    if rows:
        model.objects.bulk_create(
            rows, batch_size=_BATCH, update_conflicts=True, unique_fields=[key], update_fields=columns
        )
