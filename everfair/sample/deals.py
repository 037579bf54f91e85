"""Inquiries, quotations and one agreement of the sample: the demo visitor, the demo exhibitor's firm and made-up others."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from django.utils import timezone

from everfair.agreements.actions.drafting import make_of_negotiation
from everfair.agreements.actions.offering import offer
from everfair.agreements.forms.agreements import Terms
from everfair.conversations.access import Who
from everfair.deals.access import BUYER, FIRM, Stand
from everfair.deals.actions.inquiries import save_inquiry
from everfair.deals.actions.negotiations import end_negotiation, move_negotiation
from everfair.deals.actions.notes import set_next_step, write_note
from everfair.deals.actions.quoting import begin_quotation, begin_version, send
from everfair.deals.actions.sending import send_inquiry
from everfair.deals.actions.stages import stages_of
from everfair.deals.models import Negotiation, Rate
from everfair.engines.money import LineValue
from everfair.exhibition.models import Exhibitor
from everfair.fair.models import Edition
from everfair.matchmaking.models import Need
from everfair.people.models import User

FACTS = Path(__file__).resolve().parent / "deals.yaml"


def load_deals(
    edition: Edition, *, by: User, visitor: User, exhibitor: User, now: datetime | None = None
) -> int:
    """Write them into an edition that has its firms and needs; how many inquiries. `by` speaks for firms without people."""
    return _Loader(edition, by, visitor, exhibitor, now or timezone.now()).load()


class _Loader:
    def __init__(self, edition: Edition, by: User, visitor: User, exhibitor: User, now: datetime) -> None:
        self.edition, self.by, self.visitor, self.exhibitor, self.now = edition, by, visitor, exhibitor, now
        self.today = timezone.localdate(now)
        rows = Exhibitor.objects.filter(edition=edition, state=Exhibitor.State.PUBLISHED)
        rows = rows.select_related("organisation", "edition__fair").order_by("pk")
        self.firms = {row.organisation.external_id: row for row in rows}
        owned = rows.filter(organisation__memberships__user=exhibitor).first()
        if owned is not None:
            self.firms["exhibitor"] = owned
        self.stages = {stage.code: stage for stage in stages_of(edition)}

    def load(self) -> int:
        facts = yaml.safe_load(FACTS.read_text(encoding="utf-8"))
        Rate.objects.bulk_create(
            Rate(
                edition=self.edition, currency=row["currency"], base=row["base"], value=Decimal(row["value"]), on=self.today,
                source="sample",
            )
            for row in facts["rates"]
        )  # fmt: skip
        return sum(self._inquiry(row) for row in facts["inquiries"])

    def _buyer(self, key: str) -> tuple[Who, User] | None:
        if key == "visitor":
            return Who.person(self.visitor), self.visitor
        if key in self.firms:
            return Who.firm(self.firms[key]), self.exhibitor if key == "exhibitor" else self.by
        return None

    def _day(self, days: int | None) -> date | None:
        return None if days is None else self.today + timedelta(days=days)

    def _inquiry(self, row: dict[str, Any]) -> bool:
        found = self._buyer(row["by"])
        asked = [self.firms[key] for key in row["to"] if key in self.firms]
        if found is None or not asked:
            return False
        buyer, speaker = found
        need = (
            Need.objects.filter(seeker__user=self.visitor).order_by("pk").first() if row.get("need") else None
        )
        values = {
            "title": row["title"], "text": row["text"], "language": "en" if row["title"].isascii() else "zh",
            "questions": row.get("questions", []), "deliver_to": row.get("deliver_to", ""),
            "wanted_by": self._day(row.get("wanted")), "answer_by": self._day(row.get("answer")),
            "currency": row.get("currency", ""), "is_hidden": row.get("hidden", False),
        }  # fmt: skip
        if need is not None:
            values |= {"about": "need", "about_code": need.code, "about_title": need.title, "need": need}
        inquiry = save_inquiry(self.edition, None, values, buyer=buyer, by=speaker, firms=asked, now=self.now)
        if row.get("draft"):
            return True
        begun = {one.firm_id: one for one in send_inquiry(inquiry, by=speaker, now=self.now)}
        talks = {
            key: begun[firm.pk] for key, firm in self.firms.items() if key in row["to"] and firm.pk in begun
        }
        for quote in row["quotes"]:
            if quote["from"] in talks:
                self._quote(talks[quote["from"]], quote)
        self._record(row, talks, speaker)
        return True

    def _speaker(self, key: str) -> User:
        return self.exhibitor if key == "exhibitor" else self.by

    def _quote(self, talk: Negotiation, row: dict[str, Any]) -> None:
        by = self._speaker(row["from"])
        quotation = begin_quotation(talk, by=by, now=self.now)
        quotation = send(quotation, self._version(row, row["lines"], ""), by=by, now=self.now)
        second = row.get("second")
        if second:
            begin_version(quotation, by=by, now=self.now)
            quotation.refresh_from_db()
            send(quotation, self._version(row, second["lines"], second["note"]), by=by, now=self.now)

    def _version(self, row: dict[str, Any], lines: list[list[Any]], note: str) -> dict[str, Any]:
        return {
            "title": row["title"], "currency": row["currency"], "tax_note": row["tax"], "terms": row["terms"], "note": note,
            "starts_on": None, "ends_on": self._day(row["days"]),
            "lines": [
                LineValue(text, Decimal(quantity), unit, Decimal(price))
                for text, quantity, unit, price in lines
            ],
        }  # fmt: skip

    def _record(self, row: dict[str, Any], talks: dict[str, Negotiation], speaker: User) -> None:
        """Stages, notes, next steps and ends."""
        for key, code in row.get("stages", {}).items() if row["to"][0] in talks else ():
            move_negotiation(talks[key], self.stages[code], by=self._speaker(key), now=self.now)
        for note in row.get("notes", []):
            stand, by = self._stand(talks, note, speaker)
            write_note(stand, None, note["text"], by=by, is_shared=note["shared"], now=self.now)
        step = row.get("next")
        if step:
            stand, _by = self._stand(talks, step, speaker)
            set_next_step(
                stand, step["text"], self._day(step["days"]), is_shared=step["shared"], now=self.now
            )
        first = Stand(talks[row["to"][0]], FIRM) if row["to"][0] in talks else None
        if first is not None and row.get("won"):
            end_negotiation(first, "won", by=self._speaker(row["to"][0]), now=self.now)
        if first is not None and row.get("lost"):
            lost = row["lost"]
            end_negotiation(first, "lost", by=speaker, why=lost["why"], why_text=lost["text"], now=self.now)
        if row.get("agreement") and row["agreement"]["of"] in talks:
            self._agreement(talks[row["agreement"]["of"]], row["agreement"])

    def _stand(self, talks: dict[str, Negotiation], row: dict[str, Any], speaker: User) -> tuple[Stand, User]:
        talk = Negotiation.objects.get(pk=talks[row["of"]].pk)
        is_buyer = row["side"] == BUYER
        return Stand(talk, BUYER if is_buyer else FIRM), speaker if is_buyer else self._speaker(row["of"])

    def _agreement(self, talk: Negotiation, row: dict[str, Any]) -> None:
        """Put to both parties, confirmed by neither: that needs a proof of theirs."""
        low, high, currency = row["value"]
        starts, ends = row["days"]
        terms = Terms(
            row["kind"], row["title"], row["summary"], "exact", Decimal(low), Decimal(high), currency, None, self._day(starts),
            self._day(ends),
        )  # fmt: skip
        talk = Negotiation.objects.select_related("firm__organisation", "buyer", "edition").get(pk=talk.pk)
        made = make_of_negotiation(
            talk, terms, (row["organisation"], row["country"]), by=self.visitor, now=self.now
        )
        offer(made, by=self.visitor, now=self.now)
