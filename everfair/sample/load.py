"""Loads the sample fair: two editions, 132 firms, their offers, a person in every role. All through the rooms' actions."""

import json
import secrets
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from everfair.exhibition.actions import applying, booth, offers, state
from everfair.exhibition.models import Exhibitor
from everfair.fair.actions import areas as area_actions
from everfair.fair.actions import delegations as delegation_actions
from everfair.fair.actions import editions as edition_actions
from everfair.fair.actions import team as team_actions
from everfair.fair.models import Area, Delegation, Edition, Fair, Place, Sector
from everfair.people import actions as people_actions
from everfair.people.models import Organisation, User
from everfair.sample.conversations import load_conversations
from everfair.sample.deals import load_deals
from everfair.sample.gate import load_gate
from everfair.sample.leads import load_leads
from everfair.sample.matching import load_matching
from everfair.sample.meetings import load_meetings
from everfair.sample.needs import load_needs
from everfair.sample.outcomes import load_outcomes
from everfair.sample.programme import load_programme
from everfair.sample.registration import load_registration
from everfair.sample.room import load_room

HERE = Path(__file__).resolve().parent
DAYS = 6
LAYOUT = {"c": (4, 16), "topical": (4, 10), "service": (1, 8)}  # rows and columns of booth places
WAITING = {  # the last firms of the list stand at different points of the vetting
    "applied": 4, "changes_asked": 2, "accepted": 1, "draft": 1,
}  # fmt: skip


@lru_cache(maxsize=1)
def _facts() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((HERE / "fair.yaml").read_text(encoding="utf-8"))
    return found


def firms() -> list[dict[str, Any]]:
    """Every firm of the sample, dealt out evenly from the sector files so that neighbours differ."""
    files = [
        yaml.safe_load(path.read_text(encoding="utf-8"))
        for path in sorted((HERE / "exhibitors").glob("*.yaml"))
    ]
    dealt = [
        ((n + 0.5) / len(rows), number, row)
        for number, rows in enumerate(files)
        for n, row in enumerate(rows)
    ]
    return [row for _share, _number, row in sorted(dealt, key=lambda card: card[:2])]


@transaction.atomic
def load_sample(today: date | None = None) -> Edition:
    """Make everything and write the accounts to DATA_DIR/demo-accounts.json. Gives the live edition."""
    now = timezone.now()
    today = today or timezone.localdate()
    facts, people = _facts(), _make_people()
    by = people["organiser"]
    fair = edition_actions.create_fair(facts["fair"], by=by)
    rows = firms()
    former = _make_edition(fair, facts["former_edition"], date(today.year - 1, today.month, 1), by)
    current = _make_edition(fair, facts["edition"], today - timedelta(days=1), by)
    shown_before = _Maker(former, by, now - timedelta(days=365))
    shown_now = _Maker(current, by, now)
    for row in rows[::2]:
        shown_before.add(row, most_offers=2)
    waiting = [name for name, count in WAITING.items() for _ in range(count)]
    for number, row in enumerate(rows):
        left = len(rows) - number
        shown_now.add(row, until=waiting[-left] if left <= len(waiting) else "published", before=shown_before)
    for edition, phases in ((former, ("live", "evergreen")), (current, ("live",))):
        for phase in phases:
            edition_actions.change_phase(edition, phase, by=by)
    _give_roles(people, current, shown_now, by)
    load_programme(current, by=by, visitor=people["visitor"])
    load_room(current, by=by)
    load_registration(current, by=by, visitor=people["visitor"], firm=_firm_of(people["exhibitor"]))
    load_gate(current, by=by)  # after people: it reads their badges
    load_leads(current)  # it scans the badges of people who registered
    load_meetings(current, by=by)
    load_needs(current, by=by, visitor=people["visitor"], today=today)
    load_conversations(current, by=by, visitor=people["visitor"], exhibitor=people["exhibitor"], now=now)
    load_deals(current, by=by, visitor=people["visitor"], exhibitor=people["exhibitor"], now=now)
    load_outcomes(current, former, by=by, now=now)
    load_matching(current, by=by, visitor=people["visitor"])  # last: it learns from all of it
    return current


