"""Outcomes of the sample: of every class, in both editions, most of them public, with what became of the older ones."""

import csv
import tempfile
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import yaml
from django.utils import timezone

from everfair.engines.outcomes import due_on
from everfair.exhibition.models import Exhibitor
from everfair.fair.models import Edition
from everfair.outcomes.actions.confirming import confirm_outcome
from everfair.outcomes.actions.deciding import publish_outcome, verify_outcome, withdraw_outcome
from everfair.outcomes.actions.earlier import COLUMNS, import_totals
from everfair.outcomes.actions.following import answer_follow_up
from everfair.outcomes.actions.preparing import NewParty, prepare_outcome
from everfair.outcomes.models import FIELDS, FollowUp, Outcome
from everfair.people.models import User

FACTS = Path(__file__).resolve().parent / "outcomes.yaml"
TAKES = timedelta(hours=3)  # from preparing one to publishing it; none of it lies ahead
MADE_UP = {"en": " Made up for the sample fair.", "zh": "（示例，纯属虚构。）"}


def load_outcomes(edition: Edition, former: Edition, *, by: User, now: datetime | None = None) -> int:
    """Write the sample's outcomes into editions that have their firms; how many. `by` is of the organiser's team."""
    now = now or timezone.now()
    facts = yaml.safe_load(FACTS.read_text(encoding="utf-8"))
    then = datetime.combine(former.starts_on + timedelta(days=2), time(2), UTC)
    before, current = _Loader(former, by, min(then, now)), _Loader(edition, by, now)
    count = sum(before.load(row) for row in facts["former"])
    count += sum(current.load(row) for row in facts["outcomes"])
    # The chain of records grows at its end: what came first is published first, whatever the order of the facts.
    deeds = [*before.public_deeds, *current.public_deeds]
    for row, outcome, since in [*before.followed, *current.followed]:
        deeds += _follow(outcome, row["follow"], since, now)
    for _moment, deed in sorted(deeds, key=lambda one: one[0]):
        deed()
    _earlier(edition, facts["earlier"], by)
    return count


class _Loader:
    def __init__(self, edition: Edition, by: User, now: datetime) -> None:
        self.edition, self.by, self.now = edition, by, now - TAKES
        self.public_deeds: list[
            tuple[datetime, Callable[[], object]]
        ] = []  # when, and what writes into the chain then
        self.followed: list[tuple[dict[str, Any], Outcome, date]] = []
        rows = Exhibitor.objects.filter(edition=edition, state=Exhibitor.State.PUBLISHED)
        rows = rows.select_related("organisation", "edition").order_by("pk")
        self.firms = {row.organisation.external_id: row for row in rows}
        owned = rows.filter(organisation__memberships__user__email="exhibitor@demo.example").first()
        if owned is not None:
            self.firms["exhibitor"] = owned
        self.classes = {row.code: row for row in edition.outcome_classes.all()}
        self.sectors = {row.code: row for row in edition.sectors.all()}

    def load(self, row: dict[str, Any]) -> bool:
        """One outcome, brought to its state; left out where its firms or its class are not there."""
        parties = self._parties(row)
        if not parties or row["class"] not in self.classes:
            return False
        at = self.now - timedelta(days=row.get("days", 0))
        outcome = prepare_outcome(self.edition, self._values(row, at.date()), parties, by=None, now=at)
        state = row.get("state", "published")
        if state != "prepared":
            self._bring(outcome, row, state, at)
        if row.get("follow"):
            self.followed.append((row, outcome, at.date()))
        return True

    def _parties(self, row: dict[str, Any]) -> list[NewParty]:
        keys = row.get("of", [])
        if any(key not in self.firms for key in keys):
            return []
        parties = [NewParty(is_organiser=True)] if row.get("organiser") else []
        parties += [NewParty(exhibitor=self.firms[key]) for key in keys]
        if body := row.get("body"):
            parties.append(NewParty(name=body["name"], country=body["country"], email="body@demo.example"))
        return parties

    def _values(self, row: dict[str, Any], on: date) -> dict[str, Any]:
        currency, low, high = [*row.get("value", []), None, None, None][:3]
        worth = row.get("worth") or ("exact" if high is None else "range")
        return {
            "kind": self.classes[row["class"]],
            "title": row["title"],
            "summary": {code: text + MADE_UP[code] for code, text in row["summary"].items()},
            "worth": worth,
            "currency": currency,
            "value_from": low,
            "value_to": high,
            "agreed_on": on,
            "sectors": [self.sectors[code] for code in row["sectors"] if code in self.sectors],
        }

    def _bring(self, outcome: Outcome, row: dict[str, Any], state: str, at: datetime) -> None:
        held = row.get("hold", [])
        for number, party in enumerate(outcome.parties.select_related("outcome__edition")):
            shown = [name for name in FIELDS if number or name not in held]
            confirm_outcome(party, shown, by=None, now=at + timedelta(minutes=number))
        outcome.refresh_from_db()
        if state == "confirmed":
            return
        verify_outcome(outcome, by=self.by, now=at + timedelta(hours=1))
        if state == "verified":
            return
        public_at = at + timedelta(hours=2)
        self.public_deeds.append((public_at, lambda: publish_outcome(outcome, by=self.by, now=public_at)))
        if state == "withdrawn":
            gone = at + timedelta(hours=9)
            self.public_deeds.append(
                (gone, lambda: withdraw_outcome(outcome, row["why"], by=self.by, now=gone))
            )


def _follow(
    outcome: Outcome, given: dict[int, list[str]], since: date, now: datetime
) -> list[tuple[datetime, Callable[[], object]]]:
    """What both sides said, months later: when, and what writes it."""
    deeds: list[tuple[datetime, Callable[[], object]]] = []
    for months, answers in given.items():
        day = due_on(since, int(months))
        asked = datetime.combine(day, time(1), UTC)
        if asked <= now:
            moment = min(asked + timedelta(days=5), now)
            deeds.append((moment, partial(_answer, outcome, int(months), day, asked, answers, moment)))
    return deeds


def _answer(
    outcome: Outcome, months: int, day: date, asked: datetime, answers: list[str], moment: datetime
) -> None:
    follow_up = FollowUp.objects.create(outcome=outcome, months=months, due_on=day, asked_at=asked)
    for party, said in zip(outcome.parties.select_related("outcome__edition"), answers, strict=False):
        answer_follow_up(follow_up, party, said, "", by=None, now=moment)


def _earlier(edition: Edition, rows: list[dict[str, Any]], by: User) -> None:
    """Figures of editions before everfair, by the same door as an organiser's list."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "earlier.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            out = csv.DictWriter(file, COLUMNS)
            out.writeheader()
            for row in rows:
                out.writerow(
                    {
                        "year": edition.starts_on.year - row["back"], "dimension": row["dimension"], "code": row["code"],
                        "name_en": row["name"]["en"], "name_zh": row["name"]["zh"], "count": row["count"],
                        "source": "sample",
                    }
                )  # fmt: skip
        import_totals(edition, path, by=by)
