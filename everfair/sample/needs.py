"""Needs of the sample: what the demo visitor, the demo exhibitor and other made-up firms look for, with some answers."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml
from django.utils import timezone

from everfair.exhibition.models import Exhibitor
from everfair.fair.models import Edition, Sector
from everfair.matchmaking.actions.answers import answer_need
from everfair.matchmaking.actions.needs import choose_firms, move_need, save_need
from everfair.matchmaking.actions.seekers import seeker_for
from everfair.matchmaking.forms.cpv import nearest
from everfair.matchmaking.models import Need, Seeker
from everfair.people.models import User

FACTS = Path(__file__).resolve().parent / "needs.yaml"


def load_needs(edition: Edition, *, by: User, visitor: User, today: date | None = None) -> int:
    """Write the sample's needs into an edition that has its firms; how many. `by` is of the organiser's team."""
    return _Loader(edition, by, visitor, today or timezone.localdate()).load()


class _Loader:
    def __init__(self, edition: Edition, by: User, visitor: User, today: date) -> None:
        self.edition, self.by, self.visitor, self.today = edition, by, visitor, today
        self.sectors: dict[str, Sector] = {sector.code: sector for sector in edition.sectors.all()}
        rows = Exhibitor.objects.filter(edition=edition, state=Exhibitor.State.PUBLISHED)
        rows = rows.select_related("organisation", "edition").order_by("pk")
        self.firms = {row.organisation.external_id: row for row in rows}
        owned = rows.filter(organisation__memberships__user__email="exhibitor@demo.example").first()
        if owned is not None:
            self.firms["exhibitor"] = owned

    def load(self) -> int:
        """All of them; needs of firms that are not there are left out."""
        facts = yaml.safe_load(FACTS.read_text(encoding="utf-8"))["needs"]
        return sum(self._need(row) for row in facts)

    def _seeker(self, key: str) -> Seeker | None:
        if key == "visitor":
            return seeker_for(self.visitor, self.edition)
        return seeker_for(self.firms[key]) if key in self.firms else None

    def _speaker(self, key: str) -> User:
        """Who does it: the demo visitor for themselves, the organiser for firms that have no people."""
        return self.visitor if key == "visitor" else self.by

    def _need(self, row: dict[str, Any]) -> bool:
        seeker = self._seeker(row["by"])
        if seeker is None:
            return False
        speaker = self._speaker(row["by"])
        need = save_need(seeker, None, self._values(row), by=speaker)
        chosen = [self.firms[key] for key in row.get("firms", ()) if key in self.firms]
        if chosen:
            choose_firms(need, by=speaker, add=chosen)
        if row.get("state") == "draft" or (row.get("firms") and not chosen):
            return True
        move_need(need, Need.State.OPEN, by=speaker)
        for answer in row.get("answers", ()):
            if answer["by"] in self.firms:
                answer_need(need, self.firms[answer["by"]], answer["message"], by=None)
        if row.get("state") == "filled":
            move_need(need, Need.State.CLOSED, by=speaker)
        return True

    def _values(self, row: dict[str, Any]) -> dict[str, Any]:
        sectors = [sector for code in row["sectors"] if (sector := nearest(code, self.sectors)) is not None]
        first, last, currency = row.get("budget", (None, None, ""))
        begins, ends = row.get("days", (None, None))
        licence = row.get("licence", {})
        return {
            "title": row["title"],
            "description": row["description"],
            "sector": sectors[0] if sectors else None,
            "more_sectors": sectors[1:],
            "modes": row.get("modes", []),
            "countries": row.get("countries", []),
            "deliver_to": row.get("deliver_to", ""),
            "languages": row.get("languages", []),
            "sizes": row.get("sizes", []),
            "licence": licence.get("text", ""),
            "licence_in": licence.get("in", []),
            "budget_from": first,
            "budget_to": last,
            "currency": currency,
            "starts_on": self._day(begins),
            "ends_on": self._day(ends),
            "closes_on": self._day(row.get("closes")),
            "musts": row.get("musts", []),
            "audience": row.get("audience", "board"),
        }

    def _day(self, days: int | None) -> date | None:
        return self.today + timedelta(days=days) if days is not None else None