def _firm_of(person: User) -> Organisation:
    """The firm the demo exhibitor owns."""
    return Organisation.objects.filter(memberships__user=person).order_by("memberships__since")[0]


def _make_people() -> dict[str, User]:
    found, written = {}, []
    for account in _facts()["accounts"]:
        password = f"{secrets.token_hex(2)}-{secrets.token_hex(2)}-{secrets.token_hex(2)}"
        user = User.objects.create_user(
            account["email"],
            password,
            name=account["name"],
            language=account["language"],
            time_zone="Asia/Shanghai",
        )
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        found[account["key"]] = user
        written.append(
            {"email": user.email, "password": password, "role": account["role"], "desk": account["desk"]}
        )
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    kept = settings.DATA_DIR / "demo-accounts.json"
    kept.touch(mode=0o600)
    kept.write_text(json.dumps(written, ensure_ascii=False, indent=1), encoding="utf-8")
    return found


def _make_edition(fair: Fair, facts: dict[str, Any], starts_on: date, by: User) -> Edition:
    year = starts_on.year
    common = _facts()
    edition = edition_actions.create_edition(
        fair,
        {
            **{
                key: {code: text.format(year=year) for code, text in words.items()}
                for key, words in facts.items()
            },
            "slug": f"{fair.slug}-{year}",
            "starts_on": starts_on,
            "ends_on": starts_on + timedelta(days=DAYS - 1),
            "time_zone": common["time_zone"],
            "country": common["country"],
            "languages": ["en", "zh"],
            "is_sample": True,
        },
        by=by,
        template="services",
    )
    for area in edition.areas.all():
        rows, columns = LAYOUT.get(area.code) or LAYOUT[area.kind]
        area_actions.lay_out_places(area, rows, columns, 3.0, 3.0, by=by)
    for delegation in common["delegations"]:
        delegation_actions.save_delegation(
            edition, None, {"name": delegation["name"], "quota": delegation["quota"]}, by=by
        )
    for number, question in enumerate(common["questions"]):
        applying.save_question(edition, None, {**question, "position": number}, by=by)
    for phase in ("announced", "open"):  # exhibitors apply while it is open
        edition_actions.change_phase(edition, phase, by=by)
    return edition


