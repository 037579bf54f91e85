"""What each row of a list would do: new, changed, unchanged, or refused with a sentence. The same for check and apply."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from everfair.base.refusals import Refused
from everfair.fair.models import BadgeKind
from everfair.gateways.tables import Row, TableError
from everfair.registration.actions.registering import clean_values
from everfair.registration.forms.lists import ID, RowReader
from everfair.registration.models import Registration, RegistrationList
from everfair.registration.queries.registrations import STANDING

State = Registration.State
CHUNK = 1000
COMPARED = (
    "name", "second_name", "email", "organisation_name", "job_title", "country", "language", "answers",
)  # fmt: skip


@dataclass(frozen=True)
class Problem:
    """A row that cannot come in, and why."""

    row: int
    column: str
    message: str
    value: str = ""

    def as_dict(self) -> dict[str, Any]:
        return {"row": self.row, "column": self.column, "message": self.message, "value": self.value}


@dataclass
class Planned:
    """A row that can: under which kind, what it holds, the row it changes if there is one."""

    number: int
    kind: BadgeKind
    external_id: str
    values: dict[str, Any]
    state: str = ""  # of a new one
    existing: Registration | None = None
    is_changed: bool = False


@dataclass
class Planner:
    """Judges rows in the file's order; remembers what stood before in the file, and how many places are left."""

    run: RegistrationList
    reader: RowReader
    counts: Counter[str] = field(default_factory=Counter)
    mails: dict[tuple[int, str], int] = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)
    taken: dict[int, int] = field(default_factory=dict)  # approved under a kind, rows of this file counted in
    firms: dict[int, Counter[str]] = field(default_factory=dict)
    brought: dict[int, int] = field(default_factory=dict)

    def plan(self, items: Iterable[Row | TableError]) -> Iterator[Planned | Problem]:
        """One answer for each row."""
        chunk: list[Row | TableError] = []
        for item in items:
            chunk.append(item)
            if len(chunk) >= CHUNK:
                yield from self._chunk(chunk)
                chunk = []
        yield from self._chunk(chunk)

    def _chunk(self, items: list[Row | TableError]) -> Iterator[Planned | Problem]:
        read = [self._read(item) for item in items]
        planned = [one for one in read if isinstance(one, Planned)]
        by_id = self._by_id({one.external_id for one in planned if one.external_id})
        standing = self._standing({one.values["email"] for one in planned if one.values["email"]})
        for one in read:
            if isinstance(one, Planned):
                try:
                    self._judge(one, by_id, standing)
                except Refused as error:
                    yield self._problem(one.number, error, one.values)
                    continue
                self.counts[self._verdict(one)] += 1
                yield one
            else:
                self.counts["bad_rows"] += 1
                yield one

    def _verdict(self, one: Planned) -> str:
        if one.existing is None:
            self.counts["waiting"] += one.state == State.WAITING
            return "new"
        return "changed" if one.is_changed else "unchanged"

    def _problem(self, number: int, error: Refused, values: Mapping[str, Any]) -> Problem:
        self.counts["bad_rows"] += 1
        key = error.field or ""
        return Problem(number, self.reader.column(key), str(error), str(values.get(key) or "")[:80])

    def _read(self, item: Row | TableError) -> Planned | Problem:
        if isinstance(item, TableError):
            return Problem(item.row or 0, "", str(item))
        row = item.values
        try:
            kind = self.reader.kind_of(row)
            values = clean_values(kind, self.reader.values(row, kind), is_partial=True)
        except Refused as error:
            key = error.field or ""
            return Problem(item.number, self.reader.column(key), str(error), self.reader.text(row, key)[:80])
        return Planned(item.number, kind, self.reader.text(row, ID)[:200], values)

    def _by_id(self, wanted: set[str]) -> dict[str, Registration]:
        if not wanted:
            return {}
        found = Registration.objects.filter(
            edition_id=self.run.edition_id, list_name=self.run.name, external_id__in=wanted
        )
        return {row.external_id: row for row in found}

    def _standing(self, emails: set[str]) -> dict[tuple[int, str], int]:
        if not emails:
            return {}
        found = (
            Registration.objects.filter(edition_id=self.run.edition_id, state__in=STANDING, merged_into=None)
            .alias(address=Lower("email"))
            .filter(address__in=emails)
            .values_list("kind_id", "email", "pk")
        )
        return {(kind, email.lower()): key for kind, email, key in found}

    def _judge(
        self, one: Planned, by_id: Mapping[str, Registration], standing: Mapping[tuple[int, str], int]
    ) -> None:
        email, kind = one.values["email"], one.kind
        one.existing = by_id.get(one.external_id) if one.external_id else None
        self._require_new_in_file(one, email, kind)
        holder = standing.get((kind.pk, email)) if email else None
        if holder is not None and (one.existing is None or holder != one.existing.pk):
            raise Refused(
                _("%(email)s is registered as “%(kind)s” already.") % {"email": email, "kind": kind},
                field="email",
            )
        if one.existing is not None:
            self._compare(one)
            return
        self._require_firm(one)
        one.state = self._state(kind)

    def _require_new_in_file(self, one: Planned, email: str, kind: BadgeKind) -> None:
        if one.external_id:
            other = self.ids.setdefault(one.external_id, one.number)
            if other != one.number:
                raise Refused(_("The same number stands in row %(row)d.") % {"row": other}, field=ID)
        if email:
            other = self.mails.setdefault((kind.pk, email), one.number)
            if other != one.number:
                raise Refused(
                    _(
                        "The same e-mail address stands in row %(row)d. One person, one badge: keep one of them."
                    )
                    % {"row": other},
                    field="email",
                )

    def _compare(self, one: Planned) -> None:
        row: Any = one.existing
        if row.merged_into_id is not None or row.state not in STANDING:
            one.is_changed = False  # somebody decided about this person; a list does not undo that
            return
        if row.kind_id != one.kind.pk:
            raise Refused(
                _("%(name)s came with this list under another kind. Cancel that registration first.")
                % {"name": row.name},
                field="kind",
            )
        one.values["answers"] = {**row.answers, **one.values["answers"]}
        one.is_changed = any(getattr(row, name) != one.values[name] for name in COMPARED)

    def _require_firm(self, one: Planned) -> None:
        kind, firm = one.kind, one.values["organisation_name"].casefold()
        if kind.per_firm is not None and firm:
            if kind.pk not in self.firms:
                self.firms[kind.pk] = self._firms_of(kind)
            if self.firms[kind.pk][firm] >= kind.per_firm:
                raise Refused(
                    _("A firm may have %(count)d people under “%(kind)s”, and %(firm)s has them.")
                    % {"count": kind.per_firm, "kind": kind, "firm": one.values["organisation_name"]},
                    field="organisation_name",
                )
            self.firms[kind.pk][firm] += 1
        if self.run.delegation_id is not None and kind.per_delegation is not None:
            brought = self.brought.get(kind.pk)
            if brought is None:
                brought = Registration.objects.filter(
                    delegation_id=self.run.delegation_id, kind=kind, state__in=STANDING, merged_into=None
                ).count()
            if brought >= kind.per_delegation:
                raise Refused(
                    _("The delegation may have %(count)d people under “%(kind)s” and has them.")
                    % {"count": kind.per_delegation, "kind": kind}
                )
            self.brought[kind.pk] = brought + 1

    def _firms_of(self, kind: BadgeKind) -> Counter[str]:
        rows = (
            Registration.objects.filter(kind=kind, state__in=STANDING, merged_into=None)
            .exclude(organisation_name="")
            .order_by()
            .values_list("organisation_name")
            .annotate(count=Count("pk"))
        )
        found: Counter[str] = Counter()
        for name, count in rows:
            found[name.casefold()] += count
        return found

    def _state(self, kind: BadgeKind) -> str:
        if kind.needs_approval and not self.run.options.get("approve", True):
            return State.REQUESTED
        taken = self.taken.setdefault(kind.pk, kind.expected)
        if kind.capacity is not None and taken >= kind.capacity:
            return State.WAITING
        self.taken[kind.pk] = taken + 1
        return State.APPROVED
