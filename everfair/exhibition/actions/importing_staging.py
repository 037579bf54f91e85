"""Stages the rows of a list batch by batch: several rows of one exhibitor become one, double ids become
problems."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from everfair.exhibition.forms.importing_cells import HEADLINE_LIMIT, shorten_line
from everfair.exhibition.forms.importing_rows import Cleaned, Problem, RowReader
from everfair.exhibition.models import ImportProblem, ImportRow, ImportRun
from everfair.gateways.tables import Row, TableError

MOST_PROBLEMS = 10_000
"""Problems kept per run; beyond, only counted: the mapping is wrong then, not the rows."""
_TEXTS = ("headline_en", "headline_zh", "about_en", "about_zh")


class Stage:
    """Takes batches in the file's order. Each is one transaction together with the run's `rows_checked`."""

    def __init__(self, run: ImportRun, reader: RowReader) -> None:
        self.run = run
        self.reader = reader
        self.checked = run.rows_checked
        self._has_offer_ids = "offer_external_id" in reader.mapped
        self._leaders: dict[str, int] = {}  # external id → number of the row that brought the exhibitor
        for words, counted in dict(run.counts.get("unmatched", {})).items():
            reader.unmatched[words] = Counter(counted)
        staged = (
            ImportRow.objects.filter(run=run).exclude(verdict=ImportRow.Verdict.BAD).exclude(external_id="")
        )
        self._leaders.update(staged.values_list("external_id", "number"))

    def take(self, batch: Sequence[Row | TableError]) -> bool:
        """Stage one batch; False when the run was stopped or is checked by somebody else meanwhile."""
        problems: list[ImportProblem] = []
        rows: dict[int, ImportRow] = {}
        followers: list[tuple[int, Cleaned]] = []
        for item in batch:
            if isinstance(item, TableError):
                problems.append(ImportProblem(run=self.run, row_number=item.row, message=str(item)))
                continue
            cleaned = self.reader.read(item.values)
            leader = self._leaders.get(cleaned.external_id) if cleaned.external_id else None
            if leader is not None and not self._has_offer_ids:
                cleaned.problems.append(self._double(cleaned, leader))
            if leader is not None and self._has_offer_ids and not cleaned.is_bad:
                followers.append((item.number, cleaned))
            else:
                rows[item.number] = self._row(item.number, cleaned)
            problems += [self._problem(item.number, problem) for problem in cleaned.problems]
        with transaction.atomic():
            run = ImportRun.objects.select_for_update(of=("self",)).get(pk=self.run.pk)
            if run.state != ImportRun.State.CHECKING or run.rows_checked != self.checked:
                return False
            earlier = self._join(followers, rows, problems)
            ImportRow.objects.bulk_create(rows.values(), batch_size=500)
            ImportRow.objects.bulk_update(earlier, ["values"], batch_size=100)
            self._keep_problems(run, problems)
            self.checked += len(batch)
            run.rows_checked = self.checked
            run.counts = {**run.counts, "unmatched": self._unmatched()}
            run.save(update_fields=["rows_checked", "counts"])
        return True

    def _row(self, number: int, cleaned: Cleaned) -> ImportRow:
        if not cleaned.is_bad and cleaned.external_id:
            self._leaders[cleaned.external_id] = number
        verdict = ImportRow.Verdict.BAD if cleaned.is_bad else ImportRow.Verdict.NEW
        return ImportRow(
            run=self.run,
            number=number,
            external_id=cleaned.external_id,
            verdict=verdict,
            values=cleaned.values,
        )

    def _double(self, cleaned: Cleaned, leader: int) -> Problem:
        source = self.reader.mapped.get("external_id")
        if source is None:
            message = _(
                "Row %(row)d has the same name. Delete one of the two, or give the list a column with ids."
            )
        else:
            message = _(
                "Row %(row)d has the same id. Every exhibitor needs an id of its own: "
                "correct one, or delete one."
            )
        column = source.columns[0] if source and source.columns else ""
        return Problem(message % {"row": leader}, column, cleaned.external_id)

    def _problem(self, number: int, problem: Problem) -> ImportProblem:
        return ImportProblem(
            run=self.run,
            row_number=number,
            column=problem.column[:200],
            message=problem.message,
            value=problem.value,
            is_warning=problem.is_warning,
        )

    def _join(
        self, followers: list[tuple[int, Cleaned]], rows: dict[int, ImportRow], problems: list[ImportProblem]
    ) -> list[ImportRow]:
        """Join further rows of an exhibitor to its first; the first rows of earlier batches that changed."""
        wanted = {self._leaders[cleaned.external_id] for _number, cleaned in followers} - set(rows)
        earlier = {row.number: row for row in ImportRow.objects.filter(run=self.run, number__in=wanted)}
        for number, cleaned in followers:
            leader = self._leaders[cleaned.external_id]
            values = (rows.get(leader) or earlier[leader]).values
            offer = next(iter(cleaned.values.get("offers", ())), None)
            if offer and offer["external_id"] in {known["external_id"] for known in values.get("offers", ())}:
                message = _("Row %(row)d already has this offer. Give one of them another id, or delete one.")
                problem = Problem(message % {"row": leader}, value=offer["external_id"])
                problems.append(self._problem(number, problem))
                continue
            join_rows(values, cleaned.values)
        return list(earlier.values())

    def _keep_problems(self, run: ImportRun, problems: list[ImportProblem]) -> None:
        kept = ImportProblem.objects.filter(run=run).count()
        ImportProblem.objects.bulk_create(problems[: max(0, MOST_PROBLEMS - kept)], batch_size=500)
        if kept < MOST_PROBLEMS <= kept + len(problems):
            message = _(
                "There are more problems than are listed. Look at the columns first: "
                "one is probably mapped wrongly."
            )
            ImportProblem.objects.create(run=run, row_number=None, message=message)

    def _unmatched(self) -> dict[str, dict[str, int]]:
        return {key: dict(words.most_common(200)) for key, words in self.reader.unmatched.items()}


def join_rows(first: dict[str, Any], further: dict[str, Any]) -> None:
    """Add a further row of the same exhibitor to its first: its offer, and what the first left blank.

    Where the rows describe different things (products of one maker), no single text may stand for the firm:
    the
    sentence becomes the offers' titles, and the long texts stay with the offers.
    """
    apart = any(first.get(key) and further.get(key) and first[key] != further[key] for key in _TEXTS)
    first.setdefault("offers", []).extend(further.get("offers", ()))
    if apart or first.get("joined"):
        first["joined"] = True
        for language in ("en", "zh"):
            titles = " · ".join(filter(None, (offer.get(f"title_{language}") for offer in first["offers"])))
            if titles and f"headline_{language}" in {**first, **further}:
                first[f"headline_{language}"] = shorten_line(titles, HEADLINE_LIMIT)
            first.pop(f"about_{language}", None)
        further = {key: value for key, value in further.items() if key not in _TEXTS}
    for key, value in further.items():
        if key != "offers":
            first.setdefault(key, value)