class _Maker:
    """Adds firms to one edition; remembers places already given and firms already made."""

    def __init__(self, edition: Edition, by: User, now: datetime) -> None:
        self.edition, self.by, self.now = edition, by, now
        self.areas: dict[str, Area] = {area.code: area for area in edition.areas.all()}
        self.sectors: dict[str, Sector] = {sector.code: sector for sector in edition.sectors.all()}
        self.places: dict[int, Iterator[Place]] = {
            area.pk: iter(area.places.all()) for area in self.areas.values()
        }
        self.delegations = self._delegations_by_country()
        self.brought: defaultdict[int, int] = defaultdict(int)
        self.made: dict[str, Exhibitor] = {}

    def _delegations_by_country(self) -> dict[str, Delegation]:
        rows = {delegation.name["en"]: delegation for delegation in self.edition.delegations.all()}
        return {
            country: rows[facts["name"]["en"]]
            for facts in _facts()["delegations"]
            for country in facts["countries"]
        }

    def add(
        self,
        row: dict[str, Any],
        *,
        most_offers: int = 9,
        until: str = "published",
        before: "_Maker | None" = None,
    ) -> Exhibitor:
        """One firm with its booth, offers and contacts, brought as far as `until` on the state chart."""
        earlier = before.made.get(row["key"]) if before else None
        organisation = earlier.organisation if earlier else self._organisation(row)
        exhibitor = booth.create_exhibitor(
            self.edition,
            organisation,
            by=self.by,
            carried_from=earlier,
            headline=row["headline"],
            about=row["about"],
            languages=row["languages"],
            sector=self._sector(row["sectors"][0]),
            area=self.areas[row["area"].lower()],
            delegation=self._delegation(row["country"]),
        )
        booth.save_contacts(exhibitor, row["contacts"], by=self.by)
        for offer in row["offers"][:most_offers]:
            self._offer(exhibitor, offer)
        if len(self.made) % 4:  # one in four has a cloud booth only
            place = next(self.places[exhibitor.area_id or 0], None)
            if place is not None:
                booth.claim_place(exhibitor, place, by=self.by)
        self._bring(exhibitor, until)
        self.made[row["key"]] = exhibitor
        return exhibitor

    def _organisation(self, row: dict[str, Any]) -> Organisation:
        return people_actions.create_organisation(
            {
                "name": row["name"],
                "description": row["headline"],
                "country": row["country"],
                "website": row.get("website") or f"https://{row['key']}.example",
                "size_class": row["size"],
                "source": "sample",
                "external_id": row["key"],
            },
            by=self.by,
        )

    def _sector(self, code: str) -> Sector:
        """The sector, or the nearest one above it that the tree has."""
        while code not in self.sectors:
            code = code.rpartition(".")[0]
        return self.sectors[code]

    def _delegation(self, country: str) -> Delegation | None:
        delegation = self.delegations.get(country)
        if delegation is None or self.brought[delegation.pk] >= delegation.quota > 0:
            return None
        self.brought[delegation.pk] += 1
        return delegation

    def _offer(self, exhibitor: Exhibitor, row: dict[str, Any]) -> None:
        sectors = [self._sector(code) for code in row["sectors"]]
        offers.save_offer(
            exhibitor,
            None,
            {
                "kind": row.get("kind", "service"),
                "title": row["title"],
                "description": row["description"],
                "sector": sectors[0],
                "more_sectors": sectors[1:],
                "modes": row["modes"],
                "languages": row["languages"],
                "delivers_to": row["delivers_to"],
                "data_location": row.get("data_location", {}),
                "price_note": row.get("price_note", {}),
                "licences": [
                    {**licence, "valid_until": licence.get("until")} for licence in row.get("licences", [])
                ],
                "references": row.get("references", []),
            },
            by=self.by,
        )

    def _bring(self, exhibitor: Exhibitor, until: str) -> None:
        """Along the state chart, some hours apart, so that queue and newest booths have an order."""
        at = self.now - timedelta(days=40) + timedelta(hours=7 * len(self.made))
        if until == "draft":
            return
        answers = {
            question.pk: "yes" for question in exhibitor.edition.application_questions.filter(kind="yes_no")
        }
        applying.save_answers(exhibitor, answers, by=self.by)
        state.apply_for_booth(exhibitor, by=self.by, now=at)
        if until == "changes_asked":
            state.ask_for_changes(
                exhibitor,
                by=self.by,
                reason="The licence scan cannot be read. 许可证扫描件无法辨认。",
                now=at + timedelta(hours=3),
            )
        if until in ("accepted", "published"):
            state.accept(exhibitor, by=self.by, now=at + timedelta(hours=5))
        if until == "published":
            state.publish(exhibitor, by=self.by, now=at + timedelta(hours=6))


def _give_roles(people: dict[str, User], edition: Edition, maker: _Maker, by: User) -> None:
    """Every demo person a role that has something to do."""
    area = edition.areas.get(code="2")
    team_actions.add_team_member(edition, people["reviewer"], "reviewer", by=by, area=area)
    team_actions.add_team_member(edition, people["programme"], "programme", by=by)
    delegation_actions.add_delegation_member(
        edition.delegations.order_by("position")[0], people["delegation"], by=by
    )
    own = next(exhibitor for key, exhibitor in maker.made.items() if exhibitor.carried_from_id)
    people_actions.add_member(own.organisation, people["exhibitor"], "owner", by=by)
    people_actions.add_member(own.organisation, people["staff"], "booth_staff", by=by)
