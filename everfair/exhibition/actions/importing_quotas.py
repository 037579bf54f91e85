"""Holds an import to the delegations' quotas: row by row while the list is checked, as a whole when it is applied."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from everfair.base.refusals import Refused
from everfair.exhibition.actions.importing_compare import Plan
from everfair.exhibition.models import ImportProblem, ImportRow, ImportRun
from everfair.fair.actions.delegations import lock_delegation
from everfair.fair.models import Delegation, Edition
from everfair.fair.queries import COUNTED, firms_counted

_ROWS_NAMED = 12


def delegation_brought_to(plan: Plan) -> str:
    """The code of the delegation that gets one more firm that counts by this row; "" for none.

    An imported firm is accepted, so a new one counts. One that is there counts if it is accepted or published.
    """
    if plan.found is None:
        return str(plan.values.get("delegation") or "")
    return str(plan.changed.get("delegation") or "") if plan.found.state in COUNTED else ""


class QuotaCheck:
    """Counts as the rows come, in the file's order. Nothing is locked: applying counts again."""

    def __init__(self, run: ImportRun) -> None:
        self.run = run
        self.delegations = {
            found.code: found for found in Delegation.objects.filter(edition_id=run.edition_id, quota__gt=0)
        }
        self.taken: dict[str, int] = {}

    def take(self, row: ImportRow, plan: Plan) -> ImportProblem | None:
        """Count the row's firm in, or say why it has no room. A firm that leaves makes room for the rows below."""
        delegation = self.delegations.get(delegation_brought_to(plan))
        if delegation is not None:
            taken = self._taken(delegation)
            if taken >= delegation.quota:
                return self._problem(row, delegation, taken)
            self.taken[delegation.code] = taken + 1
        if plan.found is not None and plan.found.state in COUNTED and plan.changed.get("delegation"):
            left = self.delegations.get(plan.found.delegation.code if plan.found.delegation else "")
            if left is not None:
                self.taken[left.code] = self._taken(left) - 1
        return None

    def _taken(self, delegation: Delegation) -> int:
        if delegation.code not in self.taken:
            self.taken[delegation.code] = firms_counted(delegation)
        return self.taken[delegation.code]

    def _problem(self, row: ImportRow, delegation: Delegation, taken: int) -> ImportProblem:
        return ImportProblem(
            run=self.run,
            row_number=row.number,
            message=_(
                "%(name)s may bring %(quota)d firms; %(firms)d are accepted or stand above. "
                "Raise its quota, or give this row another delegation."
            )
            % {"name": str(delegation), "quota": delegation.quota, "firms": taken},
            value=delegation.code,
        )


def require_quotas(edition: Edition, brought: Mapping[str, Sequence[int]]) -> None:
    """Refuse when a delegation to which rows brought firms holds more than its quota, and name the rows.

    Call it inside the transaction, after everything is written: no firm's row is waited for any more, so the locks
    on delegations, taken in one order, cannot meet somebody else's crosswise.
    """
    keys = Delegation.objects.filter(edition=edition, code__in=brought, quota__gt=0).order_by("pk")
    for key in keys.values_list("pk", flat=True):
        delegation = lock_delegation(key)
        firms = firms_counted(delegation)
        if delegation.quota and firms > delegation.quota:
            over = brought[delegation.code][-(firms - delegation.quota) :]
            raise Refused(
                _(
                    "%(name)s may bring %(quota)d firms and would have %(firms)d, with row %(rows)s of the list. "
                    "Nothing was imported. Raise its quota, or check the list again and leave these rows out."
                )
                % {
                    "name": str(delegation),
                    "quota": delegation.quota,
                    "firms": firms,
                    "rows": _(", ").join(map(str, over[:_ROWS_NAMED]))
                    + ("…" if len(over) > _ROWS_NAMED else ""),
                }
            )
